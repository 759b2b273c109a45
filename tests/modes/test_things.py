"""What the description of an image names."""

from __future__ import annotations

import pytest

from sparkloom.modes.things import staying, subject_of, things


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
        ("a fishing boat tied to a stone quay", ["the fishing boat"]),
        ("a goalkeeper dives for a ball", ["the goalkeeper"]),
        ("A drawer full of keys, close-up", ["the drawer full of keys", "the framing"]),
        ("NASA rocket, f/2.8, (", ["the NASA rocket", "the f/2.8"]),
    ],
)
def test_the_things_that_a_description_names(image: str, named: list[str]) -> None:
    assert things(image) == named


def test_what_the_change_does_not_touch_stays() -> None:
    assert staying("Paint it", ("a mug, close-up", "close-up")) == ["the mug", "the framing"]
    images = ("A mug; tea, steam, a spoon", "a cat")
    assert staying("Polish the spoon.", images) == ["the mug", "the tea", "the steam"]
    assert staying("Empty the mug of tea, no steam or spoon", images) == ["the cat"]


def test_the_subject_is_the_first_thing() -> None:
    assert subject_of("close-up; colours red, tan; a mug") == "the mug"
    assert subject_of("image; close-up; colours red") == ""
