"""English around a noun phrase."""

from __future__ import annotations

import pytest

from sparkloom.protection.grammar import (
    agreeing,
    determined,
    is_noun,
    is_plural,
    plural,
    singular,
)


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("fizzy cola", "fizzy colas"),
        ("wristwatch", "wristwatches"),
        ("young witch in plate", "young witches in plate"),
        ("small babbling henchman", "small babbling henchmen"),
        ("storybook city", "storybook cities"),
        ("masked hero", "masked heroes"),
        ("ice-working sorceress", "ice-working sorceresses"),
        ("gift box", "gift boxes"),
        ("knight of the north", "knights of the north"),
        ("toy", "toys"),
    ],
)
def test_number(one: str, several: str) -> None:
    assert plural(one) == several
    assert singular(several) == one
    assert is_plural(several)
    assert not is_plural(one)
    assert plural(several) == several
    assert singular(one) == one


def test_folk_are_several_and_stay_so() -> None:
    assert is_plural("small forest folk")
    assert plural("small forest folk") == singular("small forest folk") == "small forest folk"


def test_the_article_before_a_name_is_made_to_agree() -> None:
    assert agreeing("An ", 3, 7, "small toy") == (0, 7, "A small toy")
    assert agreeing("a ", 2, 7, "small toy") == (2, 7, "small toy")
    assert agreeing("the ", 4, 9, "old toy") == (4, 9, "old toy")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", False),
        ("the ", True),
        ("old ", True),
        ("her brother's ", True),
        ("with ", False),
        ("What would ", False),
        ("holding ", False),
        ("sees ", False),
        ("glass ", True),
        ("fog, ", False),
    ],
)
def test_whether_a_noun_phrase_is_under_way(before: str, expected: bool) -> None:
    assert determined(before) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("painting", True), ("shoes", True), ("eating", False), ("in", False), ("seen", False)],
)
def test_nouns(word: str, expected: bool) -> None:
    assert is_noun(word) is expected
