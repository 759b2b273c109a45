"""A finding: a protected name in a text, with its place and the reason."""

from __future__ import annotations

from dataclasses import dataclass

from sparkloom.response import Category

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
"""What a name of each kind is the name of."""


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
