"""Manners: how a change to an image is carried out, in phrases written by hand.

A small model tells well which of these suits an image, and loses the image when it puts one
into words of its own. `manners.tsv` has a line a family of changes: its name, the words by which
a wish is known, a wish of its own, the media and places that suit that, its kinds, and the
phrases. The file is made from `training/gold/manners.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sparkloom.bank.finishes import ANY, OUTDOOR, STUDIO, medium_of, place_of
from sparkloom.words import words

FILE = Path(__file__).with_name("manners.tsv")

VERBS = {
    "add": frozenset("add put place include insert attach".split()),
    "replace": frozenset("replace swap exchange substitute".split()),
}
"""Families that the first word of a wish decides on: what follows is a thing, not a manner."""


@dataclass(frozen=True, slots=True)
class Manners:
    """A family of changes.

    Attributes:
        cues: the words by which a wish is known.
        wish: a wish of this kind, where nobody says what to change; may be empty.
        media: the media that this wish suits, or `any`.
        places: likewise.
        whole: whether the whole image changes, not a part of it.
        alone: whether a wish of this kind has no other.
        phrases: how to carry it out; each fits behind any wish of this kind.
    """

    name: str
    cues: frozenset[str]
    wish: str
    media: frozenset[str]
    places: frozenset[str]
    whole: bool
    alone: bool
    phrases: tuple[str, ...]

    def suits(self, image: str) -> bool:
        """Whether its own wish suits what an image shows, as far as that is told."""
        medium, place = medium_of(image), place_of(image)
        suits_medium = not medium or bool(self.media & {medium, ANY})
        return bool(self.wish) and suits_medium and bool(self.places & {place or STUDIO, ANY})


def manners_of(wish: str) -> list[Manners]:
    """The families that a wish belongs to: one, or two that both change the whole image."""
    said = {form for word in words(wish) for form in (word, word.removesuffix("s"))}
    known = [family for family in load_manners() if family.cues & said]
    first = set(words(wish)[:1])
    verb = next((name for name, verbs in VERBS.items() if verbs & first), None)
    for family in known:
        if family.alone and not verb:
            return [family]
    whole = [family for family in known if family.whole]
    if first == {"give"}:  # a thing comes in, unless it is a look or a smile
        verb = None if whole or any(family.name == "face" for family in known) else "add"
    if verb:  # a thing comes in, unless it is the weather or the hour
        whole = [family for family in whole if family.places == {OUTDOOR}]
        known = [family for family in load_manners() if family.name == verb]
    if whole:
        return whole[:2]
    return known[:1] or [family for family in load_manners() if family.name == ANY]


def proposals(image: str) -> list[Manners]:
    """The families whose own wish suits an image, where nobody says what to change."""
    return [family for family in load_manners() if family.suits(image)]


@cache
def load_manners() -> list[Manners]:
    """The families that ship with Sparkloom."""
    made = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        name, cues, wish, media, places, kinds, phrases = line.split("\t")
        made.append(
            Manners(
                name,
                frozenset(cues.split()),
                wish,
                frozenset(media.split()),
                frozenset(places.split()),
                "whole" in kinds.split(),
                "alone" in kinds.split(),
                tuple(phrases.split(" | ")),
            )
        )
    return made
