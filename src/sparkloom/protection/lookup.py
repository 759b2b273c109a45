"""Looking names up by their words: to the letter, with digits for letters, or misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from sparkloom.protection.lexicon import SURE, Lexicon, Name
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import reads, singulars
from sparkloom.protection.slip import SLIP, misspelt

DISGUISE = 0.3
"""What digits for letters, or letters apart, add to the confidence: nobody writes so without a
reason."""

JOINED_LETTERS, SURE_JOINED_LETTERS = 6, 4
"""A name of several words that is written as one must have so many letters; and so many if it
always means the name."""

TELLING_WORDS = 3
"""In names of so many words the others may tell one that a slip has made ordinary."""


def one_word(
    token: str, place: int, lexicon: Lexicon, how: str = "", evidence: float = 0.0
) -> Iterator[Match]:
    """The name that a word is, or that it is without its spaces."""
    index = lexicon.whole.get(token)
    if index is None:
        return
    name = lexicon[index]
    if " " not in name.text:
        yield Match(place, place + 1, name, how, evidence)
    elif len(token) >= _least_joined(name) and token not in lexicon.words:
        yield Match(place, place + 1, name, how or "written as one word", evidence)


def around(
    tokens: Sequence[str], place: int, anchor: str, strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """The names of several words whose rarest one is at a place, to the letter or nearly.

    Only words that are `strange` can be others in disguise.
    """
    yield from with_word(tokens, place, anchor, lexicon.anchors.get(anchor, ()), strange, lexicon)


def partnered(
    tokens: Sequence[str], strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """The names that somebody looked at of which a word stands near one that is strange."""
    near = {place + away for place in strange for away in range(-2, 3)}
    for place in sorted(near.intersection(range(len(tokens)))):
        word = tokens[place]
        if places := lexicon.partners.get(word):
            yield from with_word(tokens, place, word, places, strange, lexicon)


def with_word(
    tokens: Sequence[str],
    place: int,
    word: str,
    names: Iterable[int],
    strange: AbstractSet[int],
    lexicon: Lexicon,
) -> Iterator[Match]:
    """Those of some names that stand where one of their words does, or nearly."""
    for index in names:
        parts = lexicon.parts(index)
        first = place - parts.index(word)
        behind = first + len(parts)
        window = tokens[max(0, first) : behind]
        if window == parts:
            yield Match(first, behind, lexicon[index])
        elif window[:-1] == parts[:-1] and parts[-1] in singulars(window[-1]):
            if lexicon[index].weight == SURE:
                yield Match(first, behind, lexicon[index])
        elif first >= 0 and behind <= len(tokens):
            if strange.isdisjoint(range(first, behind)):
                if len(parts) < TELLING_WORDS:
                    continue
            elif all(map(reads, window, parts)):
                yield Match(first, behind, lexicon[index], "in disguise", DISGUISE)
                continue
            name = lexicon[index]
            if misspelt(window, parts, name.weight, lexicon):
                yield Match(first, behind, name, "misspelt", -SLIP)


def _least_joined(name: Name) -> int:
    return SURE_JOINED_LETTERS if name.weight == SURE else JOINED_LETTERS
