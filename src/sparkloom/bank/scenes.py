"""Scenes: what subjects do and where they are, in phrases written by hand.

Blind readers found that every clause of the small model costs sense, its first one too. Where a
spark is a noun with words around it, its kind is known, and a phrase that fits any subject of that
kind tells what happens. Where the spark says that itself, details follow: of the subject, of the
place that is named, or of any picture.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import product

from sparkloom.bank.endings import ending_of
from sparkloom.bank.finishes import agree
from sparkloom.bank.kinds import (
    ABSTRACT,
    ANIMATE,
    ANY,
    AROUND,
    GRAPHIC,
    GROUND,
    MOMENT,
    POSTER,
    load_kinds,
)
from sparkloom.bank.subject import CLAUSE, Subject, breaks_off, subject_of, with_article
from sparkloom.words import phrases, stems_of, words

LEAST_WORDS = 5
"""The least words of a scene by itself."""

LONG_WORDS = 14
"""So long a spark tells all that can be told of its subject."""

ANYWHERE = re.compile(
    r"^(?:rid|run|walk|danc|play|skat|cycl|jump|juggl|carry|chas|push|pull|sing|wait|sitt|stand|"
    r"read|sleep|eat|perform|march|kiss|hugg|fight|hold|paint|draw|lead|leap|balanc|look|laugh|smil|"
    r"cry|argu|talk|bow|kneel|napp|shiver|meditat|pray|rest|dream|wander|fenc|wav|hid|mend|repair|"
    r"fix|knit|sew|weav|carv|polish|feed|brush|writ|whistl|sort|peel|fold|wash|tie|count|build|guard|"
    r"watch|sniff|stretch|yawn|throw|catch|kick|photograph)\w*ing$"
)
"""What can be done in any place."""

ALOFT = re.compile(r"^(?:fl(?:y|oat|ies)|swim|soar|div|sail|hover|glid|driv|orbit|fall|drift)\w*$")
"""What is not done on the ground."""


def happenings(spark: str) -> tuple[str, ...]:
    """How a spark can go on, each with a space or a comma in front; none if nobody knows.

    A spark that names its subject alone gets a scene; one that says more gets details; one that
    breaks off gets what it wants.
    """
    if breaks_off(words(spark)):
        return _gone_on(spark)
    found = subject_of(spark)
    if found is None or found.kind.name == ANY:
        return ()
    if not found.alone:
        told = _details(spark, found)
        if spark.rstrip().endswith((".", "!", "?")):
            told = tuple(f" {text[2].upper()}{text[3:]}" for text in told)
        return told
    kind = found.kind
    mark = "," if "," in spark else ""
    bare = (scene for scene in kind.scenes if len(scene.split()) >= LEAST_WORDS)
    fitting = (scene for scene in bare if agree(scene, spark))
    told = (*fitting, *_together(kind.scenes, kind.details, spark))
    return tuple(f"{mark} {text}" for text in told)


def inventions(spark: str) -> tuple[str, ...]:
    """New pictures of a spark; none if nobody knows its subject."""
    if breaks_off(words(spark)):
        return tuple(f"{with_article(spark.strip())}{text}" for text in _gone_on(spark))
    found = subject_of(spark)
    if found is None or (found.kind.name == ANY and not found.alone):
        return ()
    kind = found.kind
    whole = spark.strip().rstrip(".!? ")
    odd = load_kinds()[ANY].scenes
    if not found.alone:
        subject = whole if CLAUSE.search(whole) else with_article(whole)
        told = [f"{subject}{text}" for text in _details(whole, found)]
        strange = [f"{subject}, {scene}" for scene in odd]
    else:
        subject = with_article(phrases(whole)[0])
        told = [f"{subject} {text}" for text in _together(kind.scenes, kind.details, spark)]
        strange = [f"{subject} {scene}" for scene in odd]
    # So many odd ones that one result in five or so is a surprise.
    times = max(1, len(told) // (4 * len(strange)))
    return (*told, *(text for text in strange for _ in range(times)))


def settings(spark: str) -> tuple[tuple[str, str], ...]:
    """Details and a setting for a spark; none if nobody knows its subject."""
    found = subject_of(spark)
    if found is None or found.kind.name == ANY:
        return ()
    kinds = load_kinds()
    kind = found.kind
    about = kind.details if len(words(spark)) <= LONG_WORDS else ()
    pairs = _paired(about or kinds[MOMENT].scenes)
    if kind.name in ABSTRACT:
        return tuple(product(kind.scenes, _paired(kind.details)))
    if found.place:
        around = _paired(found.place.details)
    elif kind.name == POSTER and not found.alone:
        around = _paired(kind.details)
    elif found.alone or not (found.placed or found.acts or kind.name == MOMENT):
        around = kind.scenes
    elif found.acts and not found.placed and kind.name in ANIMATE and _grounded(spark):
        around = kinds[GROUND].scenes
    else:
        around = kinds[AROUND].scenes
    fitting = ([text for text in texts if agree(text, spark)] for texts in (pairs, around))
    return tuple((one, other) for one, other in product(*fitting) if _apart(one, other))


def _details(spark: str, found: Subject) -> tuple[str, ...]:
    """What can be told of a subject of which the spark says more, each with a space or a comma in
    front."""
    kinds = load_kinds()
    moments = kinds[MOMENT].scenes
    kind = found.kind
    whole = spark.rstrip().endswith((".", "!", "?"))
    mark = ","
    if kind.name == MOMENT or len(words(spark)) > LONG_WORDS:
        told = _together(moments, moments, spark)
    elif kind.name == POSTER:
        told = _together(kind.details, kind.details, spark)
    elif kind.name in GRAPHIC | ABSTRACT and not whole and not found.placed:
        told = _together(kind.scenes, kind.details, spark)
        mark = "," if "," in spark else ""
    elif found.place:
        told = _together(kind.details, found.place.details, spark)
    elif found.placed or whole:
        told = _together(kind.details, moments, spark)
    elif found.acts and kind.name in ANIMATE and _grounded(spark):
        told = _together(kinds[GROUND].scenes, kind.details, spark)
        mark = "," if "," in spark else ""
    elif found.acts:
        told = _together(kind.details, moments, spark)
    else:
        told = _together(kind.scenes, kind.details, spark)
    if "with" in words(spark):
        told = [text for text in told if not text.startswith("with ")] or told
    return tuple(f"{mark} {text}" for text in told)


def _gone_on(spark: str) -> tuple[str, ...]:
    """What a spark wants that breaks off, and a detail of its subject; none if nobody knows."""
    ending = ending_of(spark)
    if ending is None:
        return ()
    found = subject_of(ending.before)
    details = (found.kind.details if found else ()) or load_kinds()[MOMENT].scenes
    return tuple(f" {text}" for text in _together(ending.texts, details, spark))


def _grounded(spark: str) -> bool:
    """Whether what a spark says can be done in any place on the ground."""
    said = words(spark)
    return any(map(ANYWHERE.match, said)) and not any(map(ALOFT.match, said))


def _together(ones: tuple[str, ...], others: tuple[str, ...], spark: str) -> list[str]:
    """Each of the ones with each of the others that goes with it, where both agree with a spark."""
    fitting = {text for text in (*ones, *others) if agree(text, spark)}
    pairs = _pairs(ones, others)
    return [f"{one}, {other}" for one, other in pairs if one in fitting and other in fitting]


@lru_cache(maxsize=2**8)
def _pairs(ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each of the ones with each of the others that says something else and does not deny it."""
    pairs = product(ones, others)
    return tuple((one, other) for one, other in pairs if _apart(one, other) and agree(one, other))


@cache
def _paired(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each with the two behind it, where they say different things."""
    near = (texts[at + 1 : at + 3] for at in range(len(texts)))
    return tuple(
        f"{one}, {other}"
        for one, others in zip(texts, near, strict=True)
        for other in others
        if _apart(one, other)
    )


def _apart(one: str, other: str) -> bool:
    return stems_of(one).isdisjoint(stems_of(other))
