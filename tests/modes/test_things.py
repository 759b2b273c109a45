"""What the description of an image names."""

from __future__ import annotations

import pytest

from sparkloom.modes.things import kind_of, staying, subject_of, things


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("", []),
        ("A mug, a spoon.", ["the mug", "the spoon"]),
        ("a photo of a dog right of a teddy bear", ["the dog"]),
        ("A heron stands in shallow water, mist rising", ["the heron"]),
        ("An old woman knitting by a stove; her wool is red", ["the old woman", "her wool"]),
        ("Two boys in a boat. The lake, no wind", ["the two boys", "the lake"]),
        (
            "photograph: bicycle, brick wall; side view, centred; colours red, black; soft light",
            ["the bicycle", "the brick wall"],
        ),
        ("leaping out of the water, from above, with joy", []),
        ("pixel art; colours grey", []),
        ("a fishing boat tied to a stone quay", ["the fishing boat"]),
        ("a goalkeeper dives for a ball", ["the goalkeeper"]),
        ("A drawer full of keys, close-up", ["the drawer"]),
        ("photo; subject: school bus; setting: hill road", ["the school bus", "the hill road"]),
        ("photo: red barn, ladder; frontal; noon; red, straw", ["the red barn", "the ladder"]),
        ("some very big furry brown bears in a field", ["the brown bears"]),
        ("An old woman shells peas, he is taller, she reaches up", ["the old woman"]),
        ("vector: lemonade stand; a manga page; pencil", []),
        ("Two boys play chess; horse calm; another cabin", ["the two boys", "the horse"]),
        ("mole with a lantern, unlit; an empty ballroom", ["the mole", "the ballroom"]),
        ("a telephone box, its lit inside on", ["the telephone box"]),
        ("wood engraving of a ship; text \"OPEN\"; the letters 'A'", []),
        ("a black and orange symbol; misty sunrise; hard shadows", []),
        ("NASA rocket, f/2.8, (", ["the NASA rocket"]),
    ],
)
def test_the_things_that_a_description_names(image: str, named: list[str]) -> None:
    assert things(image) == named


def test_what_the_words_of_a_change_do_not_touch_stays() -> None:
    assert staying("Paint it", ("a mug, close-up", "close-up")) == ["the mug"]
    images = ("A mug; a kettle, a cup, a spoon", "a cat")
    assert staying("Polish the spoon.", images) == ["the mug", "the kettle", "the cup", "the cat"]
    assert staying("Empty the mug, no kettle, cup or spoon", images) == ["the cat"]


def test_the_subject_is_the_first_thing() -> None:
    assert subject_of("close-up; colours red, tan; a mug") == "the mug"
    assert subject_of("image; close-up; colours red") == ""


def test_the_kind_of_a_thing_is_that_of_its_last_word() -> None:
    assert kind_of("the brick walls") == kind_of("the wall") != ""
    assert not any(map(kind_of, ("", "the unlit", "the orange", "the quarter")))
