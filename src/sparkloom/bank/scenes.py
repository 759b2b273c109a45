"""Scenes: what subjects do and where they are, in phrases written by hand.

Blind readers found that every clause of the small model costs sense, its first one too. Where a
spark is a noun with words around it, its kind is known, and a situation that fits any subject of
that kind is told whole: readers saw that scenes and details drawn apart make a collage. Where the
spark has a situation itself, a turn follows: what can be seen of the subject, of the place that is
named, or of any picture.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from itertools import product

from sparkloom.bank.circumstances import agree
from sparkloom.bank.endings import ending_of
from sparkloom.bank.kinds import (
    ABSTRACT,
    ANIMATE,
    ANY,
    AROUND,
    COMPANIONS,
    GRAPHIC,
    GROUND,
    MOMENT,
    PAIR,
    PEOPLE,
    PLACES,
    POSTER,
    SEASON,
    Kind,
    load_kinds,
    singular,
)
from sparkloom.bank.pictures import pictures_of
from sparkloom.bank.seeds import begun, evenly, subjects_of, turned
from sparkloom.bank.subject import (
    CLAUSE,
    DETERMINERS,
    NUMBERS,
    Subject,
    breaks_off,
    subject_of,
    with_article,
)
from sparkloom.bank.terms import named
from sparkloom.request import Length
from sparkloom.words import capitalised, phrases, stems_of, words

LEAST_WORDS = 5
"""The least words of a scene by itself."""

UNTURNED = PLACES | ABSTRACT | GRAPHIC | PEOPLE | {ANY, PAIR, COMPANIONS, SEASON, "event", "body"}
"""Kinds of what turns into nothing else."""

FEW = 8
"""So many situations there are beside pictures at least, if the kind has them."""

NOUN_WORDS = 2
"""The most words of a noun that turns into something else."""

LONG_WORDS = 14
"""So long a spark tells all that can be told of its subject."""

SEVERAL = re.compile(r"\b(?:three|four|five|six|seven|eight|nine|ten|dozens?|[3-9]|\d\d+)\b")
TWO = re.compile(r"\b(?:both|the (?:two|pair|one|other)|(?:one|each) .*\bother|between the)\b")
"""What is said of two is not said of more."""

PAIRED = re.compile(r"\b(?:two|both|couple|2)\b")
OTHERS = re.compile(rf"{SEVERAL.pattern}|\bthe (?:others|rest|last)\b")
"""What is said of more is not said of two."""

ANYWHERE = re.compile(
    r"^(?:rid|run|walk|danc|play|skat|cycl|jump|juggl|carry|chas|push|pull|sing|wait|sitt|stand|"
    r"read|sleep|eat|perform|march|kiss|hugg|fight|hold|paint|draw|lead|leap|balanc|look|laugh|smil|"
    r"cry|argu|talk|bow|kneel|napp|shiver|meditat|pray|rest|dream|wander|fenc|wav|hid|mend|repair|"
    r"fix|knit|sew|weav|carv|polish|feed|brush|writ|whistl|sort|peel|fold|wash|tie|count|build|guard|"
    r"watch|sniff|stretch|yawn|throw|catch|kick|photograph)\w*ing$"
)
"""What can be done in any place."""

LETTERED = frozenset((POSTER, "sign", "paper", "sticker", "logo"))
"""Kinds of what words are written on."""

SAYING = re.compile(r"\b(?:says|reads|saying|spells|spelling)\b|\b(?:words?|text)\b.*[\"']", re.I)
"""What is written on such a thing does not say what it shows."""

ALOFT = re.compile(r"^(?:fl(?:y|oat|ies)|swim|soar|div|sail|hover|glid|driv|orbit|fall|drift)\w*$")
"""What is not done on the ground."""


def happenings(spark: str, length: Length = "medium") -> tuple[str, ...]:
    """How a spark can go on, each with a space or a comma in front; none if nobody knows.

    A spark that names its subject alone gets a situation; one that says more gets turns; one that
    breaks off gets what it wants.
    """
    if rests := begun(spark):
        told_evenly = evenly(rests, lambda rest: happenings(spark + rest, length))
        return tuple(f"{rest}{on}" for rest, on in told_evenly)
    if breaks_off(words(spark)):
        return _gone_on(spark)
    found = _known(spark)
    if found is None:
        return ()
    told = _told(spark, found, length)
    if spark.rstrip().endswith((".", "!", "?")):
        return tuple(f" {capitalised(text)}" for text in told)
    goes_on = _goes_on(spark, found) and "," not in spark
    return tuple(_behind(text, goes_on) for text in told)


def inventions(spark: str, length: Length = "medium") -> tuple[str, ...]:
    """New pictures of a spark; none if nobody knows its subject."""
    if subjects := subjects_of(spark.strip()):
        return _pictured_evenly(subjects, length)
    if breaks_off(words(spark)):
        return tuple(f"{with_article(spark.strip())}{text}" for text in _gone_on(spark))
    told = _pictured(spark, length)
    found = subject_of(spark)
    if found is None or not found.alone:
        return told
    noun = phrases(spark)[0]
    if found.kind.name == ANY:
        return tuple(f"{with_article(noun)} {scene}" for scene in found.kind.scenes)
    # So many that one result in four or so is a surprise.
    odd = _turned(noun, found.kind, length)
    return (*told, *random.Random(spark).sample(odd, min(len(odd), len(told) // 3)))


def details_of(spark: str) -> tuple[str, ...]:
    """What can be seen of a spark's subject, in few words; none if nobody knows it."""
    found = _known(spark)
    return _fitting(found.kind.details, spark) if found else ()


