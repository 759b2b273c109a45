"""A wish as the beginning of an instruction."""

from __future__ import annotations

import pytest

from sparkloom.modes.wish import VERBS, wish


@pytest.mark.parametrize(
    ("spark", "beginning"),
    [
        ("make it night", "Make it night"),
        ("Add a cat.", "Add a cat"),
        ("please add a cat", "Add a cat"),
        ("as a paper cut-out", "Redraw it as a paper cut-out"),
        ("in the style of a woodcut", "Redraw it in the style of a woodcut"),
        ("at night with snow", "Show it at night with snow"),
        ("in heavy rain", "Show it in heavy rain"),
        ("what if it was a rainy autumn?", "Change the image to show a rainy autumn"),
        ("seen from above", "Show it seen from above"),
        ("what would it look like without the tattoo?", "Show it without the tattoo"),
        ("golden autumn", "Change the image to show golden autumn"),
        ("lower angle", "Change the image to show lower angle"),
        ("lower the camera", "Lower the camera"),
        ("pour the wine", "Pour the wine"),
        ("poke the bear", "Change the image: poke the bear"),
        ("glaze on it", "Change the image to show glaze on it"),
        ("train on it", "Change the image to show a train on it"),
        ("ice sword", "Change the image to show an ice sword"),
        ("a figure climbing", "Change the image to show a figure climbing"),
        ("bob with a fringe", "Change the image to show a bob with a fringe"),
        ("longer hair", "Change the image to show longer hair"),
        ("two towers", "Change the image to show two towers"),
        ("people dancing, lamps lit", "Change the image to show people dancing, lamps lit"),
        ("lamp lit, night outside", "Change the image to show the lamp lit, night outside"),
        ("ghosts away", "Remove the ghosts"),
        ("no more clouds", "Remove the clouds"),
        ("underwater", "Show it underwater"),
        ("sunny", "Change the image to sunny"),
        ("one twin has a red cape now", "Change the image: one twin has a red cape now"),
        ("please", "Change the image to please"),
        ("...", "Change the image to "),
    ],
)
def test_an_instruction_begins_with_the_wish(spark: str, beginning: str) -> None:
    assert wish(spark) == beginning
    assert beginning.split(maxsplit=1)[0] in VERBS
