"""Names whose letters stand apart, `d a r t h v a d e r`, or run together, `#starwarsfan`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from sparkloom.protection.disguise import disguised
from sparkloom.protection.lexicon import SURE, Lexicon
from sparkloom.protection.lookup import DISGUISE, JOINED_LETTERS, one_word, with_word
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import Words, readings
from sparkloom.protection.slip import LONG_NAME

HOW = "spelled out"

SPELLED_LETTERS = 4
"""So many single letters in a row may be a word that is spelled out."""

SHORTEST_SPELLED, LONGEST_SPELLED = 3, 40

BESIDE_SPELLED = 5
"""So many words beside letters may belong to a name with them."""


def runs(letters: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where single letters stand in a row: the first one, and the place behind the last.

    Args:
        letters: the places of single letters, in order.
    """
    for _, places in groupby(enumerate(letters), lambda pair: pair[1] - pair[0]):
        run = [place for _, place in places]
        yield run[0], run[-1] + 1


def spelled_out(tokens: Sequence[str], letters: Iterable[int], lexicon: Lexicon) -> Iterator[Match]:
    """Names in runs of single letters, alone or with the words beside them."""
    for first, behind in runs(letters):
        spelled = "".join(tokens[first:behind])
        if len(spelled) < 2:
            continue
        for text in (spelled, *readings(spelled)):
            yield from _whole(text, first, lexicon)
            for begin, end in names_inside(text, lexicon):
                for match in one_word(text[begin:end], first + begin, lexicon):
                    yield replace(match, behind=first + end, how=HOW, evidence=DISGUISE)
        if SHORTEST_SPELLED <= len(spelled) <= LONGEST_SPELLED:
            yield from _beside(tokens, first, behind, spelled, lexicon)
        if LONG_NAME <= len(spelled) <= LONGEST_SPELLED:
            for match in disguised([spelled], 0, {0}, lexicon):
                yield replace(match, first=first, behind=behind, how=HOW)


def _whole(text: str, first: int, lexicon: Lexicon) -> Iterator[Match]:
    """The name that all letters of a run are, or all but an article; two of them prove nothing."""
    for begin in (0, 1) if text[0] == "a" else (0,):
        index = lexicon.whole.get(text[begin:])
        if index is not None and len(text) - begin > 1:
            evidence = DISGUISE if len(text) - begin >= SHORTEST_SPELLED else 0.0
            yield Match(first + begin, first + len(text), lexicon[index], HOW, evidence)


def _beside(
    tokens: Sequence[str], first: int, behind: int, spelled: str, lexicon: Lexicon
) -> Iterator[Match]:
    """Names of which one word is spelled out: `s n o o p dogg`."""
    begin = max(0, first - BESIDE_SPELLED)
    place = first - begin
    window = [*tokens[begin:first], spelled, *tokens[behind : behind + BESIDE_SPELLED]]
    names = (*lexicon.anchors.get(spelled, ()), *lexicon.partners.get(spelled, ()))
    for match in with_word(window, place, spelled, names, {place}, lexicon):
        if match.first <= place < match.behind:
            end = begin + match.behind + behind - first - 1
            yield replace(match, first=begin + match.first, behind=end, how=HOW, evidence=DISGUISE)


def tagged(words: Words, text: str, lexicon: Lexicon) -> Iterator[Match]:
    """Names that a hashtag begins or ends with: `#starwarsfan`."""
    for sign in re.finditer("#", text):
        place = int(np.searchsorted(words.starts, sign.end()))
        if place < len(words.tokens) and words.starts[place] == sign.end():
            token = words.tokens[place][:LONGEST_SPELLED]
            if token not in lexicon.words:
                for begin, end in names_inside(token, lexicon):
                    index = lexicon.whole[token[begin:end]]
                    if end - begin >= JOINED_LETTERS and lexicon[index].weight == SURE:
                        yield Match(place, place + 1, lexicon[index], "part of a hashtag")


def names_inside(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Where names are in letters without spaces, the longest first at every place."""
    begin = 0
    while begin + SPELLED_LETTERS <= len(text):
        for end in range(min(len(text), begin + LONGEST_SPELLED), begin + SPELLED_LETTERS - 1, -1):
            edge = begin == 0 or end == len(text)
            least = SPELLED_LETTERS if edge else JOINED_LETTERS
            if end - begin >= least and text[begin:end] in lexicon.whole:
                yield begin, end
                begin = end
                break
        else:
            begin += 1
