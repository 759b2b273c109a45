"""Casts: a draft in the form of a model's own texts.

The small model loses the sense of a dialect that is long or terse. Where the subject of a draft is
known, a text of the model serves as a template: the draft stands in place of its subject, what
hand-written tables tell of that in place of its picture, and how it looks is lent by any text.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from sparkloom.bank.circumstances import agree
from sparkloom.bank.kinds import ANY, LIVING, PEOPLE
from sparkloom.bank.pictures import is_picture
from sparkloom.bank.scenes import details_of, happenings, turns_of
from sparkloom.bank.subject import DETERMINERS, PREAMBLE, Noun, noun_of, with_article
from sparkloom.bank.terms import named
from sparkloom.modes.template import (
    COLOURS,
    STOPS,
    VARIES,
    Piece,
    Template,
    is_prose,
    is_tags,
    templates_of,
)
from sparkloom.tags import count_of, tags_of
from sparkloom.words import (
    ARTICLES,
    STOP_WORDS,
    capitalised,
    common,
    content_stems,
    runs,
    words,
)

FEWEST = 2
"""So many texts it takes to tell what is the dialect's and what a picture's."""

EACH = 6
"""How many prompts are made from each text."""

WORLD = 0.6
"""So large a share of the texts are of one thing where a dialect is made for it."""

COUNTS = re.compile(r"\d\+?(?:girl|boy|man|woman|other)s?|multiple \w+|solo|no[_ ]humans", re.I)
NOBODY = "no_humans"
"""How tags say whom a picture is of."""

ROOM = 6
"""From so many words the piece of the subject has room for what happens."""

MORE_SENTENCES = 3
"""The most sentences behind the first."""

LENT_WORDS = 4
"""The most words of a thing that one text lends another: nothing else hangs on so few. So the
world of a dialect stays: every other thing is one of its own."""

FRAME = re.compile(r"(?:an? |the )?(?:photo|photograph|picture|image|shot|view) of ", re.IGNORECASE)
"""What a draft begins with that says only that it is a picture."""

PERSONAL = re.compile(r"\b(?:(?P<whose>his|her(?= \w))|(?P<who>he|him|she|her))(?P<self>self)?\b")
"""What is said of somebody: `bare paper behind him`."""

VERBS = frozenset("is are was were has have wears wearing".split())
"""Words at the end of a trigger that tell of somebody who has a name."""


def casts(draft: str, texts: Sequence[str], trigger: str = "") -> tuple[str, ...]:
    """A draft in the form of texts, in many ways; none if nobody knows its subject, or the texts
    have no form that can be told.

    Args:
        texts: a model's own.
        trigger: what all of them begin with.
    """
    subject = FRAME.sub("", PREAMBLE.sub("", draft.strip()), count=1).rstrip(".!? ")
    told = _told_of(subject.partition(". ")[0])
    if not told.happenings or not _have_form(texts, trigger):
        return ()
    templates = templates_of([text.removeprefix(trigger) for text in texts])
    if not all(templates):  # a text is its trigger alone
        return ()
    cast = _in_tags if is_tags(templates) else _in_sentences if is_prose(templates) else _in_phrases
    world = _world(templates)
    made: dict[str, None] = {}
    for template in templates:
        draw = random.Random(f"{draft}\n{template}")
        lent = _Lent(templates, told, draw)
        head = _Head(told, template, trigger, world)
        for happening in draw.sample(told.happenings, min(EACH, len(told.happenings))):
            made[trigger + cast(template, head, happening, lent, draw)] = None
    own = [runs(text) for text in texts]
    copied = frozenset().union(*own) - common(own)
    return tuple(text for text in made if copied.isdisjoint(runs(text)))


@dataclass(frozen=True, slots=True)
class _Told:
    """The subject of a draft, and what the tables tell of it.

    Attributes:
        subject: the draft, but for words that say that it is a picture.
        noun: what it is of, if some kind has that.
        happenings: how it goes on.
        short: the same in few words.
        details: what can be seen of it.
        turns: likewise, one thing following from another.
    """

    subject: str
    noun: Noun | None
    happenings: tuple[str, ...]
    short: tuple[str, ...]
    details: tuple[str, ...]
    turns: tuple[str, ...]


def _told_of(subject: str) -> _Told:
    return _Told(
        subject,
        noun_of(subject),
        tuple(text for text in happenings(subject) if not is_picture(text)),
        happenings(subject, "short"),
        details_of(subject),
        turns_of(subject),
    )


def _have_form(texts: Sequence[str], trigger: str) -> bool:
    """Whether texts are enough to tell a form, on one line each, and of no one who has a name."""
    lines = not any("\n" in text for text in texts)
    return lines and len(texts) >= FEWEST and VERBS.isdisjoint(words(trigger)[-1:])


class _Lent:
    """What the texts of a dialect lend each other: how their pictures look, and what is in them
    beside their subjects."""

    def __init__(self, templates: Sequence[Template], told: _Told, draw: random.Random) -> None:
        self._draw = draw
        self._somebody = told.noun is None or told.noun.kind.name in PEOPLE
        self._pieces = [piece for template in templates for piece in _lending(template)]

    def like(self, piece: Piece, said: str) -> str:
        """A piece for the same thing that does not contradict what is said, nor says it again; what
        belongs to the form stays. Empty where there is none."""
        text = self._like(piece, said)
        return text if self._somebody else PERSONAL.sub(_of_a_thing, text)

    def _like(self, piece: Piece, said: str) -> str:
        if piece.role == "form":
            return _varied(piece, self._draw)
        told = set(content_stems(said))
        found = [
            other.text
            for other in self._pieces
            if _are_of_one_sort(other, piece)
            and told.isdisjoint(content_stems(other.text))
            and agree(other.text, said)
        ]
        return self._draw.choice(found) if found else ""


def _of_a_thing(said: re.Match[str]) -> str:
    return f"it{'s' if said['whose'] else ''}{said['self'] or ''}"


def _lending(template: Template) -> list[Piece]:
    """What a text lends: in sentences, things hang together."""
    roles = {"manner", "value", *(() if any(piece.ends for piece in template) else ("picture",))}
    return [piece for piece in template if piece.role in roles]


def _are_of_one_sort(one: Piece, other: Piece) -> bool:
    """Whether a piece may stand for another: both tell of the same, in few words."""
    if one.role != other.role or one.lead != other.lead:
        return False
    if one.text[:1].isupper() != other.text[:1].isupper():
        return False
    if one.role == "value":
        return one.label == other.label
    if one.role == "manner":
        return named(one.text) == named(other.text)
    return one.length <= LENT_WORDS


def _varied(piece: Piece, draw: random.Random) -> str:
    """A piece of the form with other numbers, letters and colours than the texts have."""
    rest = piece.text.removeprefix(piece.lead).strip()
    if piece.lead and rest and named(rest) == ["palette"] and len(set(piece.alike)) > 1:
        used = " ".join([piece.text, *piece.alike])
        return f"{piece.lead} {draw.choice([one for one in COLOURS if one not in used] or [rest])}"
    found = [VARIES.findall(text) for text in (piece.text, *piece.alike)]
    found = [values for values in found if len(values) == len(found[0])]
    drawn = iter([_other(values, draw) for values in zip(*found, strict=True)])
    return VARIES.sub(lambda _: next(drawn), piece.text)


def _other(values: Sequence[str], draw: random.Random) -> str:
    """Another value, written as the first: a number from the least to the most, a letter not beyond
    the last, or a colour; the first itself where they are of several sorts."""
    first = values[0]
    if len(set(values)) == 1:
        return first
    if not any(map(str.isalpha, values)):
        low, high = (one(map(float, values)) for one in (min, max))
        digits = len(first.partition(".")[2])
        drawn = draw.uniform(low, high) if digits else draw.randint(int(low), int(high))
        return f"{drawn:0{len(first)}.{digits}f}"
    if all(len(one) == 1 and one.isalpha() for one in values):
        letters = [chr(code) for code in range(ord("B"), ord(max(values)) + 1)]
        return draw.choice([one for one in letters if one not in values] or [first])
    if all(one in COLOURS for one in values):
        return draw.choice([one for one in COLOURS if one not in values] or [first])
    return first


def _world(templates: Sequence[Template]) -> str:
    """The noun that nearly all texts are of, in one number; empty where they are of many things."""
    found = (noun_of(_subject_of(template).text) for template in templates)
    counts = Counter(noun.name for noun in found if noun and noun.kind.name != ANY)
    noun, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return noun if count >= max(FEWEST, WORLD * len(templates)) else ""


def _subject_of(template: Template) -> Piece:
    return next((piece for piece in template if piece.role == "subject"), template[0])


class _Head:
    """The subject of a draft, as the texts of a dialect say theirs.

    Args:
        told: of the draft.
        template: a text; what tells its subject may begin as that of the others does: `portrait
            of a cook`, `On the steppe`.
        trigger: what stands before it.
        world: a noun that nearly all texts are of.
    """

    def __init__(self, told: _Told, template: Template, trigger: str, world: str) -> None:
        self.told = told
        self.piece = _subject_of(template)
        self._trigger = trigger
        self._world = world

    def said(self, more: str) -> str:
        """The subject with what is told of it, in the world of the texts."""
        lead = self.piece.lead.split()
        if lead and lead[0].lower() in STOP_WORDS - DETERMINERS:
            while len(lead) > 1 and lead[-1].lower() in STOP_WORDS:
                lead.pop()
            return f"{' '.join(lead)}, {_articled(self.told.subject)}{more}"
        if own := self._own():
            return f"{own}{more}"
        if somebody := self._before(lead):
            behind = f"{somebody}, {_articled(self.told.subject)} behind"
            return f"{behind},{more}" if more else behind
        while lead and lead[-1].lower() in DETERMINERS:
            lead.pop()
        of = [*words(self._trigger)[-1:], *lead][-1:] == ["of"]
        own = " ".join(self.piece.text.split()[len(lead) :])
        said = (
            _bare(self.told.subject) if not of and _is_bare(own) else _articled(self.told.subject)
        )
        return _begun(self.piece, " ".join([*lead, said])) + more

    def _own(self) -> str:
        """What all texts are of, and the draft with it: `yellow chapel door, 6 parsnips`; empty
        where the texts are of many things."""
        found = re.search(rf"\b{self._world}(?:e?s)?\b", self.piece.text) if self._world else None
        if found is None:
            return ""
        own, noun = self.piece.text[: found.end()], self.told.noun
        if noun and noun.name == self._world:
            return own + self.told.subject[noun.end :]
        mark = ", " if self.piece.ends or not self.piece.mark else self.piece.mark
        return f"{own}{mark}{_bare(self.told.subject)}"

    def _before(self, lead: Sequence[str]) -> str:
        """Whom a text is a portrait of, to stand before a thing; else empty."""
        rest = self.piece.text.removeprefix(self.piece.lead).strip()
        noun, who = self.told.noun, noun_of(rest)
        if noun is None or who is None or "portrait" not in map(str.lower, lead):
            return ""
        fits = noun.kind.name not in LIVING and who.kind.name in PEOPLE
        return f"{self.piece.lead} {rest[: who.end]}" if fits else ""


def _in_tags(
    template: Template, head: _Head, happening: str, lent: _Lent, draw: random.Random
) -> str:
    """The tags of a draft and of what is told of it, as many as a template has, then its own."""
    told = head.told
    counts = [piece.text for piece in template if COUNTS.fullmatch(piece.text)]
    if counts:
        people = told.noun is None or told.noun.kind.name in PEOPLE
        counts = count_of(told.subject) or (counts if people else [NOBODY])
    said = [*counts, *tags_of(told.subject)]
    last = [
        text
        for piece in template
        if piece.role in ("form", "manner") and not COUNTS.fullmatch(piece.text)
        if (text := lent.like(piece, ", ".join(said)))
    ]
    details = _agreeing(told.details, happening)
    short = [text.strip(" ,") for text in told.short]
    seen = [*draw.sample(short, min(1, len(short))), *draw.sample(details, len(details))]
    more = [tag for text in seen for tag in tags_of(text)]
    left = max(1, len(template) - len(said) - len(last))
    return ", ".join(dict.fromkeys([*said, *more[:left], *last]))


def _in_phrases(
    template: Template, head: _Head, happening: str, lent: _Lent, draw: random.Random
) -> str:
    """A template with the draft in place of its subject, and what is told of it in its pictures."""
    seen = _agreeing(head.told.details, happening)
    draw.shuffle(seen)
    parts = [part for part in re.split(r"[,;] ", happening.strip(" ,.")) if part]
    more = ""
    if happening.startswith(","):
        seen = seen or parts
    elif head.piece.length >= ROOM:
        more = f" {parts[0]}"
        seen = [*parts[1:], *seen]
    elif places := [text for text in head.told.short if text.startswith(" ")]:
        seen = [draw.choice(places).strip(), *seen]
    if seen and not more and all(piece.role != "picture" for piece in template):
        more = f", {seen[0]}"
    said = head.said(more)
    made: list[tuple[str, str]] = []
    left, lends = iter(seen), cycle((False, True))
    for piece in template:
        before = " ".join([said, *(text for text, _ in made)])
        if piece is head.piece:
            text = said
        elif piece.role == "picture":
            own = "" if next(lends) else next(left, "")
            text = _begun(piece, own or lent.like(piece, before) or next(left, ""))
        else:
            text = lent.like(piece, before)
        if text:
            made.append((text, piece.mark))
        elif made and piece.ends:  # the sentence ends a piece earlier
            made[-1] = (made[-1][0], piece.mark)
    *others, (last, mark) = made
    ended = mark.strip() if mark.strip() in STOPS else ""
    return "".join(map("".join, others)) + last + ended


def _in_sentences(
    template: Template, head: _Head, happening: str, lent: _Lent, draw: random.Random
) -> str:
    """What is seen of a draft in sentences, about as long as a template, and then how it looks.

    Where it is, is the dialect's to say.
    """
    turns = _agreeing(head.told.turns, happening)
    first, *more = draw.sample(turns, min(len(turns), 1 + MORE_SENTENCES)) or [""]
    said = head.said(f", {first}".rstrip(", "))
    sentences = [said, *more]
    looks = [text for piece in _last(template) if (text := lent.like(piece, said))]
    wanted = sum(piece.length for piece in template) - len(looks)
    while len(sentences) > 1 and len(" ".join(sentences[:-1]).split()) >= wanted:
        sentences.pop()
    sentences += [", ".join(looks)] if looks else []
    return " ".join(f"{capitalised(text)}." for text in sentences)


def _agreeing(texts: Sequence[str], happening: str) -> list[str]:
    return [text for text in texts if agree(text, happening)]


def _last(template: Template) -> list[Piece]:
    """What the last sentence of a template says of how it looks."""
    stops = [at for at, piece in enumerate(template[:-1]) if piece.ends]
    pieces = template[stops[-1] + 1 :] if stops else []
    looks = [piece for piece in pieces if piece.role != "picture"]
    return looks if 2 * len(looks) >= len(pieces) else []


def _articled(subject: str) -> str:
    return with_article(_lowered(subject))


def _is_bare(own: str) -> bool:
    """Whether a text leaves out an article that its subject wants: `heron`, not `two gulls`."""
    begun = own[:1].lower() + own[1:]
    return bool(words(begun)) and with_article(begun) != begun


def _bare(subject: str) -> str:
    first, _, rest = subject.partition(" ")
    return rest if rest and first.lower() in ARTICLES else subject


def _lowered(subject: str) -> str:
    """A subject without the capital of its article, in the middle of a sentence."""
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first.lower() in DETERMINERS else subject


def _begun(piece: Piece, text: str) -> str:
    """A text that begins as a piece does, with a capital or without."""
    return capitalised(text) if piece.text[:1].isupper() else text
