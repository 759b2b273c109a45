"""Image editing: an instruction for an editor."""

from __future__ import annotations

import pytest

from sparkloom.bank.circumstances import agree
from sparkloom.bank.manners import load_manners, manners_of
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.image_editing import (
    DEFAULT_EDITOR,
    ImageEditing,
    editing_of,
    instructed,
    kept_by,
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
    ("spark", "image", "kept"),
    [
        ("add a hat", "A mug; colours red, tan", "the mug"),
        ("make it night", "A mug, a street lamp, a road", "the mug"),
        ("put it on a beach", "desert dune, woman, umbrella", "the woman and the umbrella"),
        (
            "modern kitchen",
            "A grandmother, a kitchen, an oven, a hen",
            "the grandmother and the hen",
        ),
        ("make it spring", "a walled garden, a frozen tap, a mug", "the mug"),
        ("cherry blossom season", "park bench, fallen leaves", "the park bench"),
        ("early morning light", "two bears in a field", "the two bears"),
        ("light the lamp", "a mole, a candle, a tunnel", "the mole and the tunnel"),
        ("change the shirt to blue", "man, white shirt, brick wall", "the man and the brick wall"),
        ("make her smile", "an old woman, a bowl, a cat", ""),
        ("swap the hat for a crown", "a king, a cap, a hat, a throne", "the king and the throne"),
        ("remove the glasses", "scientist, glasses, lab coat", "the scientist and the lab coat"),
        ("people dancing", "a ballroom, a piano", ""),
        (
            "select the axe",
            "a shield, an axe, a hoe, a drum, a mug",
            "the shield, the drum and the mug",
        ),
        ("hang a lamp on the wall", "an empty ballroom, a piano", "the ballroom and the piano"),
        ("make the main colour blue", "a carrot", ""),
        ("change the car to red", "delivery van outside a bakery, chrome hubcaps", ""),
        ("new paint", "carousel horse, bulbs; chipped paint", ""),
        ("sharpen", "receipt, table", ""),
        ("crop tighter on the hands", "violin maker, workshop", ""),
        ("flip it", "A greyhound runs, ears back", ""),
        ("bob with a fringe", "young woman, long red hair", ""),
        ("hot air balloons instead of cable cars", "A cable car, windows fogged", ""),
        ("make it a teapot", "A mug, a spoon", ""),
        ("colourise", "A mug", ""),
        ("turn it into pixel art", "A cookie in a cup", ""),
        ("underwater", "A mug, a beach", "the mug"),
        ("warmer light", "A book, a lamp", "the book"),
    ],
)
def test_what_a_change_takes_along_is_not_told_to_stay(spark: str, image: str, kept: str) -> None:
    told = instruction(spark, "as it should be", image)
    assert told.endswith(f"exactly as it is: {kept}." if kept else "exactly as it is.")


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("Change the season to winter: fresh snow", "the mug"),
        ("Fill the scene with fog: soft white air", "the mug"),
        ("Open the window: air coming in", ""),
    ],
)
def test_a_wish_that_was_offered_keeps_what_it_does_not_touch(how: str, kept: str) -> None:
    assert kept_by(how.partition(":")[0], how, ("A mug",)) == (["the mug"] if kept else [])
    assert instruction("", how, "A mug").startswith(f"{how}. Keep")


def test_no_manner_denies_the_wish_the_image_or_another_manner() -> None:
    assert all("sunbeam" not in way for way in options("a smoky night", ""))
    golden = options("sunset and a snowfall", "")
    assert golden
    assert all(agree(*way.split(", ")[:2]) for way in golden)
    foggy = options("make it look old", "a foggy harbour")
    assert set(foggy) == set(options("make it look old", ""))
    dry = options("golden autumn", "a mug in the rain")
    assert dry
    assert all("sun" not in way.split() for way in dry)


def test_every_editor_says_how_it_is_told() -> None:
    for editor in EDITORS:
        assert editing_of(editor).keep_all


def test_a_second_colon_is_a_semicolon() -> None:
    assert instructed("Write: OPEN", "in white") == "Write: OPEN; in white"
    assert instructed("Add a hat", "in white") == "Add a hat: in white"


def test_what_is_added_differs_from_result_to_result() -> None:
    phrases = [phrase for family in load_manners() for phrase in family.phrases]
    assert len(set(phrases)) == len(phrases)
