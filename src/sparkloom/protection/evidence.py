"""What tells that a name is meant: its weight, how it is written, and what stands near it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sparkloom.protection.lexicon import CATEGORIES, SMALL_WORDS, SURE
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import Words
from sparkloom.response import Category

THRESHOLD = 0.5
"""The confidence from which on a name is a finding."""

BASE = {1: 0.1, 2: 0.2, 3: 0.25, 4: 0.35, 5: 0.45, 6: 0.6, 7: 0.75, 8: 0.85, 9: 0.95}
"""The confidence that a name's weight alone gives."""

CUE, WORLD, CAPITAL = 0.4, 0.25, 0.2
"""What evidence adds to it: a word that tells, a name of the same world, and a capital letter
inside a sentence or a hashtag."""

NEAR, FAR = 3, 12
"""So many words away a cue counts; and so many if the name has a capital, or the cue is part of
another name."""

COMPANY = 40
"""So many words away another name tells something."""

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

CUES_BEFORE_CHARACTERS = frozenset(("dressed as", "cosplay of", "cosplaying as"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A match, with how sure it is that the name is meant, and what tells so."""

    match: Match
    confidence: float
    reasons: tuple[str, ...] = ()

    def more(self, evidence: float, reason: str) -> Reading:
        return replace(self, confidence=self.confidence + evidence, reasons=(*self.reasons, reason))


def weigh(matches: Iterable[Match], words: Words, text: str) -> list[Reading]:
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


def _beside(match: Match, other: Match) -> bool:
    return match != other and (
        0 <= match.first - other.behind <= 1 or 0 <= other.first - match.behind <= 1
    )
