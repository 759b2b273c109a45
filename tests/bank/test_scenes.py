"""What subjects do and where they are."""

from __future__ import annotations

import re
from itertools import product

import pytest

from sparkloom.bank.circumstances import agree
from sparkloom.bank.kinds import ANY, GROUND, MOMENT, load_kinds
from sparkloom.bank.pictures import pictures_of
from sparkloom.bank.scenes import happenings, inventions, settings
from sparkloom.bank.terms import named


def test_a_subject_alone_gets_a_situation_and_one_that_says_more_gets_turns() -> None:
    mammal = load_kinds()["mammal"]
    one = mammal.situations[0]
    assert f" {one}" in happenings("a marten")
    assert f" {one}" in happenings("a marten in pixel art")
    assert f", {one}" in happenings("marten, watercolour")
    assert f", {one}" in happenings("a marten with a hat")
    assert f", {mammal.turns[0]}" in happenings("a marten on a table")
    assert happenings("salt and pepper") == happenings("lily pads") == ()


def test_a_short_prompt_gets_a_scene_and_a_long_one_a_turn_besides() -> None:
    mammal = load_kinds()["mammal"]
    assert set(happenings("a marten", "short")) <= {f" {scene}" for scene in mammal.scenes}
    assert f" {mammal.situations[0]}, {mammal.turns[1]}" in happenings("a marten", "long")
    assert f"a marten {mammal.scenes[0]}" in inventions("marten", "short")


def test_pictures_of_the_very_noun_come_beside_situations_of_its_kind() -> None:
    told = happenings("a fox")
    found = pictures_of("a fox")
    pictures = [text if text.startswith(",") else f" {text}" for text in found]
    situations = {f" {one}" for one in load_kinds()["mammal"].situations}
    assert len(set(told) & set(pictures)) >= 3
    assert len(set(told) & situations) >= 8
    assert set(told) <= {*pictures, *situations}


def test_no_picture_of_the_noun_has_a_medium_beside_one_that_is_named() -> None:
    assert any("medium" in named(text) for text in happenings("a fox"))
    assert not any("medium" in named(text) for text in happenings("a fox, digital art"))


def test_nothing_is_told_again_that_a_spark_has() -> None:
    told = [text for text in happenings("a bench") if "bench" in text]
    assert not told


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
    kind, place = kinds[told], kinds[around]
    fits = {f", {one}, {other}" for one, other in product(kind.turns, place.details)}
    fits |= {f", {one}, {other}" for one, other in product(place.turns, kind.details)}
    assert set(happenings(spark)) <= fits
    assert settings(spark)
    assert {setting for _, setting in settings(spark)} <= set(place.details)


def test_what_is_said_of_two_is_not_said_of_more() -> None:
    told = happenings("a peach and four spoons")
    assert len(told) >= 10
    assert not any(re.search(r"\b(both|the two|the pair|the other)\b", text) for text in told)


def test_on_a_plain_background_no_other_place_is_told() -> None:
    turns = {f", {turn}" for turn in load_kinds()["mammal"].turns}
    assert set(happenings("a fox with a hat, white background")) <= turns


def test_what_does_something_is_given_a_ground() -> None:
    ground = load_kinds()[GROUND]
    told = happenings("a cat riding a bicycle")
    assert told
    assert set(told) <= {f" {one}" for one in ground.situations}
    assert not set(told) & set(happenings("a cat flying a kite"))
    assert {setting for _, setting in settings("a cat riding a bicycle")} <= set(ground.scenes)


def test_what_cannot_be_seen_is_shown_as_something_else() -> None:
    assert all(text.startswith(" as ") for text in happenings("melancholy"))
    assert all(text.startswith(" as ") for text in happenings("the fear of growing up"))
    assert all(details.startswith("as ") for details, _ in settings("melancholy"))


def test_no_second_with_is_added() -> None:
    assert not any(text.startswith(", with ") for text in happenings("a reading nook with plants"))


def test_what_is_lettered_says_not_what_it_shows() -> None:
    poster = load_kinds()["poster"]
    assert f", {poster.situations[0]}" in happenings('poster that says "FRESH BREAD"')


def test_a_poster_shows_what_it_is_of() -> None:
    poster = load_kinds()["poster"]
    for text in (*happenings("poster of a fox"), *map(" ".join, settings("poster of a fox"))):
        assert not any(scene in text for scene in (*poster.scenes, *poster.situations))
    assert f" {poster.situations[0]}" in happenings("art nouveau poster")
    assert f" {load_kinds()['logo'].situations[0]}" in happenings("logo of a fox")


def test_after_a_sentence_details_are_a_new_one() -> None:
    told = happenings("The fox sits on a wall.")
    assert told
    assert all(text[1].isupper() for text in told)


def test_long_sparks_and_unknown_subjects_get_what_suits_any_picture() -> None:
    moments = load_kinds()[MOMENT].turns
    long = "a fox in a blue coat that carries a lamp over a bridge made of old pianos"
    for spark in (long, "someone puts down a tablet"):
        assert f", {moments[0]}" in happenings(spark)
        assert settings(spark)


def test_scenes_agree_with_the_hour_the_weather_and_the_season_of_a_spark() -> None:
    assert not any("snow" in text for text in happenings("a fox in summer"))
    assert not any("still" in text for text in happenings("a stormy sea"))
    assert any("snow" in text for text in happenings("a fox in winter"))


def test_a_turn_and_what_is_around_do_not_deny_each_other() -> None:
    told = happenings("a fox in a forest")
    kinds = load_kinds()
    pairs = product(kinds["mammal"].turns, kinds["forest"].details)
    denied = [f", {one}, {other}" for one, other in pairs if not agree(one, other)]
    assert denied
    assert not set(told) & set(denied)


def test_inventions_tell_a_situation_or_a_surprise() -> None:
    told = inventions("foxes")
    plain = [
        text for text in told if text.removeprefix("foxes ") in load_kinds()["mammal"].situations
    ]
    assert 0.7 < len(plain) / len(told) < 0.9
    odd = load_kinds()[ANY].scenes
    assert any(text.startswith("a fox-shaped ") for text in told)
    assert all("fox" in text for text in told)
    assert inventions("lily pads") == tuple(f"lily pads {scene}" for scene in odd)
    assert not happenings("lily pads")
    assert not settings("lily pads")
    assert inventions("salt and pepper") == inventions("lily pads here") == ()


@pytest.mark.parametrize("spark", ["four foxes", "a fox in a library", "a harbour", "love"])
def test_what_is_counted_placed_or_no_thing_turns_into_nothing(spark: str) -> None:
    assert not any("-shaped " in text or " seller" in text for text in inventions(spark))


def test_a_word_that_is_no_subject_is_said_of_one() -> None:
    told = inventions("lazy")
    assert told
    assert all(re.search(r"\blazy\b", text) for text in told)
    assert len({text.split(" ", 3)[2] for text in told}) > 5


def test_settings_are_a_turn_and_a_scene() -> None:
    mammal = load_kinds()["mammal"]
    assert settings("fox")
    for turn, scene in settings("fox"):
        assert turn in mammal.turns
        assert scene in mammal.scenes
