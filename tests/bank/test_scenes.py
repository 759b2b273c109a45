"""Scenes: what is known of a spark's subject, and how a prompt goes on from it."""

from __future__ import annotations

from itertools import permutations

import pytest

from sparkloom.bank.scenes import (
    ANY,
    AROUND,
    GROUND,
    MOMENT,
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
        ("abandoned space station", "spacecraft", True),
        ("a stuffed bear", "toy", True),
        ("a king", "person", True),
        ("a yellow duckling", "bird", True),
        ("a pair of old boots", "footwear_and_clothes", True),
        ("a teddy bear", "toy", True),
        ("a fox in the snow", "mammal", False),
        ("a fox sleeping", "mammal", False),
        ("a dog gives", None, False),
        ("fox, watercolour", "mammal", True),
        ("fox, asleep", "mammal", False),
        ("a dragon guarding", None, False),
        ("portrait of", None, False),
        ("a cat and a dog", "pair", True),
        ("a photo of a bed and two red elephants", "pair", True),
        ("salt and pepper", None, False),
        ("how glass is blown", None, False),
        ("black and white photo of a dog", "mammal", True),
        ("and", None, False),
        ("a cat and a dog and a hen", MOMENT, False),
        ("a cat in a hat and a dog", "mammal", False),
        ("a cat and a dog on a sofa", "pair", False),
        ("fox and crow", "pair", True),
        ("the dog watches the skateboarder", "mammal", False),
        ("an old man feeds pigeons in the park", "person", False),
        ("a pizza topped with basil", "food", False),
        ("a smiling man", "person", True),
        ("a full moon above a hill", "sky", False),
        ("a suitcase left of a banana", "object", False),
        ("an ornate, high-backed chair with a cushion", "furniture", False),
        ("fox illustration", "mammal", True),
        ("dragon concept art", "mythic", True),
        ("cinematic portrait", "person", True),
        ("the horse kicks a ball", "mammal", False),
        ("the panda waves to the bear", "mammal", False),
        ("two people shake hands", "group", False),
        ("a gold and black logo for a bank", "logo", False),
        ("black and white cat", "mammal", True),
        ("in this image I can see a fence", "structure", True),
        ("the passage of time", "time", True),
        ("a river of stars", "water", False),
        ("a poster of a fox", "poster", False),
        ("isometric bakery", "isometric", True),
        ("someone puts down a tablet", MOMENT, False),
        ("lily pads", ANY, True),
        ("a plush rabbit", "toy", True),
        ("a knitted octopus", "toy", True),
        ("a marble lion", "monument", True),
        ("a teddy", "toy", True),
        ("a red circle", "shape", True),
        ("a red gives", None, False),
        ("a fox. It sleeps", "mammal", False),
        ("", None, False),
        ("...", None, False),
        ("in the snow", None, False),
        ("a " + "very " * 12 + "old fox", "mammal", False),
        ("a " + "very " * 60 + "old fox", None, False),
    ],
)
def test_the_subject_of_a_spark(spark: str, kind: str | None, alone: bool) -> None:
    found = subject_of(spark)
    assert (found.kind.name, found.alone) == (kind, alone) if found else kind is None


def test_a_subject_alone_gets_a_scene_and_one_that_says_more_gets_details() -> None:
    mammal = load_kinds()["mammal"]
    told = happenings("a fox")
    assert f" {mammal.scenes[0]}" in told
    assert f" {mammal.scenes[0]}, {mammal.details[0]}" in told
    assert f", {mammal.scenes[0]}, {mammal.details[0]}" in happenings("fox, watercolour")
    assert f", {mammal.scenes[0]}, {mammal.details[0]}" in happenings("a fox with a hat")
    assert happenings("salt and pepper") == happenings("lily pads") == ()


@pytest.mark.parametrize(
    ("spark", "told", "around"),
    [
        ("a fox in a library", "mammal", "interior"),
        ("a knight in a ruined chapel", "fighter", "interior"),
        ("a fox near a chapel", "mammal", "building"),
        ("a fox in the snow", "mammal", "weather"),
    ],
)
def test_what_is_somewhere_stays_there(spark: str, told: str, around: str) -> None:
    kinds = load_kinds()
    details, place = kinds[told].details, kinds[around].details
    for text in happenings(spark):
        assert any(text.startswith(f", {detail}") for detail in details)
        assert any(text.endswith(detail) for detail in place)
    assert all(any(where in setting for where in place) for _, setting in settings(spark))


