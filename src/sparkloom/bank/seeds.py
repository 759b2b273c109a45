"""Seeds: subjects for a spark that is one word and no subject, written by hand.

`lazy` wants somebody who is. `seeds.tsv` has a line a group of words that are said of the same
things: the words, and subjects with `{}` where the word stands. It is made from
`training/gold/seeds.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from sparkloom.bank.groups import load_groups

FILE = Path(__file__).with_name("seeds.tsv")

Text = TypeVar("Text")

EACH = 12
"""The most tellings of one subject beside others: one has ten, another a thousand, and nothing else
would be heard."""

NOUN = "*"
"""The word of the group that any noun of a thing or a being can stand in."""


def subjects_of(word: str) -> tuple[str, ...]:
    """What a word can be said of, with the word; none if nobody knows."""
    return _said_of(word, word.lower())


def begun(word: str) -> tuple[str, ...]:
    """How those of its subjects go on that begin with a word, each with a space in front."""
    return tuple(
        subject.removeprefix(word) for subject in subjects_of(word) if subject.startswith(word)
    )


def turned(noun: str) -> tuple[str, ...]:
    """Other subjects that a noun can turn into: a kite of its shape, a museum of it."""
    return _said_of(noun, NOUN)


def evenly(
    subjects: Iterable[str], tell: Callable[[str], Sequence[Text]]
) -> Iterator[tuple[str, Text]]:
    """Subjects with a few tellings of each, the same each time."""
    for subject in subjects:
        tellings = tell(subject)
        for telling in random.Random(subject).sample(tellings, min(EACH, len(tellings))):
            yield subject, telling


def _said_of(word: str, group: str) -> tuple[str, ...]:
    return tuple(text.replace("{}", word) for text in load_seeds().get(group, ()))


@cache
def load_seeds() -> dict[str, tuple[str, ...]]:
    """The subjects of each word."""
    return load_groups(FILE)
