"""Letters apart, and letters run together."""

from __future__ import annotations

import pytest
from searching import found

from sparkloom.protection.spelling import runs


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("m i n e c r a f t village", ["m i n e c r a f t"]),
        ("logo of the N.B.A", ["N.B.A"]),
        ("a B T S concert", ["B T S"]),
        ("w o l v e r i n e", ["w o l v e r i n e"]),
        ("H e - M a n at the castle", ["H e - M a n"]),
        ("D . V a in a mech, pink", ["D . V a"]),
        ("s n o o p dogg with a lowrider", ["s n o o p dogg"]),
        ("r o a d r u n n e r and wile e coyote", ["r o a d r u n n e r", "wile e coyote"]),
        ("v i and jinx, arcane", ["v i", "jinx", "arcane"]),
        ("g r e g r u t k o w s k y", ["g r e g r u t k o w s k y"]),
        ("a i r and a b c", []),
    ],
)
def test_letters_apart_are_read_as_a_word(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#starwarsfan at dawn", ["starwarsfan"]),
        ("#starwarsfan#5", ["starwarsfan"]),
        ("a # sign, fog #", []),
        ("#SolidSnake in a box", ["SolidSnake"]),
    ],
)
def test_a_hashtag_may_begin_or_end_with_a_name(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_runs_of_places() -> None:
    assert list(runs([1, 2, 3, 7, 9, 10])) == [(1, 4), (7, 8), (9, 11)]
