"""Things: what the description of an image names, so that it can be told to stay."""

from __future__ import annotations

import re

from sparkloom.bank.kinds import ABSTRACT, LIVING, SEASON, nouns, singular
from sparkloom.bank.terms import NAMED
from sparkloom.sight import MEDIA, MEDIUM
from sparkloom.words import ARTICLES, content_stems, few, stem, words

LONG_NAME = 3
"""A name with more words is told by its last two: `furry brown bears`, `brown bears`."""

INTANGIBLE = ABSTRACT | {SEASON, "weather", "sky", "space", "event"}
"""Kinds that are no things: what is of them comes and goes."""

VAGUE = frozenset(
    "air angle background corner level line page portrait quarter reflection shadow sheet "
    "silhouette spiral".split()
)
"""Nouns that name no thing, or one that goes along with others."""

LABEL = re.compile(r"^[\w' -]{1,40}: ")
"""What a part of a description is about: `setting: `, `tileset: `."""

COLOURS = re.compile(r"^(?:(?:subject )?colou?rs|palette)\b", re.IGNORECASE)
"""How a part begins that names colours only."""

LOOSE = re.compile(
    r"^(?:and|with|in|on|at|by|from|under|over|behind|near|beside|against|no|one|out|soft|strong|"
    r"high|low|even|bright|dark|muted|faded|rainy|clear|transparent|seen|set|another|other|"
    r"\w+ing|\w{2,}ed)$",
    re.IGNORECASE,
)
"""What a phrase begins with that names no thing by itself: `leaping out of the water`."""

BEHIND = frozenset(
    "with in on at by under over behind near beside against among between through across along "
    "above below inside outside from to into out next of about like that who which and is are was "
    "were has have stands sits lies holds wears looks waits walks runs leads hangs rests floats "
    "flies sleeps reads plays rides leans faces feeds eats drinks works grows shows crosses "
    "carries fills covers left right up down off open shut unlit lit calm back half full "
    "high".split()
)
"""What follows a thing in a phrase and is not part of its name: `tied to a quay`."""

QUOTED = re.compile(r"[\"\u201c(]|(?<!\w)'")
"""What a phrase has that names words rather than things."""

LEADS = ARTICLES | {"some"}
OWNERS = frozenset(("his", "her", "its", "their", "all", "both"))
MINOR = frozenset(("very", "empty"))
"""Words of a name that tell nothing, or what a change may end."""


def staying(change: str, images: tuple[str, ...]) -> list[str]:
    """What stays: the things that the images show and the words of a change do not touch."""
    touched = set(content_stems(change))
    shown = dict.fromkeys(thing for image in images for thing in things(image))
    return [thing for thing in shown if touched.isdisjoint(content_stems(thing))]


def things(image: str) -> list[str]:
    """The things that a description names for certain, each so that it can be told to stay."""
    found: list[str] = []
    for part in re.split(r"[;.](?!\d)|\n", MEDIUM.sub("", image.strip())):
        said = LABEL.sub("", MEDIUM.sub("", part.strip()))
        phrases = [phrase.strip() for phrase in re.split(r",(?!\d)", said)]
        if COLOURS.match(part.strip()) or (len(words(phrases[0])) < LONG_NAME and _hue(phrases[0])):
            continue
        names = (_name(phrase) for phrase in phrases if phrase.lower() not in MEDIA)
        found += [definite(name) for name in names if kind_of(name) not in INTANGIBLE | {""}]
    return list(dict.fromkeys(found))


def kind_of(name: str) -> str:
    """The kind of what a name is of, by its last word; empty where that is unsure."""
    *_, head = ["", *words(name)]
    kind = nouns().get(singular(head))
    unsure = singular(head) in VAGUE or _hue(name) or stem(head) in NAMED["medium"]
    return kind.name if kind and not unsure else ""


def subject_of(image: str) -> str:
    """The first thing that a description names; empty where it names none."""
    return next(iter(things(image)), "")


def definite(thing: str) -> str:
    """A thing with `the`: the image has it already."""
    first, _, rest = thing.partition(" ")
    if first.lower() in LEADS:
        return f"the {rest}"
    if first.lower() in OWNERS:
        return f"{first.lower()} {rest}"
    return f"the {first if first[1:].lower() != first[1:] else first.lower()} {rest}".rstrip()


def _name(phrase: str) -> str:
    """What a phrase is about, without what it does or where it is; empty where that is unsure."""
    first, *rest = phrase.split() or [""]
    begun = [first] if first.lower() in LEADS | OWNERS else []
    said = [word for word in (rest if begun else [first, *rest]) if word.lower() not in MINOR]
    if not said or QUOTED.search(phrase) or (not begun and LOOSE.match(said[0])):
        return ""
    name = said[:1]
    for word in said[1:]:
        if _ends(name[-1].lower(), word.lower(), one=first.lower() in ("a", "an")):
            if stem(word.lower()) in NAMED["medium"] and kind_of(name[-1]) not in LIVING:
                return ""  # `wood engraving of a fox`
            break
        name.append(word)
    if len(name) > LONG_NAME:
        name = name[-2:]
    return few(" ".join([*begun, *name]))


def _ends(last: str, word: str, *, one: bool) -> bool:
    """Whether a word goes on from a name rather than being part of it: what follows several, what
    one does, or where it is."""
    several = singular(last) in nouns() and (singular(last) != last or _in_s(last))
    does = one and _in_s(word)
    part = bool(re.fullmatch(r"\w+ing|\w{2,}ed", word))
    acts = part and (singular(word) not in nouns() or kind_of(last) in LIVING)
    return word in BEHIND or several or does or acts


def _in_s(word: str) -> bool:
    """Whether a word may be a plural, or say what one does."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def _hue(name: str) -> bool:
    """Whether a name ends in a colour."""
    return bool(words(name)) and stem(words(name)[-1]) in NAMED["palette"]
