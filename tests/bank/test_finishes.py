"""Phrases that finish a prompt: fitting, and the same for the same prompt."""

from __future__ import annotations

from collections import Counter

import pytest

from sparkloom.bank.finishes import (
    COLOURS,
    GREYS,
    PLACES,
    SOMEWHERE,
    STUDIO,
    WORKS,
    finish,
    is_graphic,
    load_finishes,
    place_of,
)
from sparkloom.bank.terms import FAMILIES, PARTS, Part

VIEW: Part = "view"
LIGHT: Part = "light"
MEDIUM: Part = "medium"
PALETTE: Part = "palette"
ROWS = {phrase.text: phrase for phrase in load_finishes()}


def test_there_is_something_for_every_family_in_every_place() -> None:
    for family in FAMILIES:
        for place in (*PLACES, STUDIO, SOMEWHERE):
            for part in PARTS:
                assert any(
                    phrase.part == part
                    and phrase.families & {family, "any"}
                    and phrase.places & {place, "any"}
                    for phrase in ROWS.values()
                ), (family, place, part)


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
    assert not is_graphic("a rock covered with moss")


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


@pytest.mark.parametrize(
    "said", ["a yellow wall", "green surfboard", "a barn at sunset", "ink drawing of a red kite"]
)
def test_no_medium_of_one_colour_where_colours_are_named(said: str) -> None:
    found = [finish(f"{said} {number}", []).medium for number in range(80)]
    grey = [medium for medium in found if GREYS.search(medium)]
    assert bool(grey) is said.startswith("ink drawing")


def test_a_palette_has_as_many_of_the_named_colours_as_one_can() -> None:
    for number in range(20):
        palette = finish(f"a red square on a green background {number}", []).palette
        assert "red" in palette
        assert "green" in palette
    assert "red" in COLOURS


@pytest.mark.parametrize(
    ("said", "work"),
    [
        ("a coloring book page of a fox", "page"),
        ("a fox in stained glass", "glass"),
        ("a fox, mosaic", "mosaic"),
        ("tapestry of a hunt", "tapestry"),
        ("a lion, embroidery", "embroidery"),
        ("a chalkboard menu", "chalkboard"),
        ("a neon sign saying OPEN", "neon"),
        ("tattoo of a moth", "tattoo"),
        ("a marble statue in a park", "sculpture"),
        ("blueprint of a clock", "blueprint"),
        ("matchbox cover with a swan", "printed"),
        ("graffiti of an owl", "graffiti"),
    ],
)
def test_a_work_is_its_own_medium(said: str, work: str) -> None:
    for number in range(10):
        assert ROWS[finish(f"{said} {number}", []).medium].places == {work}


def test_a_picture_with_a_work_in_it_is_no_work() -> None:
    made = {text for text, phrase in ROWS.items() if phrase.places & WORKS.keys()}
    for said in ("a cat on a statue", "a girl reading a postcard", "a tattoo artist at a desk"):
        assert made.isdisjoint(finish(said, []).phrases)


def test_no_studio_light_where_a_place_is_told() -> None:
    studio = {text for text, phrase in ROWS.items() if phrase.places == {STUDIO}}
    for number in range(60):
        assert finish(f"{number} mugs beside an anvil", [], (LIGHT,)).light not in studio
    found = {
        finish(f"{number} mugs on a white background", [], (LIGHT,)).light for number in range(60)
    }
    assert found & studio


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("a tiny boat, far off", "close"),
        ("a shallow space with a vase", "deep"),
        ("a kite, pushed off centre", "centre"),
        ("a pattern of moths", "figure"),
        ("a wizard tower on a hill", "figure"),
        ("a town seen from above", "low angle"),
    ],
)
def test_a_view_does_not_contradict_what_is_said(said: str, never: str) -> None:
    for number in range(80):
        assert never not in finish(f"{said} {number}", [], (VIEW,)).view


@pytest.mark.parametrize(
    ("said", "place"), [("a sunset", "outdoor"), ("an iguana", "outdoor"), ("a boudoir", "indoor")]
)
def test_a_kind_can_say_the_place(said: str, place: str) -> None:
    for number in range(40):
        assert ROWS[finish(f"{said} {number}", [], (LIGHT,)).light].places & {place, "any"}


def test_somebody_can_be_seen_as_a_figure() -> None:
    assert any("figure" in finish(f"a wizard on a hill {n}", [], (VIEW,)).view for n in range(80))


def test_lights_that_were_not_there_yet_do_not_fall_in_a_castle() -> None:
    for number in range(80):
        light = finish(f"a knight in the hall of a castle {number}", [], (LIGHT,)).light
        assert not {"fluorescent", "bulb", "tungsten"} & set(light.split())


def test_no_light_or_view_has_more_than_its_share() -> None:
    for place in ("a heron on a lake", "a chair in a kitchen", "a mug beside an anvil", "a mug"):
        for part in (VIEW, LIGHT):
            found = [getattr(finish(f"{place} {n}", [], (part,)), part) for n in range(300)]
            assert Counter(found).most_common(1)[0][1] < 30, place


def test_no_documentary_photograph_shows_what_is_imagined() -> None:
    found = [finish(f"a photo of {number} dragons", []).medium for number in range(80)]
    assert not any("documentary" in medium or "archive" in medium for medium in found)


@pytest.mark.parametrize(
    ("said", "own"), [("a galaxy", "space"), ("a shark", "underwater"), ("a sticker", "graphic")]
)
def test_some_places_have_light_of_their_own(said: str, own: str) -> None:
    assert own in ROWS[finish(said, [], (LIGHT,)).light].places


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
