"""Phrases that finish a prompt: fitting, and the same for the same prompt."""

from __future__ import annotations

from collections import Counter

import pytest

from sparkloom.bank.finishes import (
    FAMILIES,
    PARTS,
    PLACES,
    Part,
    agree,
    finish,
    is_graphic,
    load_finishes,
    medium_of,
    named,
    place_of,
)

VIEW: Part = "view"
LIGHT: Part = "light"
MEDIUM: Part = "medium"
PALETTE: Part = "palette"
ROWS = {phrase.text: phrase for phrase in load_finishes()}


def test_there_is_something_for_every_family_in_every_place() -> None:
    for family in FAMILIES:
        for place in (*PLACES, "studio"):
            for part in PARTS:
                assert any(
                    phrase.part == part
                    and phrase.families & {family, "any"}
                    and phrase.places & {place, "any"}
                    for phrase in ROWS.values()
                ), (family, place, part)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a fox", []),
        ("a photo of a fox", ["medium"]),
        ("a low-poly fox", ["medium"]),
        ("a red fox at dusk", ["light", "palette"]),
        ("a close-up of lit windows", ["view", "light"]),
    ],
)
def test_what_a_prompt_names_itself(text: str, parts: list[str]) -> None:
    assert named(text) == parts


def test_the_same_prompt_gets_the_same_finish() -> None:
    assert finish("a fox", []) == finish("a fox", [])
    assert len({finish(f"a fox {number}", []) for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("said", "family"), [("a photo of a mug", "photo"), ("pixel art of a mug", "pixel")]
)
def test_light_and_view_suit_the_medium_that_is_named(said: str, family: str) -> None:
    for number in range(40):
        for phrase in finish(f"{said} {number}", [], (VIEW, LIGHT)).phrases:
            assert ROWS[phrase].families & {family, "any"}


@pytest.mark.parametrize(("said", "place"), [("a boat on a lake", "outdoor"), ("a bed", "indoor")])
def test_light_suits_the_place(said: str, place: str) -> None:
    for number in range(40):
        light = finish(f"{said} {number}", [], (LIGHT,)).light
        assert ROWS[light].places & {place, "any"}


def test_prompts_near_by_decide_on_the_medium() -> None:
    near = ["a sword, pixel art", "a shield, 16-colour pixel art", "pixel art potion"]
    found = Counter(
        next(iter(ROWS[finish(f"a helmet {number}", near).medium].families)) for number in range(60)
    )
    assert found.most_common(1)[0][0] == "pixel"
    assert len(found) > 1


def test_only_what_is_wanted_is_chosen() -> None:
    assert not finish("a fox", [], ()).phrases
    assert finish("a fox", [], (LIGHT,)).phrases == [finish("a fox", [], (LIGHT,)).light]
    few = finish("a fox", [], PARTS, words_wanted=3)
    assert few.medium
    assert not few.view


def test_what_is_drawn_for_itself_has_no_sun_on_it() -> None:
    graphic = {text for text, phrase in ROWS.items() if "graphic" in phrase.places}
    for number in range(40):
        ending = finish(f"logo of {number} foxes", [])
        assert {ending.view, ending.light, ending.medium} <= graphic
    assert is_graphic("an art nouveau poster of a bus")
    assert not is_graphic("a bus with a poster")


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("a street at night", "sun"),
        ("a field at noon", "moon"),
        ("a jetty in the rain", "sun"),
        ("a garden at dusk", "noon"),
    ],
)
def test_light_agrees_with_hour_and_weather(said: str, never: str) -> None:
    for number in range(60):
        assert never not in finish(f"{said} {number}", [], (LIGHT,)).light.split()


def test_a_part_that_is_wanted_though_it_is_named_takes_up_the_words() -> None:
    for number in range(20):
        assert "watercolour" in finish(f"a watercolor of {number} foxes", [], (MEDIUM,)).medium
        assert "green" in finish(f"{number} green boots", [], (PALETTE,)).palette


def test_media_of_one_colour_have_no_palette_or_a_grey_one() -> None:
    grey = {text for text, phrase in ROWS.items() if "monochrome" in phrase.places}
    said = "a black and white photo of a dog"
    assert finish(said, [], (PALETTE,)).palette in grey
    assert not finish(said, [], (PALETTE,), words_wanted=20).palette


def test_no_documentary_photograph_shows_what_is_imagined() -> None:
    found = [finish(f"a photo of {number} dragons", []).medium for number in range(80)]
    assert not any("documentary" in medium or "archive" in medium for medium in found)


@pytest.mark.parametrize(
    ("said", "own"), [("a galaxy", "space"), ("a shark", "underwater"), ("a sticker", "graphic")]
)
def test_some_places_have_light_of_their_own(said: str, own: str) -> None:
    assert own in ROWS[finish(said, [], (LIGHT,)).light].places


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ("a fox in summer", "under fresh snow", False),
        ("a fox in winter", "under fresh snow", True),
        ("a stormy sea", "perfectly still", False),
        ("a fox", "at midnight", True),
        ("at noon", "lit by the moon", False),
        ("a mountain hut", "gulls overhead", False),
    ],
)
def test_texts_agree_on_what_both_speak_of(one: str, other: str, agrees: bool) -> None:
    assert agree(one, other) is agrees


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a lake seen from a kitchen", "indoor"),
        ("a kitchen by the lake", "outdoor"),
        ("a wolf in a library", "indoor"),
        ("a wolf", "outdoor"),
        ("a kettle", ""),
    ],
)
def test_the_last_place_counts(text: str, place: str) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("a photo of a glove, paint chipped by concrete", "photo"),
        ("a surfboard, paint chipped by concrete, a spilled ink bottle, clay pots", ""),
        ("watercolor drawing of a cat", "painting"),
        ("a fox in ink", "drawing"),
        ("a fox, oil painting", "painting"),
        ("a fox, clay model", "craft"),
        ("macro shot of a beetle", "photo"),
        ("a low poly fox", "render"),
        ("16-bit knight", "pixel"),
    ],
)
def test_a_medium_is_what_is_named_first_and_no_material(text: str, family: str) -> None:
    assert medium_of(text) == family
