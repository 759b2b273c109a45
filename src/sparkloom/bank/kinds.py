"""Kinds of subjects, their nouns, and what is written by hand about them.

`scenes.tsv` has a line a kind: its name, its nouns, scenes, details, situations and turns. It is
made from `training/gold/scenes.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sparkloom.words import singulars

FILE = Path(__file__).with_name("scenes.tsv")

ANY = "any"
"""The kind whose scenes suit every subject: unusual ways of showing one. Its nouns are those of the
hand-written prompts that are of no other kind; of these nothing else is known."""

PAIR = "pair"
"""The kind of two things that are named together, whatever they are."""

COMPANIONS = "companions"
"""The kind of two that live: a cat and a dog, a woman and a horse."""

GROUND = "ground"
"""Places where anybody may be who does something."""

MOMENT = "moment"
"""Turns of any picture, where nobody knows its subject or the spark tells much of it itself."""

AROUND = "around"
"""Surroundings of anything, where the spark says that it is somewhere."""

POSTER = "poster"
"""The kind whose situations say what it shows: a poster of something shows that."""

ISOMETRIC = "isometric"
"""The kind of whatever is `isometric`."""

ABSTRACT = frozenset("sorrow joy time idea".split())
"""Kinds of what cannot be seen: their situations show it as something else."""

PLACES = frozenset(
    "interior place landscape forest water seabed garden harbour road shop building station "
    "cavern sky weather space".split()
)
"""Kinds that a subject can be in, or near."""

SEASON = "season"
"""The kind of times, which are no places: `in autumn`."""

PEOPLE = frozenset("person child group fighter mage".split())

ANIMATE = PEOPLE | frozenset(
    "mammal hoofed ape spiny bird owl fowl monster robot reptile snake dinosaur".split()
)
"""Kinds that do things on the ground."""

GRAPHIC = frozenset("logo poster sprite tileset pattern sticker ui chart map isometric".split())
"""Kinds of things that are drawn: `logo of a fox` is about the logo."""

LIVING = ANIMATE | {"bat", "sea", "whale", "small", "worm", "mythic"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subjects.

    Attributes:
        nouns: those that belong to it, mostly in the singular; `space_station` is two words.
        scenes: where it is, in few words; each fits behind any of the nouns.
        details: what can be seen of it, whatever happens; of a place, what is around.
        situations: whole pictures: what happens, where, and what follows from it.
        turns: two things that can be seen of it, one following from the other, wherever it is.
    """

    name: str
    nouns: frozenset[str]
    scenes: tuple[str, ...]
    details: tuple[str, ...]
    situations: tuple[str, ...]
    turns: tuple[str, ...]


def singular(noun: str) -> str:
    """A noun as the kinds have it, if they do."""
    return next((one for one in singulars(noun) if one in nouns()), noun)


@cache
def nouns() -> dict[str, Kind]:
    return {noun: kind for kind in load_kinds().values() for noun in kind.nouns}


@cache
def load_kinds() -> dict[str, Kind]:
    """The kinds that ship with Sparkloom, by name."""
    made = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        name, nouns, *lists = line.split("\t")
        texts = (tuple(filter(None, texts.split(" | "))) for texts in lists)
        made[name] = Kind(name, frozenset(nouns.split()), *texts)
    return made
