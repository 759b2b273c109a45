"""Image editing: an instruction for an editor that sees the image.

The instruction begins with the user's own wish, goes on with a hand-written manner of carrying it
out, and names what the image shows beside it to stay: so the wish is always carried out, and
nothing is claimed that the description does not show. Where nobody wishes for anything, the wish
is drawn too, among those that suit the image. The small engine writes nothing here: see
docs/architecture.md.
"""

from __future__ import annotations

import re
from itertools import product

from sparkloom.bank.manners import manners_of, proposals
from sparkloom.catalog.profile import Editing, shelf
from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.brief import brief, fault_of, tidy
from sparkloom.modes.mode import Candidate
from sparkloom.modes.things import PALETTE, staying, subject_of
from sparkloom.modes.wish import wish
from sparkloom.request import PromptRequest
from sparkloom.words import listed, words

FIELDS = ("instruction",)

DEFAULT_EDITOR = "flux-kontext"

COLOURING = frozenset("recolour golden space forest city desert beach fire".split())
"""Families that change the colours of an image though not the whole of it."""

CALLED = re.compile(r"(?:make|turn|change|transform|convert) (?:it|him|her|them)\b", re.IGNORECASE)
"""A wish that changes the subject without naming it."""

THE_SUBJECT = "the subject"
"""What a wish that is offered speaks of; the image says what it is."""


class ImageEditing:
    temperature = 0.7
    typical_tokens = 0
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        editor = request.model_id or DEFAULT_EDITOR
        image = " ".join(context.images)
        text = layout.edit(context.subject, editor, image, context.examples)
        return Task(
            text=f"{text} {wish(request.spark)}" if request.spark else text,
            max_tokens=80,
            top_p=request.top_p or 0.95,
            options=options(request.spark, image),
            brief=brief(
                "image_editing",
                FIELDS,
                {
                    "Wish": context.subject if request.spark else "",
                    "Editor": editor,
                    "The image": image,
                },
            ),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if draft.answer is not None:
            fault = fault_of("image_editing", draft.answer, FIELDS)
            text = "" if fault else tidy(draft.answer["instruction"])
            return Candidate(text, added=text, finished=draft.finished, fault=fault)
        how = draft.text.strip().rstrip(",.;:")
        change = instructed(wish(request.spark), how) if request.spark else how
        told = editing_of(request.model_id)
        kept = [
            thing
            for thing in staying(change, context.images)
            if not _is_changed(thing, request.spark or how.partition(":")[0], context.images)
        ]
        keep = told.keep.format(kept=listed(kept)) if kept else told.keep_all
        return Candidate(
            f"{told.begun(change)}. {keep}",
            added=how,
            finished=draft.finished,
        )


def editing_of(model_id: str | None) -> Editing:
    """How an editor is told what to change."""
    editing = shelf()[model_id or DEFAULT_EDITOR].editing
    assert editing is not None  # noqa: S101 - the shelf's editors all have it; a test says so
    return editing


def _is_changed(thing: str, change: str, images: tuple[str, ...]) -> bool:
    """Whether a change takes along what its words do not name: the colours of an image that is
    changed as a whole, and the subject where it is called `it` or `him`."""
    families = manners_of(change)
    whole = any(family.whole for family in families)
    if thing.startswith(PALETTE):
        return whole or families[0].name in COLOURING or "background" in words(change)
    called = bool(CALLED.match(wish(change))) and not whole
    return called and thing in map(subject_of, images)


def options(request: str, image: str) -> tuple[str, ...]:
    """The ways of carrying out a wish; without one, wishes that suit an image, and their ways."""
    if not request:
        subject = subject_of(image) or THE_SUBJECT
        return tuple(
            instructed(family.wish.replace(THE_SUBJECT, subject), phrase)
            for family in proposals(image)
            for phrase in family.phrases
        )
    families = [family.phrases for family in manners_of(request)]
    return tuple(", ".join(phrases) for phrases in product(*families))


def instructed(change: str, how: str) -> str:
    """A change and its manner; a colon that the change has is not followed by another."""
    return f"{change}{';' if ':' in change else ':'} {how}"
