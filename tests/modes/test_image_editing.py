"""Image editing: an instruction for an editor."""

from __future__ import annotations

import pytest

from sparkloom.bank.manners import load_manners, manners_of
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.image_editing import (
    DEFAULT_EDITOR,
    VERBS,
    ImageEditing,
    editing_of,
    instructed,
    options,
    staying,
    things,
    wish,
)
from sparkloom.request import EDITORS, PromptRequest


def instruction(spark: str, how: str, *images: str, editor: str | None = None) -> str:
    request = PromptRequest(prompt=spark).model_copy(update={"model_id": editor})
    draft = Draft(how, tokens=0, finished=True)
    return ImageEditing().read(request, Context(spark, images=images), draft).prompt


@pytest.mark.parametrize(
    ("spark", "beginning"),
    [
        ("make it night", "Make it night"),
        ("Add a cat.", "Add a cat"),
        ("please add a cat", "Add a cat"),
        ("as a paper cut-out", "Redraw it as a paper cut-out"),
        ("seen from above", "Show it seen from above"),
        ("what would it look like without the tattoo?", "Show it without the tattoo"),
        ("golden autumn", "Change the image to show golden autumn"),
        ("lower angle", "Change the image to show lower angle"),
        ("lower the camera", "Lower the camera"),
        ("sunny", "Change the image to sunny"),
        ("one twin has a red cape now", "Change the image: one twin has a red cape now"),
        ("please", "Change the image to please"),
        ("...", "Change the image to "),
    ],
)
def test_an_instruction_begins_with_the_wish(spark: str, beginning: str) -> None:
    assert wish(spark) == beginning
    assert beginning.split(maxsplit=1)[0] in VERBS


def test_the_engine_is_given_the_ways_of_carrying_out_a_wish() -> None:
    task = ImageEditing().ask(PromptRequest(prompt="make it night"), Context("make it night"))
    (night,) = manners_of("make it night")
    assert task.options == night.phrases
    assert (
        task.text
        == f"edit {DEFAULT_EDITOR}\nimage: \nspark: make it night\ninstruction: Make it night"
    )


def test_two_changes_of_the_whole_image_go_together() -> None:
    found = options("a rainy night", "")
    assert len(set(found)) == 64
    assert "a low grey sky, contrast softened" in found[2]


def test_without_a_wish_the_image_is_offered_what_suits_it() -> None:
    found = ImageEditing().ask(PromptRequest(), Context("", images=("A mug, a table",))).options
    assert any(option.startswith("Recast the mug in polished gold: ") for option in found)
    assert not any("the subject" in option.partition(":")[0] for option in found)
    assert not any(option.startswith("Change the season") for option in found)
    assert any("of the subject to" in option for option in options("", ""))


@pytest.mark.parametrize(
    ("editor", "whole"),
    [
        (None, "Add a hat: a straw one. Keep everything else exactly as it is: the mug."),
        (
            "gemini-2.5-flash",
            "Using the provided image, add a hat: a straw one. "
            "Let everything else stay the same: the mug.",
        ),
        (
            "runway-gen4-image",
            "In the reference image, add a hat: a straw one. "
            "Unchanged from the reference: the mug.",
        ),
    ],
)
def test_an_editor_is_told_as_it_likes_to_be(editor: str | None, whole: str) -> None:
    assert instruction("add a hat", "a straw one", "A mug", editor=editor) == whole


def test_where_nothing_is_known_to_stay_everything_is() -> None:
    assert instruction("add a hat", "a straw one").endswith(
        ". Keep everything else exactly as it is."
    )
    assert instruction("add a mug", "a straw one", "A mug").endswith("exactly as it is.")


def test_every_editor_says_how_it_is_told() -> None:
    for editor in EDITORS:
        assert editing_of(editor).keep_all


def test_a_second_colon_is_a_semicolon() -> None:
    assert instructed("Write: OPEN", "in white") == "Write: OPEN; in white"
    assert instructed("Add a hat", "in white") == "Add a hat: in white"


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("", []),
        ("A mug, a spoon.", ["the mug", "the spoon"]),
        ("a photo of a dog right of a teddy bear", ["the dog right of a teddy bear"]),
        ("A heron stands in shallow water, mist rising", ["the heron", "the mist"]),
        ("An old woman knitting by a stove; her wool is red", ["the old woman", "her wool"]),
        ("Two boys in a boat. The lake, no wind", ["the two boys", "the lake"]),
        (
            "photograph: bicycle, brick wall; side view, centred; colours red, black; soft light",
            ["the bicycle", "the brick wall", "the framing", "the palette of red and black"],
        ),
        ("leaping out of the water, from above, with joy", ["the framing"]),
        ("pixel art; colours grey", ["the palette of grey"]),
        ("a goalkeeper dives for a ball", ["the goalkeeper"]),
        ("A drawer full of keys, close-up", ["the drawer full of keys", "the framing"]),
        ("NASA rocket, f/2.8, (", ["the NASA rocket", "the f/2.8"]),
    ],
)
def test_the_things_that_a_description_names(image: str, named: list[str]) -> None:
    assert things(image) == named


def test_what_the_change_does_not_touch_stays() -> None:
    images = ("A mug; tea, steam, a spoon", "a cat")
    assert staying("Polish the spoon.", images) == ["the mug", "the tea", "the steam"]
    assert staying("Empty the mug of tea, no steam or spoon", images) == ["the cat"]


def test_what_is_added_differs_from_result_to_result() -> None:
    phrases = [phrase for family in load_manners() for phrase in family.phrases]
    assert len(set(phrases)) == len(phrases)
