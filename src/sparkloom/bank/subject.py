"""The subject of a spark: the noun that it is about, and what the spark says of it.

No grammar is parsed: nouns are those that some kind has, and a few words part them from what
follows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sparkloom.bank.kinds import (
    ABSTRACT,
    ANY,
    COMPANIONS,
    GRAPHIC,
    ISOMETRIC,
    LIVING,
    MOMENT,
    PAIR,
    PLACES,
    SEASON,
    Kind,
    load_kinds,
    nouns,
    singular,
)
from sparkloom.bank.terms import medium_of, named
from sparkloom.words import DANGLING, MASS, WORD, article, phrases, words

PAIR_WORDS = 5
"""The most words of each."""

ALONE_WORDS = 12
"""A subject of more words tells itself what happens."""

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

CRAFT = frozenset("lighting shading colouring coloring grading framing hatching".split())
"""What is done to a picture: `cinematic lighting`."""

STYLES = frozenset("art style drawing painting sketch illustration render print collage".split())
"""`in pixel art`, `in the style of a woodcut print`."""

CONTAINERS = frozenset(
    "bowl plate cup glass mug bottle jar basket box bag slice slices piece pieces loaf pot pan "
    "pile pair tray group set herd flock bunch bundle couple stack line row collection crowd pack "
    "team bouquet handful dozen field cluster pride school swarm platter lot lots scoop block "
    "array series variety assortment".split()
)
"""`a bowl of ramen` is about the ramen."""

PLUSH = frozenset("teddy stuffed plush".split())
TOYS = frozenset("toy rubber".split())
"""What makes a plush or another toy of what stands behind it."""

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

ERA = re.compile(r"(?:1\d|20)\d\ds?")
"""A time behind a subject: `coal delivery man 1930s`."""

ASKING = frozenset("how why what when where who".split())
"""What sparks begin with that name no subject: `how glass is blown`."""

ONLY = frozenset(
    "moon sun sky sea ocean earth universe cosmos moonlight sunset sunrise dawn dusk night".split()
)
"""What there is one of."""

CUTS = re.compile(
    r"^(?:in|on|at|by|with|of|from|under|over|behind|near|beside|against|among|between|through|"
    r"across|along|above|below|inside|outside|into|next|that|who|which|is|are|was|were|has|have|"
    r"as|to|for|around|onto|without|underneath|atop|beneath|while|during|after|before|made|full|"
    r"about|called|named|titled|where|when|whose|not|can|does|do|left|right|\w+ing)$"
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
    "below inside outside into around onto underneath atop beneath next left right "
    "attached tied pinned glued stuck mounted nailed chained fixed fastened".split()
)
"""Words before a place, or what something hangs on."""

WITHIN = frozenset("in inside".split())

BACKGROUNDS = frozenset("background backdrop".split())
"""`white background`: no other place is wanted."""

STATES = frozenset("wearing including containing featuring showing".split())
"""What says how a subject is, not what it does."""

RESTING = re.compile(
    r"^(?:sleep|run|walk|danc|sing|sitt|stand|jump|laugh|smil|cry|wait|play|eat|drink|cook|fight|"
    r"meditat|pray|rest|dream|think|talk|work|fish|climb|skat|read|march|cycl|jogg|argu|kiss|hugg|"
    r"juggl|bow|kneel|dine|nap|shout|whistl|shiver|wander)\w*ing$"
)
"""What can be done without anything that it is done to: `a fox sleeping` is whole."""

CLAUSE = re.compile(r"[,.!?:;\"](?!\d)")

PREAMBLE = re.compile(
    r"^(?:(?:here|in|this|the|it|i|we|one|there|can|could|see|image|picture|photo|is|are|as|also|"
    r"shows?|taken|depicts?|imagine) )*"
    r"(?:there (?:is|are)|see|shows?|(?:this|here|it) (?:is|are|looks like)|depicts?|imagine) ",
    re.IGNORECASE,
)
"""`in this image I can see a fence` is about the fence."""


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


class Noun(NamedTuple):
    """What a text is about, and where the text goes on from it.

    Attributes:
        name: in the singular, as the kinds have it.
        plural: whether the text has more of it.
        modifiers: the words before it, beside an article.
        end: where it ends in the text, in characters.
    """

    name: str
    plural: bool
    modifiers: tuple[str, ...]
    end: int

    @property
    def kind(self) -> Kind:
        return nouns()[self.name]


def noun_of(text: str) -> Noun | None:
    """The noun that a text begins with, if some kind has it: in `two red foxes asleep` foxes."""
    subject, more = _head(words(CLAUSE.split(text, maxsplit=1)[0]))
    if not subject or more[:1] == ["of"] or "and" in subject or "of" in subject:
        return None
    last = _noun_at_end(subject)
    if not last:
        return None
    said = "_".join(last)
    name = singular(said)
    modifiers = tuple(word for word in subject[: -len(last)] if word not in DETERMINERS)
    ends = [found.end() for found in WORD.finditer(text)]
    return Noun(name, said != name, modifiers, ends[len(subject) - 1])


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
    if first.endswith("ing") and first not in nouns() and _has_object(said):
        return subject
    if first in DETERMINERS | NUMBERS or first.isdigit() or last in MASS or subject[0].isupper():
        return subject
    if last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return subject
    return f"{article(first)} {subject}"


def _has_object(said: list[str]) -> bool:
    """Whether a first word does something to what follows: `finding an egg`, `pickling plums`."""
    return len(said) == 1 or said[1] in DETERMINERS | NUMBERS or said[1].endswith("s")


def subject_of(spark: str) -> Subject | None:
    """What a spark is about, where that is a noun that some kind has."""
    said = words(spark)
    if not 0 < len(said) <= MOST_WORDS or said[0] in ASKING or breaks_off(said):
        return None
    kinds = load_kinds()
    clause, *rest = CLAUSE.split(PREAMBLE.sub("", spark.strip()), maxsplit=1)
    told = words(clause)
    if rest and not any(singular(word) in nouns() for word in told):
        # `an ornate, high-backed chair`
        clause, *rest = CLAUSE.split(f"{clause} {rest[0]}", maxsplit=1)
        told = words(clause)
    timed = len(told) > 1 and bool(ERA.fullmatch(told[-1]))
    subject, more = _head(told[:-1] if timed else told)
    while more[:1] == ["of"] and more[1:] and not _is_itself(subject):
        told = more[1:]
        subject, more = _head(told)
    shown = all(map(named, phrases(rest[0]))) if rest else True
    whole = shown and not re.search(r"[.!?:;\"]", spark)
    if "and" in told and (pair := _pair(told)):
        *both, behind = pair
        living = all(one and one.name in LIVING for one in map(_kind_of, both))
        together = kinds[COMPANIONS if living else PAIR]
        return _subject(together, whole and not behind, [*behind, *words(" ".join(rest))])
    # `black and white cat` is one thing, `salt and pepper` are two.
    several = subject.count("and") > 1 or "and" in subject[-2:]
    kind = None if several else _kind_of(subject)
    verb: list[str] = []
    if kind is None and subject[-1] in FRAMES and "and" not in subject:
        # `fox illustration`, `dragon concept art`
        kind = _kind_of(_unframed(subject))
    if kind is None and more and "and" not in subject:
        # `the dog watches the bird`, `a pizza topped with basil`
        kind = _kind_of(subject[:-1])
        verb = subject[-1:]
    elif more[:1] and more[0] in DETERMINERS:
        kind = _kind_of(subject[:-1]) or kind
    if kind is None or (kind.name == ANY and more):
        if len(said) < TELLING_WORDS:
            return Subject(kind, alone=False) if kind else None
        return Subject(kinds[MOMENT], alone=False)
    if kind.name not in GRAPHIC and "isometric" in said:
        kind = kinds[ISOMETRIC]
    more = [] if _is_manner(more) else more
    alone = whole and not more and not timed and len(told) <= ALONE_WORDS
    found = _subject(kind, alone, [*verb, *more, *words(" ".join(rest))])
    first = more[0] if more else ""
    acts = first in DETERMINERS or (first.endswith("s") and not CUTS.match(first))
    return found._replace(acts=found.acts or acts)


def _subject(kind: Kind, alone: bool, after: list[str]) -> Subject:
    """A subject with what the words behind it say of where it is and what it does."""
    acts = not alone and any(
        word not in STATES and word.endswith("ing") and word not in nouns() for word in after
    )
    place, placed = _place(after)
    return Subject(kind, alone, place, placed or not BACKGROUNDS.isdisjoint(after), acts)


def _is_manner(more: list[str]) -> bool:
    """Whether what is said of a subject is how it is shown: `in pixel art`, `as an etching`."""
    return more[:1] in (["in"], ["as"]) and bool(medium_of(more[-1]) or more[-1] in STYLES)


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


def breaks_off(said: list[str]) -> bool:
    """Whether a spark ends in mid-sentence: `a dragon guarding`."""
    last = said[-1] if said else ""
    if last in DANGLING:
        return True
    whole = last in nouns() or last in FRAMES or last in PLACING or RESTING.match(last)
    return bool(CUTS.match(last)) and (len(said) == 1 or not (whole or _is_how(said)))


def _is_how(said: list[str]) -> bool:
    """Whether words end in how a picture is made: `studio lighting`, not `a man lighting`."""
    kind = nouns().get(singular(said[-2]))
    return said[-1] in CRAFT and (kind is None or kind.name not in LIVING)


def _kind_of(subject: list[str]) -> Kind | None:
    """The kind of a subject's last words."""
    if not subject:
        return None
    if PLUSH & set(subject[:-1]) or subject[-1] == "teddy":
        return nouns()["plushie"]
    if TOYS & set(subject[:-1]):
        return nouns()["toy"]
    kind = nouns().get(singular("_".join(_noun_at_end(subject))))
    if kind and kind.name in LIVING and MADE & set(subject[:-1]):
        return nouns()["toy"]
    if kind and kind.name in LIVING and CARVED & set(subject[:-1]):
        return nouns()["statue"]
    return kind


def _noun_at_end(subject: list[str]) -> list[str]:
    """The words of the longest noun that a subject ends with; none if nobody knows it."""
    ends = (subject[-size:] for size in (3, 2, 1) if size <= len(subject))
    return next((end for end in ends if singular("_".join(end)) in nouns()), [])


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
        named_yet = named_yet or singular(word) in nouns() or word in FRAMES
    return said, []


def _is_verb(before: str, word: str) -> bool:
    """Whether a word behind a noun tells what it does: `an old man feeds pigeons`."""
    if before in PEOPLE:
        return singular(word) not in nouns()
    ends = word.endswith("s") and "'" not in word and not word.endswith("ss") and word != "sports"
    return before in nouns() and (word in VERBS or (ends and singular(word) not in nouns()))


def _is_noun(said: list[str], number: int) -> bool:
    """Whether a word that looks like a verb is a noun: a `duckling`, a `swimming pool`."""
    two = "_".join(said[number : number + 2])
    known = said[number] in nouns() or said[number] in FRAMES or two in nouns()
    return known and said[number - 1] != "of"
