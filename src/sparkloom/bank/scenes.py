"""Scenes: what subjects do and where they are, in phrases written by hand.

Blind readers found that every clause of the small model costs sense, its first one too. Where a
spark is a noun with words around it, its kind is known, and a phrase that fits any subject of that
kind tells what happens. Where the spark says that itself, details follow: of the subject, of the
place that is named, or of any picture. `scenes.tsv` has a line a kind: its name, its nouns, scenes,
and details. It is made from `training/gold/scenes.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from sparkloom.bank.endings import ending_of
from sparkloom.bank.finishes import agree, named
from sparkloom.words import DANGLING, content_stems, phrases, words

FILE = Path(__file__).with_name("scenes.tsv")

ANY = "any"
"""The kind whose scenes suit every subject: unusual ways of showing one. Its nouns are those of the
hand-written prompts that are of no other kind; of these nothing else is known."""

PAIR = "pair"
"""The kind of two things that are named together, whatever they are."""

GROUND = "ground"
"""Places where anybody may be who does something."""

MOMENT = "moment"
"""Details of any picture, where nobody knows its subject or the spark tells much of it itself."""

AROUND = "around"
"""Surroundings of anything, where the spark says that it is somewhere."""

POSTER = "poster"
"""The kind whose scenes say what it shows: a poster of something shows that."""

ISOMETRIC = "isometric"
"""The kind of whatever is `isometric`."""

ABSTRACT = frozenset("sorrow joy time idea".split())
"""Kinds of what cannot be seen: their scenes show it as something else."""

PLACES = frozenset(
    "interior place landscape forest water seabed garden harbour road shop building station "
    "cavern sky weather space".split()
)
"""Kinds that a subject can be in, or near."""

SEASON = "season"
"""The kind of times, which are no places: `in autumn`."""

ANIMATE = frozenset(
    "person child group fighter mage mammal bird monster robot reptile dinosaur".split()
)
"""Kinds that do things on the ground."""

GRAPHIC = frozenset("logo poster sprite tileset pattern sticker ui chart isometric".split())
"""Kinds of things that are drawn: `logo of a fox` is about the logo."""

LIVING = ANIMATE | {"sea", "small", "mythic"}

PAIR_WORDS = 5
"""The most words of each."""

LEAST_WORDS = 5
"""The least words of a scene by itself."""

ALONE_WORDS = 12
"""A subject of more words tells itself what happens."""

LONG_WORDS = 14
"""So long a spark tells all that can be told of its subject."""

MOST_WORDS = 60

TELLING_WORDS = 4
"""A spark of so many words tells enough, whoever its subject is."""

FRAMES = frozenset(
    "portrait portraits photo photos photograph picture painting drawing illustration sketch "
    "image render rendering close-up closeup close up view shot cartoon watercolor watercolour "
    "scene art design concept snapshot prompt photography digital pixel fan window mosaic "
    "tapestry mural fresco embroidery lapse headshot depiction representation artwork selfie "
    "drawings paintings silhouette engraving woodcut linocut etching print collage caricature "
    "style version type kind model example".split()
)
"""`a photo of a boat` is about the boat."""

CONTAINERS = frozenset(
    "bowl plate cup glass mug bottle jar basket box bag slice slices piece pieces loaf pot pan "
    "pile pair tray group set herd flock bunch bundle couple stack line row collection crowd pack "
    "team bouquet handful dozen field cluster pride school swarm platter lot lots scoop block "
    "array series variety assortment".split()
)
"""`a bowl of ramen` is about the ramen."""

TOYS = frozenset("teddy toy stuffed plush rubber".split())
"""What makes a toy of what stands behind it."""

MADE = frozenset(
    "knitted crocheted crochet felt felted origami paper papercut cardboard clay wooden lego "
    "inflatable clockwork porcelain ceramic embroidered sewn miniature".split()
)
CARVED = frozenset("marble bronze granite carved sculpted ice".split())
"""What makes a toy, or a statue, of something living."""

NUMBERS = frozenset("one two three four five six seven eight nine ten some several many".split())
DETERMINERS = frozenset(
    "a an the his her its their my our this that these those another each every".split()
)
MASS = frozenset(
    "people men women kids children bread cheese candy chocolate soup coffee tea wine beer "
    "juice lemonade milk rain snow fog mist moss ivy wheat honey jam toast pasta sushi ramen "
    "lightning armour armor rope glasses sunglasses scissors twins lovers mice geese oxen "
    "cacti fungi fishermen policemen gentlemen grass seaweed corn popcorn rice bacon "
    "jewellery jewelry furniture clothing graffiti calligraphy money fire smoke wind hail sleet "
    "frost lava laundry luggage pottery firewood origami paper heaven fun luck love hope joy "
    "freedom peace friendship happiness sadness grief sorrow melancholy loneliness fear anger "
    "rage despair death silence time memory infinity eternity change growth music speed balance "
    "justice knowledge power wisdom truth science technology nature education energy gravity "
    "mystery magic winter summer autumn spring night dawn dusk midnight noon".split()
)
"""Nouns without an article, beside plurals."""

ASKING = frozenset("how why what when where who".split())
"""What sparks begin with that name no subject: `how glass is blown`."""

ONLY = frozenset(
    "moon sun sky sea ocean earth universe cosmos moonlight sunset sunrise dawn dusk night".split()
)
"""What there is one of."""

VOWEL = re.compile(r"(?!uni(?!n|m)|use|eu|one)(?:[aeiou]|hour|heir|honest|honou?r)")
"""How a word begins that has `an` in front."""

CUTS = re.compile(
    r"^(?:in|on|at|by|with|of|from|under|over|behind|near|beside|against|among|between|through|"
    r"across|along|above|below|inside|outside|into|next|that|who|which|is|are|was|were|has|have|"
    r"as|to|for|around|onto|without|underneath|atop|beneath|while|during|after|before|made|full|"
    r"where|when|whose|not|can|does|do|left|right|\w+ing)$"
)
"""Words behind which a spark says more of its subject."""

LATER = re.compile(r"^(?:full|made|left|right|\w+ing)$")
"""Those that belong to a noun behind them: `a full moon`, `a smiling man`."""

PEOPLE = frozenset("people men women children kids friends person".split())
VERBS = frozenset(
    "waves walks runs plays dances looks jumps swims watches rides points drinks cooks "
    "stands rests smiles kisses hugs fights hunts guards flies climbs chases holds catches kicks "
    "throws touches talks moves cuts cleans orbits falls eats sits".split()
)
"""Verbs that could be nouns."""

PLACING = frozenset(
    "in on at by under over behind near beside against among between through across along above "
    "below inside outside into around onto underneath atop beneath next left right".split()
)
"""Words before a place."""

WITHIN = frozenset("in inside".split())

STATES = frozenset("wearing having including containing featuring showing".split())
"""What says how a subject is, not what it does."""

ANYWHERE = re.compile(
    r"^(?:rid|run|walk|danc|play|skat|cycl|jump|juggl|carry|chas|push|pull|sing|wait|sitt|stand|"
    r"read|sleep|eat|perform|march|kiss|hugg|fight|hold|paint|draw|lead|leap|balanc|look|laugh|smil|"
    r"cry|argu|talk|bow|kneel|napp|shiver|meditat|pray|rest|dream|wander|fenc|wav|hid|juggl)\w*ing$"
)
"""What can be done in any place."""

RESTING = re.compile(
    r"^(?:sleep|run|walk|danc|sing|sitt|stand|jump|laugh|smil|cry|wait|play|eat|drink|cook|fight|"
    r"meditat|pray|rest|dream|think|talk|work|fish|climb|skat|read|march|cycl|jogg|argu|kiss|hugg|"
    r"juggl|bow|kneel|dine|nap|shout|whistl|shiver|wander)\w*ing$"
)
"""What can be done without anything that it is done to: `a fox sleeping` is whole."""

ALOFT = re.compile(r"^(?:fl(?:y|oat|ies)|swim|soar|div|sail|hover|glid|driv|orbit|fall|drift)\w*$")
"""What is not done on the ground."""

CLAUSE = re.compile(r"[,.!?:;\"](?!\d)")

PREAMBLE = re.compile(
    r"^(?:(?:here|in|this|the|it|i|we|one|there|can|could|see|image|picture|photo|is|are|as|also|"
    r"shows?|taken|depicts?|imagine) )*"
    r"(?:there (?:is|are)|see|shows?|(?:this|here|it) (?:is|are)|depicts?|imagine) ",
    re.IGNORECASE,
)
"""`in this image I can see a fence` is about the fence."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subjects.

    Attributes:
        nouns: those that belong to it, mostly in the singular; `space_station` is two words.
        scenes: what happens and where; each fits behind any of the nouns.
        details: what can be seen of it, whatever happens; of a place, what is around.
    """

    name: str
    nouns: frozenset[str]
    scenes: tuple[str, ...]
    details: tuple[str, ...]


class Subject(NamedTuple):
    """What a spark is about.

    Attributes:
        alone: whether the spark says nothing more of it, but perhaps how it is shown.
        place: the kind of the place that the spark names.
        placed: whether the spark says where it is.
        acts: whether the spark says what it does.
    """

    kind: Kind
    alone: bool
    place: Kind | None = None
    placed: bool = False
    acts: bool = False


def happenings(spark: str) -> tuple[str, ...]:
    """How a spark can go on, each with a space or a comma in front; none if nobody knows.

    A spark that names its subject alone gets a scene; one that says more gets details; one that
    breaks off gets what it wants.
    """
    if _breaks_off(words(spark)):
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
    told = (*bare, *_together(kind.scenes, kind.details))
    return tuple(f"{mark} {text}" for text in told if agree(text, spark))


def inventions(spark: str) -> tuple[str, ...]:
    """New pictures of a spark; none if nobody knows its subject."""
    if _breaks_off(words(spark)):
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
        together = _together(kind.scenes, kind.details)
        told = [f"{subject} {text}" for text in together if agree(text, spark)]
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
    return tuple(
        (one, other)
        for one, other in product(pairs, around)
        if _apart(one, other) and agree(one, spark) and agree(other, spark)
    )


def _details(spark: str, found: Subject) -> tuple[str, ...]:
    """What can be told of a subject of which the spark says more, each with a space or a comma in
    front."""
    kinds = load_kinds()
    moments = kinds[MOMENT].scenes
    kind = found.kind
    whole = spark.rstrip().endswith((".", "!", "?"))
    mark = ","
    if kind.name == MOMENT or len(words(spark)) > LONG_WORDS:
        told = _together(moments, moments)
    elif kind.name == POSTER:
        told = _together(kind.details, kind.details)
    elif kind.name in GRAPHIC | ABSTRACT and not whole and not found.placed:
        told = _together(kind.scenes, kind.details)
        mark = "," if "," in spark else ""
    elif found.place:
        told = _together(kind.details, found.place.details)
    elif found.placed or whole:
        told = _together(kind.details, moments)
    elif found.acts and kind.name in ANIMATE and _grounded(spark):
        told = _together(kinds[GROUND].scenes, kind.details)
        mark = "," if "," in spark else ""
    elif found.acts:
        told = _together(kind.details, moments)
    else:
        told = _together(kind.scenes, kind.details)
    if "with" in words(spark):
        told = tuple(text for text in told if not text.startswith("with ")) or told
    return tuple(f"{mark} {text}" for text in told if agree(text, spark))


def _gone_on(spark: str) -> tuple[str, ...]:
    """What a spark wants that breaks off, and a detail of its subject; none if nobody knows."""
    ending = ending_of(spark)
    if ending is None:
        return ()
    found = subject_of(ending.before)
    details = (found.kind.details if found else ()) or load_kinds()[MOMENT].scenes
    told = _together(ending.texts, details)
    return tuple(f" {text}" for text in told if agree(text, spark))


def _grounded(spark: str) -> bool:
    """Whether what a spark says can be done in any place on the ground."""
    said = words(spark)
    return any(map(ANYWHERE.match, said)) and not any(map(ALOFT.match, said))


@cache
def _together(ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Each of the ones with each of the others that says something else."""
    return tuple(f"{one}, {other}" for one, other in product(ones, others) if _apart(one, other))


