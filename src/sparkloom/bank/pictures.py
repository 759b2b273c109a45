"""Pictures: hand-written prompts of the bank that go on from a noun, whole as they are.

`pictures.tsv` has a line a noun in one number: the noun, `s` where there are several of it, and for
each prompt its line in the bank and where it goes on. It is made from `training/gold` by
`training/bank.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sparkloom.bank.bank import load_bank
from sparkloom.bank.kinds import GRAPHIC, nouns, singular
from sparkloom.bank.subject import Noun, noun_of
from sparkloom.bank.terms import medium_of, named

FILE = Path(__file__).with_name("pictures.tsv")

END = 40
"""So many characters at its end tell one picture from any other text."""


def pictures_of(spark: str) -> tuple[str, ...]:
    """How prompts go on that begin with the noun of a spark, and do not contradict it; some with
    a comma."""
    noun = noun_of(spark)
    if noun is None or is_of_another(noun):
        return ()
    prompts = load_bank().prompts
    places = load_pictures().get((noun.name, noun.plural), ())
    told = (prompts[number][end:].strip(" .") for number, end in places)
    medium, coloured = medium_of(spark), "palette" in named(spark)
    return tuple(
        text
        for text in told
        if (not medium or medium_of(text) in ("", medium))
        and not (coloured and "palette" in named(text))
    )


def is_of_another(noun: Noun) -> bool:
    """Whether the words before a noun make it another: a `walrus colony`, a `sewer tileset`."""
    drawn = noun.kind.name in GRAPHIC
    return any(drawn or singular(word) in nouns() for word in noun.modifiers)


def is_picture(text: str) -> bool:
    """Whether a text ends as a picture does, which says itself how it is made."""
    return text.rstrip(" .,")[-END:] in _ends()


@cache
def _ends() -> frozenset[str]:
    prompts = load_bank().prompts
    numbers = (number for places in load_pictures().values() for number, _ in places)
    return frozenset(prompts[number].rstrip(" .,")[-END:] for number in numbers)


@cache
def load_pictures() -> dict[tuple[str, bool], tuple[tuple[int, int], ...]]:
    """The prompts of each noun, of one and of several: their numbers, and where they go on."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {
        (noun, several == "s"): tuple(
            (int(number), int(end))
            for number, _, end in (place.partition(":") for place in places.split())
        )
        for noun, several, places in rows
    }
