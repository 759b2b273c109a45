"""The terms of artists: by which words a text names a medium, a light, a view or colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from sparkloom.words import stem, words

Part = Literal["view", "light", "palette", "medium"]
PARTS: tuple[Part, ...] = ("view", "light", "palette", "medium")
"""What a prompt says beside what it shows."""

TERMS = re.compile(
    r"\b(?:(?:line|concept|digital|fan|clip|key|splash|vector|game|pop|fantasy)[ -]art|"
    r"art (?:nouveau|deco)|line[ -]work|character design|film (?:grain|stills?)|movie stills?|"
    r"low[ -]poly|cel[ -]shad(?:ed|ing)|unreal engine|ray[ -]tracing|(?:8|16|32)[ -]bit|"
    r"paper[ -]cut|stop[ -]motion|ukiyo[ -]e|sumi[ -]e|(?:golden|blue|magic)[ -]hour|god[ -]rays|"
    r"high[ -]contrast|close[ -]up|top[ -]down|full[ -]body|depth of field|fish[ -]eye|"
    r"(?:seen|viewed) from)\b",
    re.IGNORECASE,
)
"""Terms of several words that say something else than each of them."""

TONES = re.compile(
    r"\b(?:muted|earth\w*|warm|cool|pastel|jewel|neutral|natural|vivid|vibrant|rich|dark|soft|sepia)"
    r"[ -](?:tones?|hues?)\b",
    re.IGNORECASE,
)
"""Colours without their names."""

CAMERA = re.compile(r"(?<![\w/])(?:1/\d{2,}|f/\d[\d.]*|\d+ ?mm)\b", re.IGNORECASE)
"""What only photographs have."""


def _joined(text: str) -> str:
    """A text with each of its terms as one word."""
    whole = TERMS.sub(lambda term: re.sub(r"\W", "", term[0]), text)
    return CAMERA.sub("focallength", TONES.sub("palette", whole))


@lru_cache(maxsize=2**13)  # the phrases come again and again
def signs(text: str) -> frozenset[str]:
    """The stems of words; one with a hyphen counts as a whole too: `close-up`, `closeup`."""
    plain = _joined(text).lower().replace("color", "colour")
    return frozenset(map(stem, words(plain) + words(plain.replace("-", ""))))


FAMILIES = {
    "pixel": signs("pixel sprite tileset 8bit 16bit 32bit"),
    "craft": signs(
        "clay felt papercut origami embroidery embroidered crochet knitted claymation plasticine "
        "stopmotion"
    ),
    "print": signs(
        "linocut woodcut woodblock etching engraving lithograph risograph screenprint ukiyoe"
    ),
    "render": signs(
        "render rendered 3d lowpoly voxel cgi isometric unrealengine octane vray raytracing"
    ),
    "drawing": signs(
        "drawing sketch pencil charcoal crayon doodle ink blueprint lineart linework storyboard"
    ),
    "painting": signs(
        "painting painted watercolour watercolor gouache oil acrylic fresco mural sumie"
    ),
    "illustration": signs(
        "illustration illustrated cartoon comic manga anime vector icon logo sticker storybook "
        "poster infographic emblem digitalart conceptart fanart clipart keyart splashart vectorart "
        "gameart popart fantasyart artnouveau artdeco characterdesign celshaded celshading webtoon"
    ),
    "photo": signs(
        "photo photograph photography photographic photorealistic macro snapshot polaroid lens "
        "35mm shot product headshot filmgrain filmstill moviestill dslr kodachrome daguerreotype "
        "tintype focallength"
    ),
}
"""Families of media and the words that name them, the more specific family first."""

HINTS = {
    "photo": signs("cinematic realistic realism hyperrealistic hyperrealism photorealism candid"),
    "painting": signs("painterly brushwork brushstroke impasto"),
    "illustration": signs("chibi kawaii whimsical vaporwave synthwave minimalist"),
}
"""Words that ask for a family of media where no medium is named."""

MATERIAL = re.compile(
    r"(?<!\bin )\b(?:paint|painted|ink|clay|felt|oil|pencil|crayon|charcoal|lens|shot|product)s?\b"
    r"(?![\s-]+(?:paint|draw|sketch|wash|illustrat|pastel|print|style|art\b|model|figur|sculptur|"
    r"on\b|portrait|photo|shot|render|view|animat|miniature|background|look))",
    re.IGNORECASE,
)
"""Words that name a thing, not a medium, unless they say so: `paint chipped by concrete`."""

NAMED: dict[Part, frozenset[str]] = {
    "view": signs(
        "closeup macro aerial overhead view angle isometric panorama panoramic profile "
        "lens wide foreground topdown sidescroller frontal symmetrical centred centered "
        "composition fullbody bokeh depthoffield fisheye focallength seenfrom "
        "viewedfrom"
    ),
    "light": signs(
        "light lit lighting lamp lantern lamplight candle candlelight glow glowing sun sunlight "
        "sunlit sunset sunrise moon moonlight moonlit dusk dawn night noon twilight evening "
        "morning afternoon shadow neon torch torchlight fire firelight backlit overcast daylight "
        "starlight bulb lightbulb spotlight streetlight headlight floodlight streetlamp "
        "campfire bonfire goldenhour bluehour magichour godrays volumetric chiaroscuro sunbeam "
        "sunrays backlight rimlight highcontrast"
    ),
    "palette": signs(
        "red green blue yellow orange purple violet pink brown black white grey gray gold golden "
        "silver teal turquoise crimson scarlet navy cream beige ivory copper bronze monochrome "
        "colour color colourful colorful pastel palette ochre indigo magenta cyan lilac rust "
        "sepia greyscale grayscale duotone desaturated"
    ),
    "medium": frozenset().union(*FAMILIES.values()),
}
"""Words by which a prompt names a part itself: nothing is added that could contradict it."""


def named(text: str) -> list[Part]:
    """The parts that a text names itself."""
    stems = signs(text)
    return [part for part in PARTS if not stems.isdisjoint(NAMED[part])]


def medium_of(text: str) -> str:
    """The family of media that a text names, the first if there are several; empty if none."""
    said = MATERIAL.sub(" ", _joined(text)).split()
    return next(filter(None, map(_family, said)), "") or _among(HINTS, text)


@lru_cache(maxsize=2**13)
def _family(text: str) -> str:
    return _among(FAMILIES, text)


def _among(families: Mapping[str, frozenset[str]], text: str) -> str:
    """The first family that a text has a word of; empty if none."""
    told = signs(text)
    return next((name for name, words in families.items() if words & told), "")
