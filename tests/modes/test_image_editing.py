"""Image editing: an instruction for an editor."""

from __future__ import annotations

import pytest

from sparkloom.bank.manners import load_manners, manners_of
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.image_editing import (
    DEFAULT_EDITOR,
    ImageEditing,
    editing_of,
    instructed,
    options,
)
from sparkloom.request import EDITORS, PromptRequest


def instruction(spark: str, how: str, *images: str, editor: str | None = None) -> str:
    request = PromptRequest(prompt=spark).model_copy(update={"model_id": editor})
    draft = Draft(how, tokens=0, finished=True)
    return ImageEditing().read(request, Context(spark, images=images), draft).prompt


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


@pytest.mark.parametrize(
    ("spark", "how", "kept"),
    [
        ("add a hat", "a straw one", "the mug and the palette of red and tan"),
        ("make it night", "a blue-black sky", "the mug"),
        ("make the handle red", "only the hue changes", "the mug"),
        ("swap the background for a beach", "seen through haze", "the mug"),
        ("make it a teapot", "in the same place", "the palette of red and tan"),
        ("colourise", "soft hues", "the mug"),
        ("", "Change the season to winter: fresh snow", "the mug"),
        ("", "Open the window: air coming in", "the mug and the palette of red and tan"),
    ],
)
def test_what_a_change_takes_along_is_not_told_to_stay(spark: str, how: str, kept: str) -> None:
    told = instruction(spark, how, "A mug; colours red, tan")
    assert told.endswith(f"exactly as it is: {kept}.")


def test_every_editor_says_how_it_is_told() -> None:
    for editor in EDITORS:
        assert editing_of(editor).keep_all


def test_a_second_colon_is_a_semicolon() -> None:
    assert instructed("Write: OPEN", "in white") == "Write: OPEN; in white"
    assert instructed("Add a hat", "in white") == "Add a hat: in white"


def test_what_is_added_differs_from_result_to_result() -> None:
    phrases = [phrase for family in load_manners() for phrase in family.phrases]
    assert len(set(phrases)) == len(phrases)
