"""Phrases that finish a prompt: fitting, and the same for the same prompt."""

from __future__ import annotations

from collections import Counter

import pytest

from sparkloom.bank.finishes import FAMILIES, PARTS, PLACES, Part, finish, load_finishes, named

VIEW: Part = "view"
LIGHT: Part = "light"
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
