"""What subjects do and where they are."""

from __future__ import annotations

import pytest

from sparkloom.bank.finishes import agree
from sparkloom.bank.kinds import ANY, GROUND, MOMENT, load_kinds
from sparkloom.bank.scenes import happenings, inventions, settings


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


def test_a_scene_and_its_detail_do_not_deny_each_other() -> None:
    kinds = load_kinds().values()
    told = {kind: [(a, b) for a in kind.scenes for b in kind.details] for kind in kinds}
    denied = [(kind, a, b) for kind, pairs in told.items() for a, b in pairs if not agree(a, b)]
    assert denied
    for kind, scene, detail in denied[:20]:
        noun = min(kind.nouns).replace("_", " ")
        assert not any(f"{scene}, {detail}" in text for text in happenings(noun))


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
