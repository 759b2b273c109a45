"""What an instruction-tuned model is told, and what its answer means.

What it has to do is said in a Markdown file beside each mode: the text up to the first heading
is the instruction, and the list under the heading has the turns, one of which each draft is told,
so that drafts differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from sparkloom.context import Context
from sparkloom.engines import Brief
from sparkloom.modes.layout import flat
from sparkloom.request import Length
from sparkloom.words import grams, words

GUIDE_CHARACTERS = 4000
"""So much of a guide is told: beside it the examples and the answer have to find room."""

LEAKED_WORDS = 8
"""A run of so many words of an instruction makes an answer a leak of it."""

REFUSAL = re.compile(
    r"\W*(?:i(?:'m| am) (?:sorry|unable)|sorry\b|i (?:cannot|can't|can not|won't)|as an ai\b)",
    re.IGNORECASE,
)
"""How a model begins that will not do it."""

LENGTHS: dict[Length, str] = {"short": "8 to 18", "medium": "", "long": "50 to 90"}
"""In words, as an engine is told it; a mode's own where nothing is said."""

UNREADABLE = "is no answer to what was asked"

_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_MARK = re.compile(r"^\s*(?:[-*\u2022]|#{1,6}|\d+[.)])\s+")
_QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u00ab": "\u00bb", "`": "`"}


def brief(name: str, fields: Iterable[str], asked: Mapping[str, str | Iterable[str]]) -> Brief:
    """A mode's brief.

    Args:
        name: of its Markdown file.
        fields: what the answer holds.
        asked: what is told this time: headings, each with a text or a list of texts; what is
            empty is left out.
    """
    system, turns = instruction(name)
    parts = []
    for heading, told in asked.items():
        text = told if isinstance(told, str) else "\n".join(f"- {flat(item)}" for item in told)
        if text:
            parts.append(f"{heading}:\n{text}")
    return Brief(system, "\n\n".join(parts), tuple(fields), turns)


def known(context: Context) -> dict[str, str | Iterable[str]]:
    """What is known beside the words of a request, as a brief tells it."""
    form = context.form
    examples = (
        "The model's own texts; write the same way, about something else"
        if context.own
        else "Prompts about other things, to show the diction; take nothing over from them"
    )
    length = f"{form.shortest} to {form.longest}" if form.longest else LENGTHS[context.length]
    return {
        "Guide of the image model": context.guide.strip()[:GUIDE_CHARACTERS],
        examples: context.examples,
        "Words that every text begins with": flat(form.trigger),
        "Length in words": length,
        "Longest, in characters": str(form.most) if form.most else "",
        "The reference images show": context.images,
    }


@cache
def instruction(name: str) -> tuple[str, tuple[str, ...]]:
    """What a mode's Markdown file says: the instruction, and the turns."""
    text = resources.files("sparkloom.modes").joinpath(f"{name}.md").read_text("utf-8")
    told, _, turns = text.partition("\n## ")
    listed = re.findall(r"^- (.+(?:\n  .+)*)", turns, re.MULTILINE)
    return told.strip(), tuple(map(flat, listed))


def tidy(text: str) -> str:
    """A text of an answer on one line, without what a chat puts around it."""
    said = _EMPHASIS.sub(r"\2", flat(_MARK.sub("", text)))
    if len(said) > 1 and _QUOTES.get(said[0]) == said[-1] and said[0] not in said[1:-1]:
        said = said[1:-1].strip()
    return said


def fault_of(name: str, answer: Mapping[str, str], fields: Iterable[str]) -> str:
    """Why an answer is no use; empty where it is."""
    if any(not answer.get(field, "").strip() for field in fields):
        return UNREADABLE
    if any(REFUSAL.match(text.replace("\u2019", "'")) for text in answer.values()):
        return "is a refusal"
    told, turns = instruction(name)
    said = {gram for text in answer.values() for gram in grams(words(text), LEAKED_WORDS)}
    if any(not said.isdisjoint(grams(words(text), LEAKED_WORDS)) for text in (told, *turns)):
        return "repeats its instructions"
    return ""
