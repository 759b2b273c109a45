"""Finding protected names in a text, disguised and misspelt ones included.

Every word is looked up, folded, in the lexicon. Words that could be a disguise are read in more
ways: digits and signs as letters, single letters as one word, two words as one, a plural, and
words nobody knows as a misspelling. What a doubtful name means is told by what stands near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np

from sparkloom.protection.credit import credited
from sparkloom.protection.disguise import apart, disguised
from sparkloom.protection.evidence import THRESHOLD, Reading, weigh
from sparkloom.protection.finding import WHAT, Finding
from sparkloom.protection.lexicon import (
    ALONE,
    CATEGORIES,
    LETTER,
    ORDINARY,
    STRANGE,
    SURE,
    Lexicon,
    Name,
    load_lexicon,
)
from sparkloom.protection.lookup import around, one_word, partnered
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import Words, fold, fold_name
from sparkloom.protection.spelling import HOW as SPELLED_OUT
from sparkloom.protection.spelling import spelled_out, tagged

BREAK = re.compile(r"[\"\n;(){}\[\]|<>]|,(?!\s*(?:inc|jr|\d))|(?<=\w{4})\.\s", re.IGNORECASE)
"""What no name has between two of its words."""


class Detector:
    """Finds protected names. May be shared between threads.

    Args:
        allowed: names that are not protected here.
        blocked: names that are, beside those of the lexicon.
        lexicon: the one that ships with Sparkloom if left out.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        blocked: Iterable[str] = (),
        lexicon: Lexicon | None = None,
    ) -> None:
        self._allowed = frozenset(map(fold_name, allowed))
        self._lexicon = lexicon or load_lexicon()
        own = [Name(fold_name(name), "blocked", SURE) for name in blocked]
        self._lexicons = (
            [Lexicon.of(own, self._lexicon.words), self._lexicon] if own else [self._lexicon]
        )

    def find(self, text: str) -> list[Finding]:
        """The protected names in a text, in order, no two of them overlapping.

        Takes time linear in the text's length; any string will do.
        """
        words = fold(text)
        found = {match for lexicon in self._lexicons for match in _matches(words.tokens, lexicon)}
        found |= credited(words, text, self._lexicon, found)
        found.update(tagged(words, text, self._lexicon))
        matches = [self._unless_allowed(match) for match in found if _in_one(match, words, text)]
        readings = weigh(matches, words, text)
        return [
            _finding(reading, words, text)
            for reading in _without_overlaps(readings, len(words.tokens))
            if reading.match.name.kind in CATEGORIES
        ]

    def _unless_allowed(self, match: Match) -> Match:
        if match.name.text not in self._allowed:
            return match
        return replace(match, name=Name(match.name.text, "free", SURE))


def _matches(tokens: Sequence[str], lexicon: Lexicon) -> Iterator[Match]:
    """Everything that could be a name, likely or not."""
    states = np.frombuffer(bytes(map(lexicon.known.get, tokens, repeat(STRANGE))), np.uint8)
    strange = states == STRANGE
    near = strange.copy()
    near[1:] |= strange[:-1]
    near[:-1] |= strange[1:]
    odd = frozenset(np.flatnonzero(strange).tolist())
    alone = np.flatnonzero(states == ALONE).tolist()
    letters = np.flatnonzero(states == LETTER).tolist()
    for place in (*alone, *(place for place in letters if tokens[place] in lexicon.whole)):
        yield from one_word(tokens[place], place, lexicon)
    hanging = (states != ORDINARY) & ~strange
    company, padded = lexicon.company, [*tokens, ""]
    together = np.flatnonzero(hanging & near).tolist()
    together += [
        place
        for place in np.flatnonzero(hanging & ~near).tolist()
        if padded[place + 1] in company[padded[place]]
        or padded[place - 1] in company[padded[place]]
    ]
    for place in together:
        yield from around(tokens, place, tokens[place], odd, lexicon)
    for place in sorted(odd):
        token = tokens[place]
        yield from one_word(token, place, lexicon)
        yield from around(tokens, place, token, odd, lexicon)
        yield from disguised(tokens, place, odd, lexicon)
        yield from apart(tokens, place, lexicon)
    yield from partnered(tokens, odd, lexicon)
    yield from spelled_out(tokens, letters, lexicon)


def _in_one(match: Match, words: Words, text: str) -> bool:
    """Whether nothing but a name's own punctuation stands between its words."""
    return match.how == SPELLED_OUT or not any(
        BREAK.search(text, words.ends[place], words.starts[place + 1] + 1)
        for place in range(match.first, match.behind - 1)
    )


def _without_overlaps(readings: Iterable[Reading], count: int) -> list[Reading]:
    """Those that are sure enough, in order; of two that overlap the longer, then the one that is
    written as it is, then the surer one.

    What is free counts too: a longer free name keeps the shorter name inside it from being one.
    """
    ranked = sorted(
        (reading for reading in readings if reading.confidence >= THRESHOLD),
        key=lambda reading: (
            reading.match.first - reading.match.behind,
            bool(reading.match.how),
            -reading.confidence,
            reading.match.first,
            reading.match.name,
        ),
    )
    taken = bytearray(count)
    chosen = []
    for reading in ranked:
        match = reading.match
        if not any(taken[match.first : match.behind]):
            taken[match.first : match.behind] = b"\1" * (match.behind - match.first)
            chosen.append(reading)
    return sorted(chosen, key=lambda reading: reading.match.first)


def _finding(reading: Reading, words: Words, text: str) -> Finding:
    match, name = reading.match, reading.match.name
    start, end = int(words.starts[match.first]), int(words.ends[match.behind - 1])
    reason = ", ".join((f"The name of {WHAT[name.kind]}", *reading.reasons)) + "."
    return Finding(
        text[start:end],
        start,
        end,
        name.text,
        name.kind,
        CATEGORIES[name.kind],
        round(min(reading.confidence, 0.99), 2),
        reason,
    )
