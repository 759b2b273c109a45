"""Things: what the description of an image names, so that it can be told to stay."""

from __future__ import annotations

import re

from sparkloom.sight import MEDIA, MEDIUM
from sparkloom.words import content_stems, few, listed

KEPT_PHRASES = 3
"""So many phrases of the description are named to stay at most."""

PALETTE = "the palette of "
FRAMED = "the framing"
"""What stands for all that a description says of it."""

FRAMING = re.compile(
    r"^(?:(?:extreme )?close-?up|(?:full|half)[- ](?:length|body)|overhead|diagonal|aerial|profile|"
    r"(?:medium|wide|long|full)(?: shot)?|(?:in the )?(?:centred?|centered|middle)|wide angle|"
    r"(?:(?:upper|lower) )?(?:left|right|top|bottom)(?: of centre)?|.{0,15}\bview|portrait|"
    r"from (?:above|below|behind)|fills? the frame|.*\bframing)$",
    re.IGNORECASE,
)
LOOSE = re.compile(
    r"^(?:and|with|in|on|at|by|from|under|over|behind|near|beside|against|no|one|out|soft|strong|"
    r"high|low|even|bright|dark|muted|faded|rainy|clear|transparent|seen|set|\w+ing|\w+ed)$",
    re.IGNORECASE,
)
"""What a phrase begins with that names no thing by itself: `leaping out of the water`."""

ENDS = re.compile(
    r"(?<!^a)(?<!^an)(?<!^the)"
    r" (?:(?:with|in|on|at|by|under|over|behind|near|beside|against|among|between|through|across|"
    r"along|above|below|inside|outside|from|to|into|out|next|that|who|which|and|is|are|"
    r"was|were|has|have|stands?|sits?|lies?|holds?|wears?|looks?|waits?|walks?|runs?|leads?|hangs?|"
    r"rests?|floats?|flies|fly|sleeps?|reads?|plays?|rides?|leans?|faces|feeds?|eats?|drinks?|works?|"
    r"grows?|shows?|crosses|carries|fills|covers|\w+ing|\w{2,}ed|"
    r"\w+s(?= (?:a|an|the|his|her|its|their|for)\b))\b.*)",
    re.IGNORECASE,
)
"""What follows a thing in a phrase and is not part of its name: `tied to a quay`, but not the
`fishing` of `a fishing boat`."""


def staying(change: str, images: tuple[str, ...]) -> list[str]:
    """What stays: the things that the images show and the change does not touch."""
    touched = set(content_stems(change))
    shown = dict.fromkeys(thing for image in images for thing in things(image))
    return [thing for thing in shown if touched.isdisjoint(content_stems(thing))][:KEPT_PHRASES]


def things(image: str) -> list[str]:
    """The things and traits that a description names, each so that it can be told to stay."""
    found: list[str] = []
    for part in re.split(r"[;.](?!\d)|\n", MEDIUM.sub("", image.strip())):
        said = MEDIUM.sub("", part.strip())
        colours = re.match(r"(?:subject )?colou?rs (.+)", said, re.IGNORECASE)
        if colours:
            found.append(f"{PALETTE}{listed(re.split(r', | and ', colours[1]))}")
            continue
        for phrase in filter(None, map(str.strip, re.split(r",(?!\d)", said))):
            name = few(ENDS.sub("", phrase))
            if FRAMING.match(phrase):
                found.append(FRAMED)
            elif phrase.lower() in MEDIA:
                continue
            elif re.search(r"\w", name) and not LOOSE.match(name.split()[0]):
                found.append(definite(name))
    return list(dict.fromkeys(found))


def subject_of(image: str) -> str:
    """The first thing that a description names; empty where it names none."""
    named = (thing for thing in things(image) if thing != FRAMED)
    return next((thing for thing in named if not thing.startswith(PALETTE)), "")


def definite(thing: str) -> str:
    """A thing with `the`: the image has it already."""
    first, _, rest = thing.partition(" ")
    if first.lower() in ("a", "an", "the"):
        return f"the {rest}"
    if first.lower() in ("his", "her", "its", "their", "all", "both"):
        return f"{first.lower()} {rest}"
    return f"the {first if first[1:].lower() != first[1:] else first.lower()} {rest}".rstrip()
