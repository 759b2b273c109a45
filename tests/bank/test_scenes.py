"""Scenes: what is known of a spark's subject, and how a prompt goes on from it."""

from __future__ import annotations

from itertools import permutations

import pytest

from sparkloom.bank.scenes import (
    ANY,
    happenings,
    inventions,
    load_kinds,
    settings,
    subject_of,
    with_article,
)


@pytest.mark.parametrize(
    ("spark", "kind", "alone"),
    [
        ("fox", "mammal", True),
        ("an old red fox", "mammal", True),
        ("Two foxes", "mammal", True),
        ("three wolves", "mammal", True),
        ("a photo of a boat", "ship", True),
        ("a bowl of ramen", "food", True),
        ("a photo of a cup of coffee", "drink", True),
        ("abandoned space station", "aircraft", True),
        ("a stuffed bear", "toy", True),
        ("a king", "person", True),
        ("a yellow duckling", "bird", True),
        ("a pair of old boots", "footwear_and_clothes", True),
        ("a teddy bear", "toy", True),
        ("a fox in the snow", "mammal", False),
        ("a fox sleeping", None, False),
        ("fox, watercolour", "mammal", False),
        ("a dragon guarding", None, False),
        ("portrait of", None, False),
        ("a cat and a dog", "pair", True),
        ("a photo of a bed and two red elephants", "pair", True),
        ("salt and pepper", None, False),
        ("black and white photo of a dog", None, False),
        ("and", None, False),
        ("a cat and a dog and a hen", None, False),
        ("a cat in a hat and a dog", None, False),
        ("the dog watches the skateboarder", None, False),
        ("a red circle", ANY, True),
        ("a red gives", None, False),
        ("a fox. It sleeps", None, False),
        ("", None, False),
        ("...", None, False),
        ("in the snow", None, False),
        ("a " + "very " * 12 + "old fox", None, False),
    ],
)
def test_the_subject_of_a_spark(spark: str, kind: str | None, alone: bool) -> None:
    found = subject_of(spark)
    assert (found.kind.name, found.alone) == (kind, alone) if found else kind is None


def test_a_subject_alone_gets_a_scene_and_one_that_says_more_gets_details() -> None:
    mammal = load_kinds()["mammal"]
    told = happenings("a fox")
    assert told[: len(mammal.scenes)] == tuple(f" {scene}" for scene in mammal.scenes)
    assert f" {mammal.scenes[0]}, {mammal.details[0]}" in told
    assert f", {mammal.details[0]}, {mammal.details[1]}" in happenings("a fox in the snow")
    assert happenings("salt and pepper") == ()


def test_inventions_put_the_subject_into_a_scene_or_somewhere_odd() -> None:
    told = inventions("fox")
    assert all(text.startswith("a fox ") for text in told)
    odd = load_kinds()[ANY].scenes
    assert any(text == f"a fox {odd[0]}" for text in told)
    assert inventions("a fox in the snow") == inventions("meaning of life") == ()
    assert inventions("rectangle") == tuple(f"a rectangle {scene}" for scene in odd)
    assert not happenings("a rectangle")
    assert not settings("a rectangle")


def test_settings_are_two_details_and_a_scene() -> None:
    mammal = load_kinds()["mammal"]
    assert settings("fox")[0] == (", ".join(mammal.details[:2]), mammal.scenes[0])
    assert settings("a fox in the snow") == ()


@pytest.mark.parametrize(
    ("subject", "whole"),
    [
        ("fox", "a fox"),
        ("owl", "an owl"),
        ("foxes", "foxes"),
        ("glass", "a glass"),
        ("octopus", "an octopus"),
        ("two foxes", "two foxes"),
        ("3 owls", "3 owls"),
        ("the fox", "the fox"),
        ("rain", "rain"),
        ("old people", "old people"),
        ("Paris skyline", "Paris skyline"),
    ],
)
def test_an_article_where_one_belongs(subject: str, whole: str) -> None:
    assert with_article(subject) == whole


def test_no_noun_is_of_two_kinds_and_every_kind_has_enough_to_say() -> None:
    kinds = [kind for kind in load_kinds().values() if kind.name != ANY]
    nouns = [noun for kind in kinds for noun in kind.nouns]
    assert len(set(nouns)) == len(nouns)
    for kind in kinds:
        assert len(set(kind.scenes)) == len(kind.scenes) >= 10
        assert len(set(kind.details)) == len(kind.details) >= 6
        pairs = permutations(kind.details, 2)
        assert all(len(f"{one} {two}".split()) >= 5 for one, two in pairs)
