"""Scenes: what subjects do and where they are, in phrases written by hand.

Blind readers found that every clause of the small model costs sense, its first one too. Where a
spark is a plain noun with words around it, its kind is known, and a phrase that fits any subject
of that kind tells what happens. `scenes.tsv` has a line a kind: its name, its nouns, scenes, and
details. It is made from `training/gold/scenes.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

from sparkloom.words import DANGLING, words

FILE = Path(__file__).with_name("scenes.tsv")

ANY = "any"
"""The kind whose scenes suit every subject: unusual ways of showing one. Its nouns are those of the
hand-written prompts that are of no other kind; of these nothing else is known."""

PAIR = "pair"
"""The kind of two things that are named together, whatever they are."""

PAIR_WORDS = 5
"""The most words of each."""

MOST_WORDS = 12
"""A longer spark tells itself what happens."""

FRAMES = frozenset(
    "portrait photo photograph picture painting drawing illustration sketch image render close-up "
    "closeup view shot".split()
)
"""`a photo of a boat` is about the boat."""

CONTAINERS = frozenset(
    "bowl plate cup glass mug bottle jar basket box bag slice piece loaf pot pan pile pair "
    "tray".split()
)
"""`a bowl of ramen` is about the ramen."""

TOYS = frozenset("teddy toy stuffed plush rubber".split())
"""What makes a toy of what stands behind it."""

NUMBERS = frozenset("one two three four five six seven eight nine ten".split())
DETERMINERS = frozenset("a an the his her its their my our this that these those".split())
MASS = frozenset(
    "people men women kids children bread cheese candy chocolate soup coffee tea wine beer "
    "juice lemonade milk rain snow fog mist moss ivy wheat honey jam toast pasta sushi ramen "
    "lightning armour armor rope glasses sunglasses scissors twins lovers mice geese oxen "
    "cacti fungi fishermen policemen gentlemen grass seaweed corn popcorn rice bacon "
    "jewellery furniture clothing".split()
)
"""Nouns without an article, beside plurals."""

CUTS = re.compile(
    r"^(?:in|on|at|by|with|of|from|under|over|behind|near|beside|against|among|between|through|"
    r"across|along|above|below|inside|outside|into|next|that|who|which|is|are|was|were|has|have|"
    r"as|to|for|\w+ing)$"
)
"""Words behind which a spark says more of its subject."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subjects.

    Attributes:
        nouns: those that belong to it, mostly in the singular; `space_station` is two words.
        scenes: what happens and where; each fits behind any of the nouns.
        details: what can be seen of it, whatever happens.
    """

    name: str
    nouns: frozenset[str]
    scenes: tuple[str, ...]
    details: tuple[str, ...]


class Subject(NamedTuple):
    """What a spark is about.

    Attributes:
        alone: whether the spark says nothing more of it.
    """

    kind: Kind
    alone: bool


def happenings(spark: str) -> tuple[str, ...]:
    """How a spark can go on, each with a space or a comma in front; none if nobody knows.

    A spark that names its subject alone gets a scene; one that says more gets details.
    """
    found = subject_of(spark)
    if found is None or found.kind.name == ANY:
        return ()
    kind, alone = found
    if alone:
        bare = (f" {scene}" for scene in kind.scenes)
        return (
            *bare,
            *(f" {scene}, {detail}" for scene, detail in product(kind.scenes, kind.details)),
        )
    pairs = product(kind.details, kind.details)
    return tuple(f", {one}, {other}" for one, other in pairs if one != other)


def inventions(spark: str) -> tuple[str, ...]:
    """New pictures of a spark that names its subject alone; none if nobody knows."""
    found = subject_of(spark)
    if found is None or not found.alone:
        return ()
    kind, subject = found.kind, with_article(spark.strip())
    told = (f"{subject} {scene}, {detail}" for scene, detail in product(kind.scenes, kind.details))
    odd = (f"{subject} {scene}" for scene in load_kinds()[ANY].scenes)
    # So many odd ones that one result in five or so is a surprise.
    times = max(1, len(kind.details) // 3)
    return (*told, *(text for text in odd for _ in range(times)))


def settings(spark: str) -> tuple[tuple[str, str], ...]:
    """Details and a scene for a spark that names its subject alone; none if nobody knows."""
    found = subject_of(spark)
    if found is None or not found.alone:
        return ()
    kind = found.kind
    pairs = [f"{one}, {other}" for one, other in pairwise(kind.details)]
    return tuple(product(pairs, kind.scenes))


def with_article(subject: str) -> str:
    """A subject with an article in front, if one belongs there."""
    first, last = words(subject)[0], words(subject)[-1]
    if first in DETERMINERS or first.isdigit() or last in MASS or subject[0].isupper():
        return subject
    if last.endswith("s") and not last.endswith(("ss", "us")):
        return subject
    return f"{'an' if first[0] in 'aeiou' else 'a'} {subject}"


def subject_of(spark: str) -> Subject | None:
    """What a spark is about, where that is a noun that some kind has."""
    said = words(spark)
    if not 0 < len(said) <= MOST_WORDS or re.search(r"[.!?:;\"]|,.*,", spark):
        return None
    if "and" in said:
        return Subject(load_kinds()[PAIR], alone=True) if _is_pair(said) else None
    if said[-1] in DANGLING or (CUTS.match(said[-1]) and said[-1] not in _nouns()):
        return None
    first = spark.partition(",")[0]
    subject, more = _head(words(first))
    while subject and subject[-1] in FRAMES | CONTAINERS and more[:1] == ["of"]:
        subject, more = _head(more[1:])
    if not subject or DETERMINERS & set(subject[1:]):
        return None
    names = ["toy"] if TOYS & set(subject) else ["_".join(subject[-2:]), subject[-1]]
    kind = next(filter(None, (_nouns().get(_singular(name)) for name in names)), None)
    return Subject(kind, not more and first == spark) if kind else None


def _is_pair(said: list[str]) -> bool:
    """Whether words name two things and say nothing more: `a photo of a bed and an elephant`."""
    subject, more = _head(said)
    if subject[-1] in FRAMES and more[:1] == ["of"]:
        said = more[1:]
    if said.count("and") != 1:
        return False
    middle = said.index("and")
    sides = said[:middle], said[middle + 1 :]
    return all(
        1 < len(side) <= PAIR_WORDS
        and (side[0] in DETERMINERS or side[0].isdigit() or side[0] in NUMBERS)
        and not any(CUTS.match(word) for word in side)
        for side in sides
    )


def _head(said: list[str]) -> tuple[list[str], list[str]]:
    """The words of a subject, and those that say more of it."""
    for number, word in enumerate(said):
        if number and CUTS.match(word) and not _is_noun(said, number):
            return said[:number], said[number:]
    return said, []


def _is_noun(said: list[str], number: int) -> bool:
    """Whether a word that looks like a verb is a noun: a `duckling`, a `swimming pool`."""
    two = "_".join(said[number : number + 2])
    return said[number] in _nouns() or two in _nouns()


def _singular(noun: str) -> str:
    """A noun as the kinds have it, if they do."""
    if noun in _nouns():
        return noun
    for ending, other in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if noun.endswith(ending) and noun.removesuffix(ending) + other in _nouns():
            return noun.removesuffix(ending) + other
    return noun


@cache
def _nouns() -> dict[str, Kind]:
    return {noun: kind for kind in load_kinds().values() for noun in kind.nouns}


@cache
def load_kinds() -> dict[str, Kind]:
    """The kinds that ship with Sparkloom, by name."""
    made = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        name, nouns, scenes, details = line.split("\t")
        made[name] = Kind(
            name,
            frozenset(nouns.split()),
            tuple(scenes.split(" | ")),
            tuple(details.split(" | ")) if details else (),
        )
    return made