def test_what_does_something_is_given_a_ground() -> None:
    ground = load_kinds()[GROUND].scenes
    told = happenings("a cat riding a bicycle")
    assert all(any(text.startswith(f" {scene}, ") for scene in ground) for text in told)
    assert not any(f" {ground[0]}" in text for text in happenings("a cat flying a kite"))
    assert {setting for _, setting in settings("a cat riding a bicycle")} <= set(ground)


def test_what_cannot_be_seen_is_shown_as_something_else() -> None:
    assert all(text.startswith(" as ") for text in happenings("melancholy"))
    assert all(text.startswith(" as ") for text in happenings("the fear of growing up"))
    assert all(details.startswith("as ") for details, _ in settings("melancholy"))


def test_no_second_with_is_added() -> None:
    assert not any(text.startswith(", with ") for text in happenings("a reading nook with plants"))


def test_a_poster_shows_what_it_is_of() -> None:
    scenes = load_kinds()["poster"].scenes
    for text in (*happenings("poster of a fox"), *map(" ".join, settings("poster of a fox"))):
        assert not any(scene in text for scene in scenes)
    assert any(scenes[0] in text for text in happenings("art nouveau poster"))
    assert happenings("logo of a fox")[0].startswith(f" {load_kinds()['logo'].scenes[0]}, ")


def test_after_a_sentence_details_are_a_new_one() -> None:
    told = happenings("The fox sits on a wall.")
    assert told
    assert all(text[1].isupper() for text in told)


def test_long_sparks_and_unknown_subjects_get_what_suits_any_picture() -> None:
    moments = load_kinds()[MOMENT].scenes
    long = "a fox in a blue coat that carries a lamp over a bridge made of old pianos"
    for spark in (long, "someone puts down a tablet"):
        assert f", {moments[0]}, {moments[1]}" in happenings(spark)
        assert settings(spark)


def test_scenes_agree_with_the_hour_the_weather_and_the_season_of_a_spark() -> None:
    assert not any("snow" in text for text in happenings("a fox in summer"))
    assert not any("still" in text for text in happenings("a stormy sea"))
    assert any("snow" in text for text in happenings("a fox in winter"))


def test_inventions_put_the_subject_into_a_scene_or_somewhere_odd() -> None:
    told = inventions("fox")
    assert all(text.startswith("a fox ") for text in told)
    odd = load_kinds()[ANY].scenes
    assert any(text == f"a fox {odd[0]}" for text in told)
    assert f"a fox in a library, {odd[0]}" in inventions("fox in a library")
    assert inventions("lily pads") == tuple(f"lily pads {scene}" for scene in odd)
    assert not happenings("lily pads")
    assert not settings("lily pads")
    assert inventions("salt and pepper") == inventions("lily pads here") == ()


def test_settings_are_two_details_and_a_scene() -> None:
    mammal = load_kinds()["mammal"]
    assert settings("fox")[0] == (", ".join(mammal.details[:2]), mammal.scenes[0])


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
        ("people packed on a bus", "people packed on a bus"),
        ("moon", "the moon"),
        ("nostalgia", "nostalgia"),
        ("hourglass", "an hourglass"),
        ("unicorn", "a unicorn"),
        ("umbrella", "an umbrella"),
        ("Paris skyline", "Paris skyline"),
    ],
)
def test_an_article_where_one_belongs(subject: str, whole: str) -> None:
    assert with_article(subject) == whole


def test_no_noun_is_of_two_kinds_and_every_kind_has_enough_to_say() -> None:
    kinds = [kind for kind in load_kinds().values() if kind.details]
    assert {kind.name for kind in load_kinds().values()} - {kind.name for kind in kinds} == {
        ANY,
        AROUND,
        GROUND,
        MOMENT,
    }
    nouns = [noun for kind in kinds for noun in kind.nouns]
    assert len(set(nouns)) == len(nouns) >= 6000
    assert sum(len(kind.scenes) for kind in kinds) >= 1800
    for kind in kinds:
        assert len(set(kind.scenes)) == len(kind.scenes) >= 10
        assert len(set(kind.details)) == len(kind.details) >= 5
        pairs = permutations(kind.details, 2)
        assert all(len(f"{one} {two}".split()) >= 5 for one, two in pairs)
