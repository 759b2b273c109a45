"""Examples of contextual in dialects that nobody has: rows in another dress, and tables in one.

Few hand-written rows show what a model's texts have in common, so that the adapter would learn
the rows instead. Here their triggers and marks are others each time, and hand-written situations
stand in forms that are drawn: what can be learnt is to follow a form.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sparkloom.bank.circumstances import agree
from sparkloom.bank.finishes import load_finishes
from sparkloom.bank.kinds import ABSTRACT, ANY, COMPANIONS, PAIR, SEASON, Kind, load_kinds
from sparkloom.bank.subject import with_article
from sparkloom.form import is_tags, trigger_of
from sparkloom.modes import layout
from sparkloom.words import capitalised, phrases

KEPT_WORDS = 3
"""A trigger of more words is a sentence's beginning: it stays."""

MARKS = (" / ", " | ", "; ", ", ", " :: ", " - ")
"""What stands between the phrases of a text."""

ONSETS = "b c d f g h j k l m n p r s t v w z br cl dr fl gr kn pl sk sn st tr vr".split()
CODAS = "b ck d ft g k l m n p r rd rk s st t x".split()
STYLES = "style art sketch photo icon scene film print world set".split()

NO_SCENES = ABSTRACT | {ANY, PAIR, COMPANIONS, SEASON, "ground", "moment", "around", "ui", "chart"}
"""Kinds whose situations are no pictures of a noun."""

DRAFT_WORDS = 6
"""The most words of a situation that a draft has."""


def redressed(row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """A row for a model, with another trigger, other marks between tags, or another end."""
    texts = [row["prompt"], *row["examples"]]
    trigger = trigger_of(texts).rstrip(" ,;:.")
    if 0 < len(trigger.split()) <= KEPT_WORDS:
        other = "" if draw.random() < 0.1 else _trigger(draw)
        texts = [_begun(text, trigger, other) for text in texts]
    if all(map(is_tags, texts)) and draw.random() < 0.5:
        mark = draw.choice(MARKS)
        texts = [text.replace(", ", mark) for text in texts]
    if draw.random() < 0.25:
        end = draw.choice(_phrases("medium"))
        texts = [_ended(text, end) for text in texts]
    if draw.random() < 0.1:
        texts = [text.lower() for text in texts]
    return {**row, "prompt": texts[0], "examples": texts[1:]}


def _begun(text: str, trigger: str, other: str) -> str:
    if not text.startswith(trigger):
        return text
    rest = text.removeprefix(trigger)
    return f"{other}{rest}" if other else rest.lstrip(" ,;:.")


def _ended(text: str, end: str) -> str:
    return f"{text} {capitalised(end)}." if text.endswith(".") else f"{text}, {end}"


def made_up(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Texts and answers of contextual: a dialect, other subjects in it, and one to be written.

    Args:
        count: how many.
        seed: of everything that is drawn.
    """
    draw = random.Random(f"dialects {seed}")
    kinds = [kind for kind in load_kinds().values() if kind.name not in NO_SCENES]
    kinds = [kind for kind in kinds if kind.situations and kind.details]
    for _ in range(count):
        dialect = _dialect(draw)
        one = draw.choice(kinds)
        told = [one if draw.random() < 0.5 else draw.choice(kinds) for _ in range(5)]
        shown = [dialect(*_picture(kind, draw)) for kind in told[: draw.randint(2, 5)]]
        noun, situation, details = _picture(one, draw)
        answer = dialect(noun, situation, details)
        yield layout.fit(_draft(noun, situation, draw), shown, ()), f" {answer}"


def _picture(kind: Kind, draw: random.Random) -> tuple[str, str, Sequence[str]]:
    """A noun, a situation, and details that do not contradict it."""
    noun = draw.choice(sorted(kind.nouns)).replace("_", " ")
    situation = draw.choice(kind.situations)
    details = [text for text in kind.details if agree(text, situation)] or list(kind.details)
    return noun, situation, draw.sample(details, min(3, len(details)))


def _draft(noun: str, situation: str, draw: random.Random) -> str:
    """What somebody may have typed: the noun, or the noun and how the situation begins."""
    if draw.random() < 0.6:
        return noun if draw.random() < 0.5 else with_article(noun)
    begun = phrases(situation)[0]
    return f"{noun} {begun}" if len(begun.split()) <= DRAFT_WORDS else noun


@dataclass(frozen=True, slots=True)
class _Slot:
    """A phrase that each text of a dialect has, drawn anew for each."""

    name: str
    texts: Sequence[str]


def _dialect(draw: random.Random) -> Callable[[str, str, Sequence[str]], str]:
    """A way of telling pictures, with everything drawn that its texts have in common."""
    trigger = _trigger(draw) if draw.random() < 0.8 else ""
    first = draw.choice(("", "", f"{draw.choice(STYLES)} of "))
    prose = draw.random() < 0.35
    mark = draw.choice(MARKS) if draw.random() < 0.4 else ", "
    most = draw.randint(1, 3)
    slots = [
        _Slot(draw.choice(("", "", f"{part}: ")), _phrases(part))
        for part in draw.sample(("view", "light", "palette"), draw.randint(0, 2))
    ]
    end = draw.choice(_phrases("medium")) if draw.random() < 0.6 else ""

    def prompt(noun: str, situation: str, details: Sequence[str]) -> str:
        subject = first + with_article(noun) if first or prose else noun
        told = f"{subject} {situation}"
        tail = [slot.name + _agreeing(slot.texts, situation, draw) for slot in slots]
        if prose:
            sentences = [told, ", ".join(details[:most]), *tail, end]
            text = " ".join(f"{capitalised(one)}." for one in sentences if one)
            return f"{trigger}. {text}" if trigger else text
        if most > 1:  # the subject, then what is seen of it
            parts = [subject, *re.split(r", ", situation)[:most], *details[: most - 1]]
        else:
            parts = [told]
        return mark.join(part for part in (trigger, *parts, *tail, end) if part)

    return prompt


def _agreeing(texts: Sequence[str], said: str, draw: random.Random) -> str:
    return draw.choice([text for text in draw.sample(texts, 12) if agree(text, said)] or texts)


def _phrases(part: str) -> Sequence[str]:
    return [phrase.text for phrase in load_finishes() if phrase.part == part]


def _trigger(draw: random.Random) -> str:
    """A word that no other text has, as people choose them, and perhaps a word behind it."""
    word = "".join(
        draw.choice(ONSETS) + draw.choice("aeiou") * (draw.random() < 0.7)
        for _ in range(draw.randint(1, 2))
    ) + draw.choice(CODAS)
    if draw.random() < 0.2:
        word += str(draw.randint(1, 99))
    return f"{word} {draw.choice(STYLES)}" if draw.random() < 0.35 else word


def examples_of(
    rows: Iterable[dict[str, Any]], copies: int, seed: int
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Row, text and answer of rows in another dress, each so many times."""
    for row in rows:
        for number in range(copies):
            draw = random.Random(f"{seed}/{number}/{row['prompt']}")
            made = redressed(row, draw)
            shown = draw.sample(made["examples"], len(made["examples"]))
            yield row, layout.fit(made["draft"], shown, made["images"]), f" {made['prompt']}"
