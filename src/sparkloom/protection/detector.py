"""Finding protected names in a text, disguised and misspelt ones included.

Every word is looked up, folded, in the lexicon. Words that could be a disguise are read in more
ways: digits and signs as letters, single letters as one word, two words as one, a plural, and
words nobody knows as a misspelling. What a doubtful name means is told by what stands near it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby, repeat

import numpy as np
from rapidfuzz.distance import OSA

from sparkloom.protection.lexicon import (
    ALONE,
    CATEGORIES,
    LETTER,
    NEAR_MISS_WEIGHTS,
    ORDINARY,
    SLIPS,
    STRANGE,
    Lexicon,
    Name,
    load_lexicon,
)
from sparkloom.protection.normalise import LEET, Words, fold, fold_name, readings
from sparkloom.response import Category

THRESHOLD = 0.5
"""The confidence from which on a name is a finding."""

BASE = {1: 0.1, 2: 0.2, 3: 0.25, 4: 0.35, 5: 0.45, 6: 0.6, 7: 0.75, 8: 0.85, 9: 0.95}
"""The confidence that a name's weight alone gives."""

CUE, WORLD, CAPITAL, DISGUISE = 0.4, 0.25, 0.2, 0.3
"""What evidence adds to it: a word that tells, a name of the same world, a capital letter inside
a sentence or a hashtag, and digits for letters or letters apart, which nobody writes without a
reason."""

SLIP = 0.05
"""What a misspelling takes away from it."""

NEAR, FAR = 3, 12
"""So many words away a cue counts; and so many if the name has a capital, or the cue is part of
another name."""

COMPANY = 40
"""So many words away another name tells something."""

JOINED_LETTERS, SURE_JOINED_LETTERS = 6, 4
"""A name of several words that is written as one must have so many letters; and so many if it
always means the name."""

SPELLED_LETTERS = 4
"""So many single letters in a row may be a word that is spelled out."""

SHORTEST_SPELLED, LONGEST_SPELLED = 3, 32

SHORTEST_SLIP = 3
"""Words of fewer letters are not misspelt: a slip makes other words of them."""

TELLING_LETTERS = 5
"""So many letters in words without a slip, not all of them ordinary, tell a name."""

LONG_NAME, VERY_LONG_NAME = 8, 12
"""Names of so many letters may have one slip, and two."""

SURE = 9

STYLE_NOUNS = frozenset(
    "style manner art work works painting paintings photography aesthetic vibe spirit".split()
)
STYLE_AFTER = frozenset("style styled stylized inspired esque aesthetic".split())
CUES_AFTER: dict[Category, frozenset[str]] = {
    "artist-style": STYLE_AFTER,
    "brand-trademark": frozenset("logo brand branded".split()),
    "celebrity-likeness": frozenset("lookalike impersonator".split()),
    "custom": frozenset("franchise movie anime videogame universe fanart cosplay".split()),
    "fictional-character": frozenset("cosplay cosplayer fanart character".split()),
}
"""What makes a name of the word before it."""

SMALL_WORDS = frozenset("a an and at by de for in la le of on s the to van von with".split())
"""Words that are written small inside a name."""

BREAK = re.compile(r"[\"\n;(){}\[\]|<>]|,(?!\s*(?:inc|jr|\d))|(?<=\w{4})\.\s", re.IGNORECASE)
"""What no name has between two of its words."""

AUTHOR = re.compile(r" ((?:[A-Z\u00c0-\u00de][\w.-]+ ){1,2}[A-Z\u00c0-\u00de][\w-]*\w)")
"""Two or three words with capitals."""

LISTED_WEIGHT = 6

CUES_BEFORE_CHARACTERS = frozenset(("dressed as", "cosplay of", "cosplaying as"))

