"""What a word that nobody knows could stand for: digits for letters, a plural, a misspelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from sparkloom.protection.lexicon import SMALL_WORDS, SURE, Lexicon
from sparkloom.protection.lookup import (
    DISGUISE,
    JOINED_LETTERS,
    around,
    one_word,
    with_word,
)
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import readings, singulars
from sparkloom.protection.slip import SLIP, misspelt

SHORTEST_CODE = 4
"""Words of fewer letters with two digits are codes, not names."""


def disguised(
    tokens: Sequence[str], place: int, strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """The names that an unusual word could stand for, alone or with the words beside it."""
    token = tokens[place]
    read = readings(token)
    codes = len(token) < SHORTEST_CODE and sum(map(str.isdigit, token)) > 1
    for reading in read:
        if not codes:  # "S14" is a car, not somebody called Sia
            yield from one_word(reading, place, lexicon, "in disguise", DISGUISE)
        yield from around(tokens, place, reading, strange, lexicon)
        partners = lexicon.partners.get(reading, ())
        yield from with_word(tokens, place, reading, partners, strange, lexicon)
    letters = read[0] if read else token
    if token in lexicon.whole or not letters.isalpha():
        return
    for one in singulars(letters):
        for match in one_word(one, place, lexicon):
            if match.name.weight == SURE:
                yield match
    for other in lexicon.near(letters):
        if other in lexicon.whole and letters not in lexicon.anchors:
            name = lexicon[lexicon.whole[other]]
            if letters[0] == other[0] and misspelt([letters], [other], name.weight, lexicon):
                yield Match(place, place + 1, name, "misspelt", -SLIP)
        yield from around(tokens, place, other, strange, lexicon)


def apart(tokens: Sequence[str], place: int, lexicon: Lexicon) -> Iterator[Match]:
    """A name of one word that an unusual word makes with one of its neighbours."""
    for first in (place - 1, place):
        pair = tokens[max(0, first) : first + 2]
        index = lexicon.whole.get("".join(pair))
        if index is None or len(pair) < 2 or not SMALL_WORDS.isdisjoint(pair):
            continue
        name = lexicon[index]
        if name.weight == SURE and " " not in name.text and len(name.text) >= JOINED_LETTERS:
            yield Match(first, first + 2, name, "written apart")
