"""Slips of the pen: names are known in spite of them, other words are not taken for names."""

from __future__ import annotations

import pytest
from searching import found

from sparkloom.protection.lexicon import Lexicon, Name
from sparkloom.protection.slip import misspelt


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("portrait by gerg rutkowsky", ["gerg rutkowsky"]),
        ("marylin monroe at the pier", ["marylin monroe"]),
        ("a Team Rokcet balloon", ["Team Rokcet"]),
        ("an old cca cola sign", ["cca cola"]),
        ("a red Ferarri parked", ["Ferarri"]),
        ("a scene in The Martix", ["The Martix"]),
        ("Spdier-Man upside down", ["Spdier-Man"]),
        ("left 4 dad safe room", ["left 4 dad"]),
        ("m4ryl1n m0nr03 as a can label", ["m4ryl1n m0nr03"]),
    ],
)
def test_a_slip_does_not_hide_a_name(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Tracer from Overwaatch, running", ["Overwaatch"]),
        ("ratatouillle kitchen, remy", ["ratatouillle"]),
        ("ratatouillle kitchen", []),
    ],
)
def test_a_doubtful_name_with_a_slip_needs_something_that_tells(
    text: str, names: list[str]
) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "a terrified outsider dwells in the libraries",
        "the sins of the undertaker's stepson",
        "a psychiatrist persuaded by executions",
        "gorillas, greyhounds, moppets and alderman",
        "a band of musketeers, a chaplain, a quicksilver river",
    ],
)
def test_another_word_is_no_slip(text: str) -> None:
    assert found(text) == []


NAMES = (Name("zed quillfeather", "artist", 8), Name("quillco", "brand", 9))


@pytest.mark.parametrize(
    ("window", "parts", "weight", "expected"),
    [
        (["zed", "quilfeather"], ["zed", "quillfeather"], 8, True),
        (["zde", "quilfeather"], ["zed", "quillfeather"], 8, True),  # a long name may have two
        (["zed", "quilfeather"], ["zed", "quillfeather"], 3, False),  # nobody looked at it
        (["zad", "quillfeather"], ["zed", "quillfeather"], 3, True),  # but the other word tells
        (["quilco"], ["quillco"], 9, True),
        (["quilco"], ["quillco"], 8, False),  # too short
        (["zed", "feather"], ["zed", "leather"], 8, False),  # another word
        (["zed", "qu1lfeather"], ["zed", "quillfeather"], 8, True),
        (["z-d", "quillfeather"], ["zed", "quillfeather"], 8, False),  # no letter
    ],
)
def test_how_much_may_be_wrong(
    window: list[str], parts: list[str], weight: int, expected: bool
) -> None:
    assert misspelt(window, parts, weight, Lexicon.of(NAMES, ("feather", "zed"))) is expected