def turns_of(spark: str) -> tuple[str, ...]:
    """Turns of a spark's subject, or of any picture; none if nobody knows it."""
    found = _known(spark)
    return _fitting(_turns(spark, found.kind), spark) if found else ()


def _known(spark: str) -> Subject | None:
    """The subject of a spark, if anything is written of its kind."""
    found = subject_of(spark)
    return None if found is None or found.kind.name == ANY else found


def _pictured(spark: str, length: Length) -> tuple[str, ...]:
    """A subject with what can be told of it."""
    found = _known(spark)
    if found is None:
        return ()
    whole = spark.strip().rstrip(".!? ")
    if found.alone:
        subject = with_article(phrases(whole)[0])
    else:
        subject = whole if CLAUSE.search(whole) else with_article(whole)
    goes_on = found.alone or (_goes_on(whole, found) and "," not in whole)
    return tuple(f"{subject}{_behind(text, goes_on)}" for text in _told(whole, found, length))


def _pictured_evenly(subjects: tuple[str, ...], length: Length) -> tuple[str, ...]:
    """Several subjects, about as often each."""
    return tuple(text for _, text in evenly(subjects, lambda one: _pictured(one, length)))


def _behind(text: str, goes_on: bool) -> str:
    """A text with what parts it from the words before: it may bring a comma itself."""
    if text.startswith(","):
        return text
    return f" {text}" if goes_on else f", {text}"


def _turned(noun: str, kind: Kind, length: Length) -> tuple[str, ...]:
    """Pictures of what a noun can turn into."""
    *before, last = (word for word in words(noun) if word not in DETERMINERS)
    if kind.name in UNTURNED or len(before) >= NOUN_WORDS or NUMBERS & {*before}:
        return ()
    one = " ".join([*before, singular(last)])
    return _pictured_evenly(turned(one), length)


def settings(spark: str) -> tuple[tuple[str, str], ...]:
    """Details and a setting for a spark; none if nobody knows its subject."""
    found = _known(spark)
    if found is None:
        return ()
    kinds = load_kinds()
    kind = found.kind
    about = _turns(spark, kind)
    if kind.name in ABSTRACT:
        about, around = kind.situations, kind.turns
    elif found.place:
        around = found.place.details
    elif kind.name == POSTER and not found.alone:
        around = kind.details
    elif found.alone or not (found.placed or found.acts or kind.name == MOMENT):
        around = kind.scenes
    elif _is_on_ground(spark, found):
        around = kinds[GROUND].scenes
    else:
        around = kinds[AROUND].scenes
    return tuple(_pairs(_fitting(about, spark), _fitting(around, spark)))


def _told(spark: str, found: Subject, length: Length) -> tuple[str, ...]:
    """What can be told of a subject: a situation, or turns where the spark has one itself."""
    has_one = found.placed or found.acts or found.kind.name in (MOMENT, POSTER)
    if has_one and not _goes_on(spark, found) and not _is_lettered(spark, found.kind):
        return _seen(spark, found, length)
    return _happening(spark, found, length)