@cache
def _paired(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each with the three behind it, where they say different things."""
    near = (texts[at + 1 : at + 4] for at in range(len(texts)))
    return tuple(
        f"{one}, {other}"
        for one, others in zip(texts, near, strict=True)
        for other in others
        if _apart(one, other)
    )


@lru_cache(maxsize=2**16)
def _apart(one: str, other: str) -> bool:
    return set(content_stems(one)).isdisjoint(content_stems(other))


def with_article(subject: str) -> str:
    """A subject with an article in front, if one belongs there."""
    said = words(subject)
    first = said[0]
    head, _ = _head(said)
    kind = _kind_of(head)
    last = head[-1] if kind or len(head) == 1 else head[-2]  # `people packed in a bus`
    if last in ONLY and len(said) == 1:
        return f"the {subject}"
    if kind and kind.name in ABSTRACT and len(head) == 1:
        return subject
    if first in DETERMINERS | NUMBERS or first.isdigit() or last in MASS or subject[0].isupper():
        return subject
    if last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return subject
    return f"{'an' if VOWEL.match(first) else 'a'} {subject}"


def subject_of(spark: str) -> Subject | None:
    """What a spark is about, where that is a noun that some kind has."""
    said = words(spark)
    if not 0 < len(said) <= MOST_WORDS or said[0] in ASKING or _breaks_off(said):
        return None
    kinds = load_kinds()
    clause, *rest = CLAUSE.split(PREAMBLE.sub("", spark.strip()), maxsplit=1)
    told = words(clause)
    if rest and not any(_singular(word) in _nouns() for word in told):
        # `an ornate, high-backed chair`
        clause, *rest = CLAUSE.split(f"{clause} {rest[0]}", maxsplit=1)
        told = words(clause)
    subject, more = _head(told)
    while more[:1] == ["of"] and more[1:] and not _is_itself(subject):
        told = more[1:]
        subject, more = _head(told)
    shown = all(map(named, phrases(rest[0]))) if rest else True
    whole = shown and not re.search(r"[.!?:;\"]", spark)
    if "and" in told and (pair := _pair(told)):
        return Subject(kinds[PAIR], alone=whole and not pair[2])
    # `black and white cat` is one thing, `salt and pepper` are two.
    several = subject.count("and") > 1 or "and" in subject[-2:]
    kind = None if several else _kind_of(subject)
    if kind is None and subject[-1] in FRAMES and "and" not in subject:
        # `fox illustration`, `dragon concept art`
        kind = _kind_of(_unframed(subject))
    if kind is None and more and "and" not in subject:
        # `the dog watches the bird`, `a pizza topped with basil`
        kind = _kind_of(subject[:-1])
    elif more[:1] and more[0] in DETERMINERS:
        kind = _kind_of(subject[:-1]) or kind
    if kind is None or (kind.name == ANY and more):
        if len(said) < TELLING_WORDS:
            return Subject(kind, alone=False) if kind else None
        return Subject(kinds[MOMENT], alone=False)
    if kind.name not in GRAPHIC and "isometric" in said:
        kind = kinds[ISOMETRIC]
    alone = whole and not more and len(told) <= ALONE_WORDS
    after = [*more, *words(" ".join(rest))]
    acts = not alone and any(
        word not in STATES and word.endswith("ing") and word not in _nouns() for word in after
    )
    first = more[0] if more else ""
    acts = acts or first in DETERMINERS or (first.endswith("s") and not CUTS.match(first))
    place, placed = _place(after)
    return Subject(kind, alone, place, placed, acts)


def _unframed(subject: list[str]) -> list[str]:
    """A subject without the words behind it that say that it is a picture."""
    kept = list(subject)
    while kept and kept[-1] in FRAMES:
        kept.pop()
    return kept


def _is_itself(subject: list[str]) -> bool:
    """Whether a picture of a subject `of` something shows the subject: a poster, a map."""
    kind = _kind_of(subject)
    if kind and kind.name in GRAPHIC:
        return True
    return kind is not None and kind.name != ANY and subject[-1] not in FRAMES | CONTAINERS


def _breaks_off(said: list[str]) -> bool:
    """Whether a spark ends in mid-sentence: `a dragon guarding`."""
    last = said[-1] if said else ""
    if last in DANGLING:
        return True
    whole = last in _nouns() or last in FRAMES or last in PLACING or RESTING.match(last)
    return bool(CUTS.match(last)) and (len(said) == 1 or not whole)


def _kind_of(subject: list[str]) -> Kind | None:
    """The kind of a subject's last words."""
    if not subject:
        return None
    if TOYS & set(subject[:-1]) or subject[-1] == "teddy":
        return _nouns()["toy"]
    names = ("_".join(subject[-size:]) for size in (3, 2, 1) if size <= len(subject))
    kind = next(filter(None, (_nouns().get(_singular(name)) for name in names)), None)
    if kind and kind.name in LIVING and MADE & set(subject[:-1]):
        return _nouns()["toy"]
    if kind and kind.name in LIVING and CARVED & set(subject[:-1]):
        return _nouns()["statue"]
    return kind


def _place(after: list[str]) -> tuple[Kind | None, bool]:
    """The kind of the place that the words behind a subject name, and whether they name one.

    An hour or a season is no place: `in autumn`, `at 3am`, `at sunset`.
    """
    placed = False
    for number, word in enumerate(after):
        if word not in PLACING:
            continue
        head, _ = _head(after[number + 1 :])
        kind = _kind_of([one for one in head if one not in DETERMINERS])
        timed = kind and (kind.name == SEASON or (kind.name == "sky" and word == "at"))
        if timed or (head[:1] and head[0][0].isdigit()):
            continue
        placed = True
        if kind and kind.name in PLACES:
            inside = word in WITHIN and kind.name in ("building", "shop")
            return load_kinds()["interior"] if inside else kind, True
    return None, placed


def _pair(said: list[str]) -> tuple[list[str], list[str], list[str]] | None:
    """Two things that are named together, and what is said of both: `a bed and an elephant`."""
    if said.count("and") != 1:
        return None
    middle = said.index("and")
    one = said[:middle]
    other, more = _head(said[middle + 1 :])
    if any(CUTS.match(word) and not _is_noun(one, at) for at, word in enumerate(one)):
        return None
    sides = [side for side in (one, other) if 0 < len(side) <= PAIR_WORDS]
    counted = [side for side in sides if len(side) > 1 and _is_counted(side[0])]
    known = [side for side in sides if _kind_of(side)]
    return (one, other, more) if 2 in (len(counted), len(known)) else None


def _is_counted(word: str) -> bool:
    return word in DETERMINERS | NUMBERS or word.isdigit()


def _head(said: list[str]) -> tuple[list[str], list[str]]:
    """The words of a subject, and those that say more of it."""
    named_yet = False
    for number, word in enumerate(said):
        if number and word in DETERMINERS and said[number - 1] != "and":
            return said[:number], said[number:]
        cuts = CUTS.match(word) and (named_yet or not LATER.match(word))
        if number and number + 1 < len(said) and _is_verb(said[number - 1], word):
            return said[:number], said[number:]
        if number and cuts and not _is_noun(said, number):
            return said[:number], said[number:]
        named_yet = named_yet or _singular(word) in _nouns() or word in FRAMES
    return said, []


def _is_verb(before: str, word: str) -> bool:
    """Whether a word behind a noun tells what it does: `an old man feeds pigeons`."""
    if before in PEOPLE:
        return _singular(word) not in _nouns()
    ends = word.endswith("s") and "'" not in word and not word.endswith("ss")
    return before in _nouns() and (word in VERBS or (ends and _singular(word) not in _nouns()))


def _is_noun(said: list[str], number: int) -> bool:
    """Whether a word that looks like a verb is a noun: a `duckling`, a `swimming pool`."""
    two = "_".join(said[number : number + 2])
    known = said[number] in _nouns() or said[number] in FRAMES or two in _nouns()
    return known and said[number - 1] != "of"


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
