"""Colours of the things that a text names."""

from __future__ import annotations

import random

import pytest

from sparkloom.bank.colours import load_colours, palette_of


def palette(text: str) -> str:
    return palette_of(text, random.Random(1))


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("a brick wall behind mossy bricks and pigeons", "brick red, moss green and pigeon grey"),
        ("a red umbrella on wet straw", "red and straw yellow"),
        ("berries and strawberries on snow", "strawberry red and snow white"),
        ("a dark blue door, a pale blue sky, snow", "dark blue and snow white"),
    ],
)
def test_a_palette_has_the_colours_that_are_named_and_those_of_the_things(
    text: str, colours: str
) -> None:
    assert palette(text) == colours


def test_there_are_three_at_most_and_two_at_least() -> None:
    assert palette("tomatoes, lemons, moss, snow and slate").count(",") == 1
    assert palette("a house of brick") == ""
    assert palette("somebody somewhere") == ""


def test_a_thing_of_several_colours_has_one_by_draw() -> None:
    found = {palette_of("apples on snow", random.Random(seed)) for seed in range(20)}
    assert found == {"apple red and snow white", "apple green and snow white"}


def test_every_colour_ends_in_a_word_of_letters() -> None:
    for thing, colours in load_colours().items():
        assert thing.isalpha()
        assert all(colour.replace("-", " ").replace(" ", "").isalpha() for colour in colours)
