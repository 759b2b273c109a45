"""Templates: the texts of a model taken to pieces, to see what belongs to their form.

A text is parted at its marks. What other texts have too is the form's, but for numbers, letters and
colours; the first piece that is a text's own tells its subject; of the rest some pieces tell how a
picture looks, and the others what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from sparkloom.bank.terms import NAMED, named
from sparkloom.words import stem, words

ALIKE = 0.5
"""So large a share of their words two pieces have in common that say the same."""

MANNER_WORDS = 5
"""The most words of a piece that tells how a picture looks; a longer one tells what it shows."""

VALUE_WORDS = 2
"""The most words of a piece behind a label: `model: man, fifties, silver cornrows`."""

TAG_WORDS = 2.0
"""Texts with fewer words a piece are tags."""

PROSE_WORDS, PROSE_SENTENCES = 9, 3
"""Texts of so many sentences and more, with so many words each, are prose."""

MARK = re.compile(r"(\s*(?:::|[,;:.!?])(?=\s|\Z)\s*|\s+[/|–—-]\s+)")  # noqa: RUF001
STOPS = (".", "!", "?")

COLOURS = (
    "blue green pink grey yellow lilac cream mint sand coral amber teal plum olive peach".split()
)
VARIES = re.compile(rf"\d+(?:\.\d+)?|\b[B-HJ-Z]\b|\b(?:{'|'.join(COLOURS)})\b")
"""What a form varies from text to text: `date stamp '94`, `leader lines A to H`, `blue ground`."""

TELLS = re.compile(r"\b(?:is|are|was|has|have|had|with|though|while|who)\b|'", re.IGNORECASE)
"""Words of a piece that tells what a picture shows, whatever light it speaks of."""

Role = Literal["form", "subject", "picture", "manner", "value"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Attributes:
        text: what stands between two marks.
        mark: the mark behind it, with its spaces.
        role: `form` where other texts have it too; `subject` where it tells what the picture is of;
            `picture` where it tells more of that; `manner` where it tells how the picture looks;
            `value` where it is a word or two behind a label of the form.
        lead: words at its beginning that other texts have in the same place.
        label: the label behind which it stands, with a comma for each piece between.
        alike: what other texts have in the place of a piece of the form.
    """

    text: str
    mark: str
    role: Role = "picture"
    lead: str = ""
    label: str = ""
    alike: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Its words."""
        return len(self.text.split())

    @property
    def ends(self) -> bool:
        """Whether a sentence ends with it."""
        return self.mark.strip() in STOPS


Template = tuple[Piece, ...]


def templates_of(texts: Sequence[str]) -> list[Template]:
    """The pieces of each text, behind the trigger of all of them, with what each is for."""
    parted = [pieces_of(text) for text in texts]
    return [
        _template(pieces, [others for others in parted if others is not pieces])
        for pieces in parted
    ]


def pieces_of(text: str) -> list[Piece]:
    """What stands between the marks of a text; `f/2.8` and `6:10` stay whole."""
    *parts, last = MARK.split(text)
    pieces = [Piece(one, mark) for one, mark in zip(parts[::2], parts[1::2], strict=True)]
    return [piece for piece in [*pieces, Piece(last, "")] if piece.text.strip()]


def is_prose(templates: Sequence[Template]) -> bool:
    """Whether texts are sentences rather than phrases."""
    pieces = [piece for template in templates for piece in template]
    sentences = sum(piece.ends for piece in pieces)
    said = sum(piece.length for piece in pieces)
    return sentences >= PROSE_SENTENCES * len(templates) and said >= PROSE_WORDS * sentences


def is_tags(templates: Sequence[Template]) -> bool:
    """Whether texts are tags rather than phrases."""
    pieces = [piece for template in templates for piece in template]
    return sum(piece.length for piece in pieces) < TAG_WORDS * len(pieces)


def is_manner(text: str) -> bool:
    """Whether a few words tell how a picture looks: its light, view or medium, or two colours."""
    if len(text.split()) > MANNER_WORDS or TELLS.search(text):
        return False
    colours = NAMED["palette"].intersection(map(stem, words(text)))
    return bool(set(named(text)) - {"palette"}) or len(colours) > 1


def _template(pieces: Sequence[Piece], others: Sequence[Sequence[Piece]]) -> Template:
    made: list[Piece] = []
    has_subject, label = False, ""
    for at, piece in enumerate(pieces):
        beside = [one[at] for one in others if at < len(one)]
        alike = tuple(one.text for pieces in others for one in pieces if _alike(piece, one))
        role: Role = "picture"
        if alike:
            role = "form"
        elif not has_subject:
            # One word alone is of a set: `oval`, `lobby`.
            role = "subject" if any(one.length > 1 for one in [piece, *beside]) else "form"
            has_subject = role == "subject"
        elif label and piece.length <= VALUE_WORDS:
            role = "value"
        elif is_manner(piece.text):
            role = "manner"
        made.append(replace(piece, role=role, lead=_lead(piece, beside), label=label, alike=alike))
        label = _label_behind(made[-1])
    return tuple(made)


def _label_behind(piece: Piece) -> str:
    """The label of the next piece."""
    if piece.role == "form" and ":" in piece.mark:
        return piece.text
    return f"{piece.label}," if piece.label and piece.mark.strip() == "," else ""


def _alike(one: Piece, other: Piece) -> bool:
    """Whether two pieces say the same, but for what varies."""
    mine, theirs = _said(one.text), _said(other.text)
    if mine == theirs:
        return True
    return len(mine) > 1 and len(mine & theirs) >= ALIKE * len(mine | theirs)


@lru_cache(maxsize=2**10)  # each piece is held against all others
def _said(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(VARIES.sub("0", text))))


def _lead(piece: Piece, beside: Sequence[Piece]) -> str:
    """The first words of a piece that half of the pieces in its place have too."""
    mine = piece.text.split()
    shared = 0
    for count in range(1, len(mine)):
        having = sum(other.text.split()[:count] == mine[:count] for other in beside)
        if 2 * having < max(2, len(beside)):
            break
        shared = count
    return " ".join(mine[:shared])
