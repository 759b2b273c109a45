"""Image editing: an instruction for an editor that sees the image.

The instruction begins with the user's own wish, goes on with a hand-written manner of carrying it
out, and names what the image shows beside it to stay: so the wish is always carried out, and
nothing is claimed that the description does not show. Where nobody wishes for anything, the wish
is drawn too, among those that suit the image. The small engine writes nothing here: see
docs/architecture.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from sparkloom.bank.circumstances import agree
from sparkloom.bank.kinds import GRAPHIC, PLACES, nouns, singular
from sparkloom.bank.manners import Manners, manners_of, proposals
from sparkloom.catalog.profile import Editing, shelf
from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.brief import brief, fault_of, tidy
from sparkloom.modes.mode import Candidate
from sparkloom.modes.things import kind_of, staying, subject_of
from sparkloom.modes.wish import wish
from sparkloom.request import PromptRequest
from sparkloom.words import content_stems, listed, words

FIELDS = ("instruction",)

DEFAULT_EDITOR = "flux-kontext"

KEPT = 3
"""So many things are named to stay at most: to say less is better than to forbid the change."""

GROUNDS = frozenset("space forest city desert beach underwater background".split())
"""Families that change what is around; so do those of the hour, the season and the weather."""

AROUND = PLACES | set("plant tree flower fruit mushroom fire lamp".split())
"""Kinds of things that go with what is around."""

RELIT = frozenset(("light", "mood"))
"""Families that change the whole image and leave what it shows."""

THROUGHOUT = frozenset("ruined aged renewed closer flip".split())
"""Families after which nothing is as it was; so are those that make an image anew."""

INTO = frozenset(
    "any golden scifi steampunk giant recolour replace move pose face hair dress variant outline "
    "sticker".split()
)
"""Families that change the very thing that a wish is for, and what belongs to it."""

WORN = {"hair": {"body"}, "face": {"body"}, "dress": {"footwear_and_clothes", "jewel"}}
"""Families, and kinds of things that go with what they change."""

ITSELF = re.compile(r"\b(?:it|him|her|them|its|his|their)\b", re.IGNORECASE)
"""How a wish speaks of the subject without naming it."""

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
        kept = kept_by(request.spark or how.partition(":")[0], change, context.images)
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


def kept_by(request: str, change: str, images: tuple[str, ...]) -> list[str]:
    """What an edit is told to keep, where that is certain.

    Args:
        request: what is wished for.
        change: the same with the manner of carrying it out.
        images: what the images show.
    """
    families = manners_of(request)
    names = {family.name for family in families}
    told = {nouns()[word].name for word in map(singular, words(request)) if word in nouns()}
    anew = any(f.whole and not f.outdoors and f.name not in GROUNDS | RELIT for f in families)
    if anew or names & THROUGHOUT or (names & INTO and _is_meant(request, told, images)):
        return []
    scene = names & GROUNDS or any(family.whole for family in families)
    own = set(map(subject_of, images)) if ITSELF.search(request) and not scene else set()
    changed = _changed(families, told)
    stays = [
        thing
        for thing in staying(change, images)
        if thing not in own and kind_of(thing) not in changed and agree(thing, request)
    ]
    return stays[:KEPT]


def _changed(families: Sequence[Manners], told: set[str]) -> set[str]:
    """The kinds of things that a change may take along.

    Args:
        told: the kinds of things that the wish names.
    """
    names = {family.name for family in families}
    brought = names <= {"add", "remove"}
    changed = set(GRAPHIC).union(*(WORN.get(name, ()) for name in names))
    if not brought:
        changed |= told
    if names & GROUNDS or any(family.outdoors for family in families):
        changed |= AROUND
    elif not brought and changed & PLACES:
        changed |= AROUND | {"furniture"}
    if names & {"light", "lamp"}:
        changed |= {"lamp", "fire"}
    return changed


def _is_meant(request: str, told: set[str], images: tuple[str, ...]) -> bool:
    """Whether a wish is for the subject: it says so, or names nothing else that is there.

    Args:
        told: the kinds of things that it names.
    """
    said = set(content_stems(wish(request)))
    subjects = set(map(subject_of, images))
    return bool(
        ITSELF.search(request)
        or said.intersection(content_stems(" ".join(subjects)))
        or told.intersection(map(kind_of, subjects))
        or said.isdisjoint(content_stems(" ".join(images)))
    )


def options(request: str, image: str) -> tuple[str, ...]:
    """The ways of carrying out a wish; without one, wishes that suit an image, and their ways."""
    if not request:
        subject = subject_of(image) or THE_SUBJECT
        return tuple(
            instructed(family.wish.replace(THE_SUBJECT, subject), phrase)
            for family in proposals(image)
            for phrase in _agreeing(family, family.wish, image)
        )
    ways = [*product(*(_agreeing(family, request, image) for family in manners_of(request)))]
    agreeing = [way for way in ways if agree(way[0], way[-1])]
    return tuple(", ".join(way) for way in agreeing or ways)


def _agreeing(family: Manners, request: str, image: str) -> tuple[str, ...]:
    """The phrases of a family that deny neither the wish nor what it leaves of the image."""
    agreeing = (phrase for phrase in family.phrases if agree(phrase, request, image))
    return tuple(agreeing) or family.phrases


def instructed(change: str, how: str) -> str:
    """A change and its manner; a colon that the change has is not followed by another."""
    return f"{change}{';' if ':' in change else ':'} {how}"
