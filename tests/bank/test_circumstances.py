"""Hours, weathers and lands that two texts may not both speak of."""

from __future__ import annotations

import pytest

from sparkloom.bank.circumstances import agree


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ("a fox in summer", "under fresh snow", False),
        ("a fox in winter", "under fresh snow", True),
        ("a village in winter", "awake at midsummer", False),
        ("a summer lawn", "frosted at midwinter", False),
        ("a stormy sea", "perfectly still", False),
        ("a fox", "at midnight", True),
        ("a fox, golden hour", "under a low moon", False),
        ("a fox, golden hour", "in a blizzard", False),
        ("at noon", "lit by the moon", False),
        ("a mountain hut", "gulls overhead", False),
    ],
)
def test_texts_agree_on_what_both_speak_of(one: str, other: str, agrees: bool) -> None:
    assert agree(one, other) is agrees


def test_the_first_text_that_speaks_of_something_counts() -> None:
    assert agree("pale moonlight", "make it night", "a beach at noon")
    assert not agree("pale moonlight", "make it old", "a beach at noon")
    assert not agree("under fresh snow", "make it night", "a beach in summer")
