"""Phrases that finish a prompt: view, light, palette and medium, written by hand.

A small model says well what a picture shows, and loses the thread with every clause after
that. So it writes the opening, and the rest is taken from `finishes.tsv`: phrases that name
nothing which would have to be in the picture, each with the media and the places it suits.
The file is made from `training/gold/finishes.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sparkloom.words import stem, words

FILE = Path(__file__).with_name("finishes.tsv")

Part = Literal["view", "light", "palette", "medium"]
PARTS: tuple[Part, ...] = ("view", "light", "palette", "medium")


def _signs(text: str) -> frozenset[str]:
    """The stems of words; one with a hyphen counts as a whole too: `close-up`, `closeup`."""
    return frozenset(map(stem, words(text) + words(text.replace("-", ""))))


WEIGHTS = {
    "photo": 5,
    "illustration": 5,
    "painting": 4,
    "render": 4,
    "drawing": 2,
    "print": 2,
    "craft": 1,
    "pixel": 1,
}
"""How often a family of media is taken where nothing speaks for one."""

NEAR_WEIGHT = 8
"""How much each prompt near by adds to its family."""

FAMILIES = {
    "pixel": _signs("pixel sprite tileset 8bit 16bit 32bit"),
    "craft": _signs("clay felt papercut origami embroidery embroidered crochet knitted"),
    "print": _signs("linocut woodcut woodblock etching engraving lithograph risograph screenprint"),
    "render": _signs("render rendered 3d lowpoly voxel cgi isometric"),
    "drawing": _signs("drawing sketch pencil charcoal crayon doodle ink blueprint"),
    "painting": _signs("painting painted watercolour watercolor gouache oil acrylic fresco mural"),
    "illustration": _signs(
        "illustration illustrated cartoon comic manga anime vector icon logo sticker storybook "
        "poster infographic emblem"
    ),
    "photo": _signs(
        "photo photograph photography photographic photorealistic macro snapshot polaroid lens "
        "35mm shot product headshot"
    ),
}
"""Families of media and the words that name them, the more specific family first."""

NAMED: dict[Part, frozenset[str]] = {
    "view": _signs(
        "closeup macro aerial overhead view angle isometric panorama panoramic profile "
        "lens wide foreground topdown sidescroller frontal symmetrical centred"
    ),
    "light": _signs(
        "light lit lighting lamp lantern lamplight candle candlelight glow glowing sun sunlight "
        "sunlit sunset sunrise moon moonlight moonlit dusk dawn night noon twilight evening "
        "morning afternoon shadow neon torch fire firelight backlit overcast daylight starlight"
    ),
    "palette": _signs(
        "red green blue yellow orange purple violet pink brown black white grey gray gold golden "
        "silver teal turquoise crimson scarlet navy cream beige ivory copper bronze monochrome "
        "colour color colourful colorful pastel palette ochre indigo magenta cyan lilac rust"
    ),
    "medium": frozenset().union(*FAMILIES.values()),
}
"""Words by which a prompt names a part itself: nothing is added that could contradict it."""

PLACES = {
    "outdoor": _signs(
        "lake sea ocean river field street sky tree forest wood mountain hill road beach garden "
        "boat ship park snow rain desert harbour harbor coast cliff island meadow valley village "
        "city bridge roof rooftop market castle tower waterfall jungle swamp cloud storm shore "
        "station farm train truck car bus bicycle lighthouse dragon horse wolf deer bird"
    ),
    "indoor": _signs(
        "room kitchen bedroom bathroom hall library shop bakery cafe bar office studio workshop "
        "church cathedral attic cellar cave dungeon tavern museum classroom laboratory theatre "
        "theater stage shelf desk table sofa bed toilet refrigerator oven corridor"
    ),
}
OUTDOOR = "outdoor"
STUDIO = "studio"
"""Where a thing is taken to stand if no place is named."""

ANY = "any"


@dataclass(frozen=True, slots=True)
class Finish:
    """What finishes a prompt; a part that the prompt has already is empty."""

    view: str = ""
    light: str = ""
    palette: str = ""
    medium: str = ""

    @property
    def phrases(self) -> list[str]:
        return [phrase for phrase in astuple(self) if phrase]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the file.

    Attributes:
        families: the families of media it suits, or `any`.
        places: where it can be, `outdoor`, `indoor` or `studio`, or `any`.
    """

    part: Part
    families: frozenset[str]
    places: frozenset[str]
    text: str


def named(text: str) -> list[Part]:
    """The parts that a text names itself."""
    stems = _signs(text)
    return [part for part in PARTS if not stems.isdisjoint(NAMED[part])]


def finish(
    said: str, near: Iterable[str], parts: Collection[Part] = PARTS, words_wanted: int = 99
) -> Finish:
    """What finishes a prompt; the same for the same prompt.

    Args:
        said: what the prompt says so far.
        near: prompts of the kind that is wanted: they decide on the medium where `said` does not.
        parts: which parts are wanted.
        words_wanted: about how many words to add; a medium and a light come first.
    """
    draw = random.Random(said)
    family = medium_of(said) or _medium_near(near, draw)
    place = place_of(said) or STUDIO
    chosen: dict[Part, str] = {}
    left = words_wanted
    for part in ("medium", "light", "palette", "view"):
        if part in parts and left > 0:
            chosen[part] = draw.choice(_fitting(part, family, place))
            left -= len(chosen[part].split())
    return Finish(**chosen)


def medium_of(text: str) -> str:
    """The family of media that a text names; empty if none."""
    stems = _signs(text)
    return next((name for name, signs in FAMILIES.items() if stems & signs), "")


def place_of(text: str) -> str:
    """`outdoor` or `indoor`, where a text names a thing that is found there; else empty."""
    stems = _signs(text)
    return next((name for name, signs in PLACES.items() if stems & signs), "")


def _medium_near(near: Iterable[str], draw: random.Random) -> str:
    """A family drawn as the prompts near by have it, so that game art stays game art."""
    shown = Counter(map(medium_of, near))
    weights = [weight + NEAR_WEIGHT * shown[name] for name, weight in WEIGHTS.items()]
    return draw.choices(list(WEIGHTS), weights)[0]


@cache
def _fitting(part: Part, family: str, place: str) -> Sequence[str]:
    return [
        phrase.text
        for phrase in load_finishes()
        if phrase.part == part and phrase.families & {family, ANY} and phrase.places & {place, ANY}
    ]


@cache
def load_finishes() -> list[Phrase]:
    """The phrases that ship with Sparkloom."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    return [
        Phrase(part, frozenset(families.split()), frozenset(places.split()), text)  # type: ignore[arg-type]
        for part, families, places, text in rows
    ]
