"""Manners: how a change to an image is carried out, in phrases written by hand.

A small model tells well which of these suits an image, and loses the image when it puts one
into words of its own. `manners.tsv` has a line a family of changes: its name, the words by which
a wish is known, a wish of its own, the media and places that suit that, its kinds, and the
phrases. The file is made from `training/gold/manners.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sparkloom.bank.finishes import ANY, OUTDOOR, STUDIO, place_of
from sparkloom.bank.terms import medium_of
from sparkloom.words import words

FILE = Path(__file__).with_name("manners.tsv")

VERBS = {
    "add": frozenset("add put place include insert attach hang".split()),
    "replace": frozenset("replace swap exchange substitute".split()),
    "flip": frozenset("flip mirror".split()),
}
"""Families that the first word of a wish decides on: what follows is a thing, not a manner."""

MOVED = re.compile(r"(?:put|place) (?:it|him|her|them)\b", re.IGNORECASE)
"""A wish that brings nothing in: what the image shows comes somewhere else."""

GONE = re.compile(
    r"no\b|get rid\b|remove\b.*\bbackground|"
    r"(?!.*\b(?:look|turn|walk|run|fly|face|drive|move)).*\b(?:away|gone)$",
    re.IGNORECASE,
)
"""A wish that something be away."""

LOOKS = frozenset("look style feel mood touch finish".split())
"""What a wish gives that is no thing."""

HUES = frozenset(
    "red blue green yellow orange purple pink white brown teal turquoise grey gray".split()
)
COLOURING = frozenset(
    "make turn change paint painted repaint recolour recolor colour color dye dyed tint".split()
)
"""Colours, and words of which a long wish has one where it asks for a colour: `change the car to
red`, but not `girl with brown skin`."""

FEW = 4
"""In so few words a colour alone is what is wished for: `dark red`."""

LIFELIKE = frozenset("photorealistic realistic realism photographic".split())
"""Words that wish for a photo, where `photo` itself may only be what the image is."""

PICTURES = frozenset("photo photograph picture image print scan".split())
"""What is restored, rather than renewed."""

SOMEBODY = frozenset("him her man woman boy girl person".split())
"""Who grows old otherwise than things do."""


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

    @property
    def outdoors(self) -> bool:
        """Whether the weather, the hour or the season changes, which only shows outdoors."""
        return self.places == {OUTDOOR}

    def suits(self, image: str) -> bool:
        """Whether its own wish suits what an image shows, as far as that is told."""
        medium, place = medium_of(image), place_of(image)
        suits_medium = not medium or bool(self.media & {medium, ANY})
        return bool(self.wish) and suits_medium and bool(self.places & {place or STUDIO, ANY})


def manners_of(wish: str) -> list[Manners]:
    """The families that a wish belongs to: one, or two that both change the whole image."""
    families = {family.name: family for family in load_manners()}
    known = _known(wish)
    if GONE.match(wish.strip()):
        return [families["transparent" if "background" in known else "remove"]]
    told = words(wish)
    verb = next((name for name, verbs in VERBS.items() if verbs & set(told[:1])), None)
    if MOVED.match(wish.strip()):
        verb = None
        known.pop("add", None)
    elif "instead" in told:
        verb = "replace"
    for family in known.values():
        if family.alone and not verb:
            return [family]
    whole = [family for family in known.values() if family.whole]
    if told[:1] == ["give"] and not (whole or "face" in known or LOOKS & set(told)):
        verb = "add"
    if verb:  # a thing comes in, unless it is the weather or the hour
        whole = [family for family in whole if family.outdoors]
        known = {verb: families[verb]}
    return whole[:2] or list(known.values())[:1] or [families[ANY]]


def _known(wish: str) -> dict[str, Manners]:
    """The families of which a wish has a cue, less those that another explains better."""
    wish = wish.partition(" instead of ")[0]
    told = words(wish)
    said = {form for word in told for form in (word, word.removesuffix("s"))}
    if said.isdisjoint(COLOURING) and len(told) > FEW:
        said -= HUES
    meant = said & set(words(wish.partition(" for ")[0]))  # `an icon for rain` is no weather
    known = {
        family.name: family
        for family in load_manners()
        if family.cues & (meant if family.outdoors else said)
    }
    dull = {
        "photo": said.isdisjoint(LIFELIKE) and sum(family.whole for family in known.values()) > 1,
        "aged": not said.isdisjoint(SOMEBODY),
        "restore": "renewed" in known and said.isdisjoint(PICTURES),
        "oil": not known.keys().isdisjoint(("watercolour", "gouache")),
        "light": not known.keys().isdisjoint(("lamp", "sunset", "dusk", "dawn", "noon", "night")),
    }
    return {name: family for name, family in known.items() if not dull.get(name)}


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
