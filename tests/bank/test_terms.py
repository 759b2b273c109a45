"""By which words a text names how it looks."""

from __future__ import annotations

import pytest

from sparkloom.bank.terms import medium_of, named


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a fox", []),
        ("a photo of a fox", ["medium"]),
        ("a low-poly fox", ["medium"]),
        ("a red fox at dusk", ["light", "palette"]),
        ("a close-up of lit windows", ["view", "light"]),
        ("a fox, digital art, golden hour", ["light", "medium"]),
        ("a fox, full body, god rays", ["view", "light"]),
        ("a fox in muted tones", ["palette"]),
        ("a golden fox for an hour", ["palette"]),
        ("a fox, f/2.8", ["view", "medium"]),
    ],
)
def test_what_a_prompt_names_itself(text: str, parts: list[str]) -> None:
    assert named(text) == parts


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
        ("a fox, concept art, oil painting", "illustration"),
        ("a fox, line art", "drawing"),
        ("a fox, claymation", "craft"),
        ("a fox, paper cut", "craft"),
        ("a fox, Ukiyo-e", "print"),
        ("powder flying, 1/3200", "photo"),
        ("a fox, cinematic", "photo"),
        ("a realistic fox, oil painting", "painting"),
        ("a fox, art nouveau", "illustration"),
        ("a wizard's tower, painterly", "painting"),
        ("an old sailor, 85mm", "photo"),
    ],
)
def test_a_medium_is_what_is_named_first_and_no_material(text: str, family: str) -> None:
    assert medium_of(text) == family