def _seen(spark: str, found: Subject, length: Length) -> tuple[str, ...]:
    """What is seen of a subject, and of the place that the spark names."""
    kind, place = found.kind, found.place
    details = _fitting(kind.details, spark)
    turns = _fitting(_turns(spark, kind), spark)
    if length == "short":
        return details or turns
    if place is None or len(words(spark)) > LONG_WORDS:
        return turns
    near = _joined(turns, _fitting(place.details, spark))
    return near + _joined(_fitting(place.turns, spark), details)


def _happening(spark: str, found: Subject, length: Length) -> tuple[str, ...]:
    """Where a subject is, and what follows from it."""
    kind = load_kinds()[GROUND] if _is_on_ground(spark, found) else found.kind
    if length == "short":
        scenes = tuple(scene for scene in kind.scenes if len(scene.split()) >= LEAST_WORDS)
        return _fitting(scenes, spark)
    situations = _fitting(kind.situations, spark)
    if length == "long":
        situations = _joined(situations, _fitting(_turns(spark, found.kind), spark))
    # A picture says itself how it is made.
    free = found.alone and "medium" not in named(spark)
    pictures = _fitting(pictures_of(spark), spark) if free else ()
    return _mixed(situations, pictures, spark)


def _mixed(situations: tuple[str, ...], pictures: tuple[str, ...], spark: str) -> tuple[str, ...]:
    """Pictures of the very noun, and about as many situations that fit all nouns of its kind."""
    if not pictures:
        return situations
    few = max(FEW, len(pictures))
    return (*pictures, *random.Random(spark).sample(situations, min(few, len(situations))))


def _is_lettered(spark: str, kind: Kind) -> bool:
    """Whether a spark says what is written on a thing, and nothing else of it."""
    return kind.name in LETTERED and bool(SAYING.search(spark))


def _turns(spark: str, kind: Kind) -> tuple[str, ...]:
    """Turns of a subject, or of any picture where the spark tells all of its subject itself."""
    return kind.turns if len(words(spark)) <= LONG_WORDS else load_kinds()[MOMENT].turns


def _goes_on(spark: str, found: Subject) -> bool:
    """Whether a situation goes on from a spark's last words."""
    if found.alone:
        return True
    drawn = found.kind.name in GRAPHIC - {POSTER} | ABSTRACT and not found.placed
    return drawn or _is_on_ground(spark, found)


def _is_on_ground(spark: str, found: Subject) -> bool:
    """Whether what a spark says is done in any place on the ground."""
    at_home = found.acts and not found.placed and found.kind.name in ANIMATE
    return at_home and len(words(spark)) <= LONG_WORDS and _grounded(spark)


def _gone_on(spark: str) -> tuple[str, ...]:
    """What a spark wants that breaks off, and a turn of its subject; none if nobody knows."""
    ending = ending_of(spark)
    if ending is None:
        return ()
    found = subject_of(ending.before)
    turns = (found.kind.turns if found else ()) or load_kinds()[MOMENT].turns
    told = _joined(_fitting(ending.texts, spark), _fitting(turns, spark))
    return tuple(f" {text}" for text in told)


def _grounded(spark: str) -> bool:
    """Whether what a spark says can be done in any place on the ground."""
    said = words(spark)
    return any(map(ANYWHERE.match, said)) and not any(map(ALOFT.match, said))


def _fitting(texts: tuple[str, ...], spark: str) -> tuple[str, ...]:
    """Those that agree with a spark, and that say something else if there are any."""
    agreeing = tuple(text for text in texts if agree(text, spark))
    if SEVERAL.search(spark.lower()):
        agreeing = tuple(text for text in agreeing if not TWO.search(text)) or agreeing
    if PAIRED.search(spark.lower()):
        agreeing = tuple(text for text in agreeing if not OTHERS.search(text)) or agreeing
    if "with" in words(spark):
        agreeing = tuple(text for text in agreeing if not text.startswith("with ")) or agreeing
    return tuple(text for text in agreeing if _apart(text, spark)) or agreeing


def _joined(ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{one}, {other}" for one, other in _pairs(ones, others))


@lru_cache(maxsize=2**8)
def _pairs(ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each of the ones with each of the others that says something else and does not deny it."""
    pairs = product(ones, others)
    return tuple((one, other) for one, other in pairs if _apart(one, other) and agree(one, other))


def _apart(one: str, other: str) -> bool:
    return stems_of(one).isdisjoint(stems_of(other))
