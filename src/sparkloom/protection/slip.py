"""Slips of the pen: whether words are those of a name but for a letter or two."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from sparkloom.protection.lexicon import NEAR_MISS_WEIGHTS, SLIPS, SURE, Lexicon
from sparkloom.protection.normalise import readings

SLIP = 0.05
"""What a misspelling takes away from the confidence."""

SHORTEST_SLIP = 3
"""Words of fewer letters are not misspelt: a slip makes other words of them."""

TELLING_LETTERS = 5
"""So many letters in words without a slip, not all of them ordinary, tell a name."""

LONG_NAME, SURE_LONG_NAME, VERY_LONG_NAME = 8, 7, 12
"""Names of so many letters may have one slip, those that always mean the name too, and two."""


def misspelt(window: Sequence[str], parts: Sequence[str], weight: int, lexicon: Lexicon) -> bool:
    """Whether words are those of a long name but for a slip or two, and mean nothing else.

    A slip that makes another word is believed where the words beside it tell the name. So are
    those in names that nobody looked at.

    Args:
        window: the words.
        parts: those of the name, as many.
        weight: of the name.
    """
    letters = sum(map(len, parts))
    if letters < (SURE_LONG_NAME if weight == SURE else LONG_NAME):
        return False
    window = [*map(_letters, window)]
    same = [part for word, part in zip(window, parts, strict=True) if word == part]
    alike = sum(map(len, same))
    rare = alike >= TELLING_LETTERS and not lexicon.words.issuperset(same)
    if weight not in NEAR_MISS_WEIGHTS and not rare:
        return False
    told = rare or (len(same) > 1 and alike >= LONG_NAME)
    slips = 0
    ordinary = False
    for word, part in zip(window, parts, strict=True):
        if word != part:
            short = min(len(word), len(part)) < SHORTEST_SLIP
            ordinary = ordinary or short or word in lexicon.words
            if not word.isalpha() or word == "s" or (ordinary and not told):
                return False
            slips += OSA.distance(word, part, score_cutoff=SLIPS)
    return slips <= (1 if ordinary or letters < VERY_LONG_NAME else SLIPS)


def _letters(word: str) -> str:
    """A word with letters for its digits and signs, where it has letters as well."""
    return next(iter(readings(word)), word) if not word.isalpha() else word