WHAT = {
    "artist": "an artist",
    "brand": "a brand",
    "celebrity": "a well-known person",
    "character": "a character",
    "hero": "a superhero",
    "villain": "a villain of comics",
    "creature": "a creature of a game",
    "franchise": "a franchise",
    "game": "a game",
    "screen": "a film or a series",
    "studio": "a studio",
    "blocked": "something that is blocked here",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A protected name in a text.

    Attributes:
        text: the words of the text, to the letter.
        start, end: where they are: `text[start:end]` of what was searched.
        name: the name that they stand for, folded.
        kind: what it is the name of, a key of `lexicon.CATEGORIES`.
        category: the category of it.
        confidence: how sure that is, 0.5 to 1.
        reason: why it is taken for the name, a sentence.
    """

    text: str
    start: int
    end: int
    name: str
    kind: str
    category: Category
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """Words that may be a name: those from `first` to before `behind`."""

    first: int
    behind: int
    name: Name
    how: str = ""
    evidence: float = 0.0


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
        found |= _credited(words, text, self._lexicon, found)
        found.update(_tagged(words, text, self._lexicon))
        matches = [self._unless_allowed(match) for match in found if _in_one(match, words, text)]
        readings = _weigh(matches, words, text)
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
        yield from _one_word(tokens[place], place, lexicon)
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
        yield from _around(tokens, place, tokens[place], odd, lexicon)
    for place in sorted(odd):
        token = tokens[place]
        yield from _one_word(token, place, lexicon)
        yield from _around(tokens, place, token, odd, lexicon)
        yield from _disguised(tokens, place, odd, lexicon)
        yield from _apart(tokens, place, lexicon)
    yield from _partnered(tokens, odd, lexicon)
    yield from _spelled_out(tokens, letters, lexicon)


def _one_word(
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


def _least_joined(name: Name) -> int:
    return SURE_JOINED_LETTERS if name.weight == SURE else JOINED_LETTERS


def _around(
    tokens: Sequence[str], place: int, anchor: str, strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """The names of several words whose rarest one is at a place, to the letter or nearly.

    Only words that are `strange` can stand for others.
    """
    yield from _with_word(tokens, place, anchor, lexicon.anchors.get(anchor, ()), strange, lexicon)


def _partnered(
    tokens: Sequence[str], strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """The names that somebody looked at of which a word stands near one that is strange."""
    around = {place + away for place in strange for away in range(-2, 3)}
    for place in sorted(around.intersection(range(len(tokens)))):
        word = tokens[place]
        if places := lexicon.partners.get(word):
            yield from _with_word(tokens, place, word, places, strange, lexicon)


def _with_word(
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
        elif first >= 0 and behind <= len(tokens) and not strange.isdisjoint(range(first, behind)):
            if all(map(_reads, window, parts)):
                yield Match(first, behind, lexicon[index], "in disguise", DISGUISE)
            elif _misspelt(window, parts, lexicon):
                name = lexicon[index]
                if str(name.weight) in NEAR_MISS_WEIGHTS:
                    yield Match(first, behind, name, "misspelt", -SLIP)


def _apart(tokens: Sequence[str], place: int, lexicon: Lexicon) -> Iterator[Match]:
    """A name of one word that an unusual word makes with one of its neighbours."""
    for first in (place - 1, place):
        pair = tokens[max(0, first) : first + 2]
        index = lexicon.whole.get("".join(pair))
        if index is None or len(pair) < 2 or not SMALL_WORDS.isdisjoint(pair):
            continue
        name = lexicon[index]
        if name.weight == SURE and " " not in name.text and len(name.text) >= JOINED_LETTERS:
            yield Match(first, first + 2, name, "written apart")


def _disguised(
    tokens: Sequence[str], place: int, strange: AbstractSet[int], lexicon: Lexicon
) -> Iterator[Match]:
    """What an unusual word could stand for: digits for letters, a plural, a misspelling."""
    token = tokens[place]
    for reading in readings(token):
        yield from _one_word(reading, place, lexicon, "in disguise", DISGUISE)
        yield from _around(tokens, place, reading, strange, lexicon)
        partners = lexicon.partners.get(reading, ())
        yield from _with_word(tokens, place, reading, partners, strange, lexicon)
    if token in lexicon.whole or not token.isalpha():
        return
    if token.endswith(("s", "men")):
        one = token[:-1] if token.endswith("s") else f"{token[:-3]}man"
        for match in _one_word(one, place, lexicon):
            if match.name.weight == SURE:
                yield match
    for other in lexicon.near(token):
        if other in lexicon.whole and token not in lexicon.anchors:
            name = lexicon[lexicon.whole[other]]
            known = str(name.weight) in NEAR_MISS_WEIGHTS and token[0] == other[0]
            if known and _misspelt([token], [other], lexicon):
                yield Match(place, place + 1, name, "misspelt", -SLIP)
        yield from _around(tokens, place, other, strange, lexicon)


def _credited(words: Words, text: str, lexicon: Lexicon, known: AbstractSet[Match]) -> set[Match]:
    """Artists whom nobody listed: two or three words with capitals behind "by", not all ordinary.

    Where a listed name stands there, it is the one that counts.
    """
    listed = {
        place
        for match in known
        if match.name.weight >= LISTED_WEIGHT
        for place in range(match.first, match.behind)
    }
    found = set()
    for place in [place for place, token in enumerate(words.tokens) if token in ("by", "of")]:
        if words.tokens[place] == "of" and words.tokens[place - 1] not in ("style", "manner"):
            continue
        author = AUTHOR.match(text, words.ends[place])
        if author is None:
            continue
        first, behind = place + 1, int(np.searchsorted(words.starts, author.end()))
        tokens = words.tokens[first:behind]
        if listed.isdisjoint(range(first, behind)) and not lexicon.words.issuperset(tokens):
            name = Name(" ".join(tokens), "artist", LISTED_WEIGHT)
            found.add(Match(first, behind, name, "credited as one"))
    return found


def _tagged(words: Words, text: str, lexicon: Lexicon) -> Iterator[Match]:
    """Names that a hashtag begins or ends with: `#starwarsfan`."""
    for sign in re.finditer("#", text):
        place = int(np.searchsorted(words.starts, sign.end()))
        if place < len(words.tokens) and words.starts[place] == sign.end():
            token = words.tokens[place][:LONGEST_SPELLED]
            if token not in lexicon.words:
                for begin, end in _names_inside(token, lexicon):
                    index = lexicon.whole[token[begin:end]]
                    if end - begin >= JOINED_LETTERS and lexicon[index].weight == SURE:
                        yield Match(place, place + 1, lexicon[index], "part of a hashtag")


def _reads(word: str, part: str) -> bool:
    """Whether a word is that of a name, perhaps with digits and signs for its letters."""
    return word == part or (
        len(word) == len(part)
        and all(
            sign == letter or letter in LEET.get(sign, "")
            for sign, letter in zip(word, part, strict=True)
        )
    )


def _misspelt(window: Sequence[str], parts: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether words are those of a long name but for a slip or two, and mean nothing else."""
    letters = sum(map(len, parts))
    if letters < LONG_NAME:
        return False
    same = [part for word, part in zip(window, parts, strict=True) if word == part]
    alike = sum(map(len, same))
    told = alike >= TELLING_LETTERS and not lexicon.words.issuperset(same)
    told = told or (len(same) > 1 and alike >= LONG_NAME)
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


def _spelled_out(
    tokens: Sequence[str], letters: Iterable[int], lexicon: Lexicon
) -> Iterator[Match]:
    """Names in runs of single letters: `d a r t h v a d e r`."""
    for _, places in groupby(enumerate(letters), lambda pair: pair[1] - pair[0]):
        run = [place for _, place in places]
        if len(run) < SHORTEST_SPELLED:
            continue
        spelled = "".join(tokens[place] for place in run)
        for text in (spelled, *readings(spelled)):
            for begin, end in _names_inside(text, lexicon):
                for match in _one_word(text[begin:end], run[begin], lexicon):
                    behind = run[begin] + end - begin
                    yield replace(match, behind=behind, how="spelled out", evidence=DISGUISE)
        if LONG_NAME <= len(run) <= LONGEST_SPELLED:
            for match in _disguised([spelled], 0, {0}, lexicon):
                yield replace(match, first=run[0], behind=run[-1] + 1, how="spelled out")


def _names_inside(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Where names are in letters without spaces, the longest first at every place."""
    article = text[:1] == "a" and len(text) > SHORTEST_SPELLED
    if len(text) - article == SHORTEST_SPELLED and text[article:] in lexicon.whole:
        yield int(article), len(text)
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A match, with how sure it is that the name is meant, and what tells so."""

    match: Match
    confidence: float
    reasons: tuple[str, ...] = ()

    def more(self, evidence: float, reason: str) -> Reading:
        return replace(self, confidence=self.confidence + evidence, reasons=(*self.reasons, reason))


def _weigh(matches: Iterable[Match], words: Words, text: str) -> list[Reading]:
    """How sure each match is, from what stands near it and which others there are."""
    alone = [_alone(match, words, text) for match in matches]
    likely = [reading.match for reading in alone if reading.confidence >= THRESHOLD]
    likely.sort(key=lambda match: match.first)
    places = [match.first for match in likely]

    def near(place: int) -> list[Match]:
        begin, end = (bisect_left(places, place + away) for away in (-COMPANY, COMPANY))
        return likely[begin:end]

    return [
        reading
        if reading.confidence >= THRESHOLD
        else _together(reading, near(reading.match.first), words.tokens)
        for reading in alone
    ]


def _alone(match: Match, words: Words, text: str) -> Reading:
    """How sure a match is without looking at the others."""
    name = match.name
    reading = Reading(match, BASE[name.weight] + match.evidence)
    if match.how:
        reading = reading.more(0.0, match.how)
    if name.weight < SURE:
        capital = _capitalised(match, words, text)
        if capital:
            reading = reading.more(CAPITAL, "written with a capital")
        elif text[words.starts[match.first] - 1 : words.starts[match.first]] == "#":
            reading = reading.more(CAPITAL, "a hashtag")
        if cue := _cue(match, words.tokens, FAR if capital else NEAR):
            reading = reading.more(CUE, f'told by "{cue}" near it')
    return reading


def _together(reading: Reading, likely: Sequence[Match], tokens: Sequence[str]) -> Reading:
    """How sure a doubtful match is in the company of likely ones."""
    match, name = reading.match, reading.match.name
    for other in likely:
        overlaps = other.behind > match.first and other.first < match.behind
        if other.name.kind == "free" or overlaps:
            continue
        if name.cues.intersection(tokens[other.first : other.behind]):
            return reading.more(CUE, f'told by "{other.name.text}"')
        if name.kind == other.name.kind == "artist" and _beside(match, other):
            return reading.more(CUE, "told by the artist beside it")
        if name.world and name.world == other.name.world:
            reading = reading.more(WORLD, f'told by "{other.name.text}", of the same world')
            break
    return reading


def _cue(match: Match, tokens: Sequence[str], distance: int) -> str:
    """A word near a match that tells that the name is meant; empty if there is none."""
    name = match.name
    before = tokens[max(0, match.first - distance) : match.first]
    after = tokens[match.behind : match.behind + distance]
    if own := name.cues.intersection((*before, *after)):
        return min(own)
    category = CATEGORIES.get(name.kind)
    if category == "artist-style":
        if before[-1:] == ["by"]:
            return "by"
        if before[-1:] == ["of"] and STYLE_NOUNS.intersection(before[-2:-1]):
            return f"{before[-2]} of"
    if category == "fictional-character" and " ".join(before[-2:]) in CUES_BEFORE_CHARACTERS:
        return " ".join(before[-2:])
    if category and CUES_AFTER[category].intersection(after[:1]):
        return after[0]
    return ""


def _capitalised(match: Match, words: Words, text: str) -> bool:
    """Whether a match is written with capitals where ordinary words would not be."""
    starts = [
        words.starts[place]
        for place in range(match.first, match.behind)
        if words.tokens[place] not in SMALL_WORDS
    ]
    if not starts or not all(text[start].isupper() for start in starts):
        return False
    around = (*range(max(0, match.first - 2), match.first), match.behind, match.behind + 1)
    beside = [text[words.starts[place]] for place in around if place < len(words.tokens)]
    if not any(letter.islower() for letter in beside):
        return False
    return len(starts) > 1 or not _begins_sentence(text, starts[0])


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rstrip(" \"'*_#([")
    return before[-1] in ".!?:;\n" if before else start < 8


def _in_one(match: Match, words: Words, text: str) -> bool:
    """Whether nothing but a name's own punctuation stands between its words."""
    return match.how == "spelled out" or not any(
        BREAK.search(text, words.ends[place], words.starts[place + 1] + 1)
        for place in range(match.first, match.behind - 1)
    )


def _beside(match: Match, other: Match) -> bool:
    return match != other and (
        0 <= match.first - other.behind <= 1 or 0 <= other.first - match.behind <= 1
    )


def _without_overlaps(readings_: Iterable[Reading], count: int) -> list[Reading]:
    """Those that are sure enough, in order; of two that overlap the longer, then the one that is
    written as it is, then the surer one.

    What is free counts too: a longer free name keeps the shorter name inside it from being one.
    """
    ranked = sorted(
        (reading for reading in readings_ if reading.confidence >= THRESHOLD),
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
