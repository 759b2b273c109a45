"""What is known beside the words of a request, gathered once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from sparkloom.bank import Bank, load_bank
from sparkloom.form import Form, form_of, form_of_profile, is_tags, trigger_of
from sparkloom.markup import TAG, WEIGHT, plain
from sparkloom.request import PromptRequest
from sparkloom.sight import NOTHING_SEEN, Seen, doubts
from sparkloom.words import DANGLING, phrases

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.models import Knowledge

EXAMPLES = 3
EXAMPLE_WORDS = 80
"""The most words of all examples together: each one costs the engine time to read."""

OWN_EXAMPLES = 5
OWN_WORDS = 200
"""The same for a model's own texts, which carry its dialect beside a diction."""

LONG_SUBJECT = 35
"""From so many words on a subject sets its own tone, and examples would be copied."""

DRAWN_WORDS = 5
"""The most words of a subject taken from a caption: six in a row would be a copy of it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the writing takes into account.

    Attributes:
        subject: what the picture is of: the spark in plain words, or a subject that was drawn
            where there is none.
        examples: hand-written prompts near the spark, the nearest first, or a model's own.
        images: what the reference images show, one by one.
        form: how prompts for the model are, where there is one.
        own: whether the examples are the model's own.
        strict: whether a prompt for a model must take up the words of its draft.
        warnings: what the user should know of it, in sentences.
    """

    subject: str
    examples: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    form: Form = field(default_factory=Form)
    own: bool = False
    strict: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def near(self) -> tuple[str, ...]:
        """Texts of the kind that is wanted: what the examples are and what the images show."""
        return (*self.examples, *self.images)

    def relaxed(self) -> Self:
        """What is shown to an engine that writes nothing of use: it clings to the examples.

        A model's own stay, or its dialect would be lost; there the draft asks too much.
        """
        return replace(self, strict=False, examples=self.examples if self.own else ())


def gather(
    request: PromptRequest,
    seed: int,
    known: Knowledge | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Context:
    """The context of a request.

    Args:
        seed: what is drawn where the spark says too little depends on it.
        known: what is known of the model that the prompts are for, unless something supersedes it.
        seen: what the reference images show.
    """
    images = seen.texts
    if request.mode == "image-editing":
        warnings = (*seen.warnings, *doubts(request.spark, seen))
        return Context(plain(request.spark), images=images, warnings=warnings)
    subject = plain(request.spark) or (_first_phrase(images[0]) if images else "")
    context = _gathered(request, subject, seed, known, images)
    return replace(context, warnings=(*context.warnings, *seen.warnings))


def _gathered(
    request: PromptRequest,
    subject: str,
    seed: int,
    known: Knowledge | None,
    images: Sequence[str],
) -> Context:
    if known is None:
        return _from_bank(subject, seed, images)
    own = tuple(dict.fromkeys(map(_without_markup, [*known.captions, *known.prompts])))
    if own:
        return _from_own(own, known, subject, seed, images)
    return _from_profile(request, known, subject, seed, images)


def _from_bank(subject: str, seed: int, images: Sequence[str]) -> Context:
    bank = load_bank()
    subject = subject or bank.subject(seed)
    if len(subject.split()) >= LONG_SUBJECT:
        return Context(subject, images=tuple(images))
    near = bank.nearest(subject, EXAMPLES, EXAMPLE_WORDS, seed)
    return Context(subject, tuple(near), tuple(images))


def _from_own(
    own: tuple[str, ...], known: Knowledge, subject: str, seed: int, images: Sequence[str]
) -> Context:
    """A model's own texts, and the form that they have."""
    form = replace(form_of(own, known.profile), trigger=trigger_of(known.captions or own))
    shown = own
    if not subject and len(own) > 1:
        hidden = random.Random(f"{seed}").choice(own)
        subject = _subject_of(hidden, form.trigger, own)
        shown = tuple(text for text in own if text != hidden)
    subject = subject or load_bank().subject(seed)
    return Context(subject, _telling(shown, subject, seed), tuple(images), form, own=True)


def _from_profile(
    request: PromptRequest, known: Knowledge, subject: str, seed: int, images: Sequence[str]
) -> Context:
    """Hand-written prompts of the form that the model's dialect has, and a word about it."""
    bank = load_bank()
    subject = subject or bank.subject(seed)
    profile = known.profile
    tags = profile is not None and profile.dialect.form == "tags"
    near = bank.nearest(
        subject, EXAMPLES, EXAMPLE_WORDS, seed, fits=lambda text: is_tags(text) == tags
    )
    follows = f"what is known of {profile.name}" if profile else "no model's dialect"
    return Context(
        subject,
        tuple(near),
        tuple(images),
        form_of_profile(profile),
        warnings=(
            f"{request.model_id} has no captions and no example prompts; "
            f"the prompts follow {follows}.",
        ),
    )


def _telling(own: Sequence[str], subject: str, seed: int) -> tuple[str, ...]:
    """The texts that tell most: those near the subject, then some that are drawn."""
    near = Bank(("", text) for text in own).ranked(subject)
    others = [text for text in own if text not in near]
    random.Random(f"{seed}\n{subject}").shuffle(others)
    shown: list[str] = []
    left = OWN_WORDS
    for text in [*near, *others]:
        length = len(text.split())
        if len(shown) < OWN_EXAMPLES and length <= left:
            shown.append(text)
            left -= length
    return tuple(shown or [" ".join(min(own, key=len).split()[:OWN_WORDS])])


def _subject_of(text: str, trigger: str, own: Sequence[str]) -> str:
    """What a text is about: its first phrase that no other has, in a few words."""
    rest = text.removeprefix(trigger)
    others = {phrase.lower() for other in own if other != text for phrase in phrases(other)}
    found = [phrase for phrase in phrases(rest) if phrase.lower() not in others]
    return _few(found[0] if found else rest, DRAWN_WORDS)


def _without_markup(text: str) -> str:
    """An example's tags and weights are its own; the rest stays to the letter, or its form
    would change."""
    return plain(text) if TAG.search(text) or WEIGHT.search(text) else text


def _first_phrase(description: str) -> str:
    return _few((phrases(description) or [description])[0], LONG_SUBJECT - 1)


def _few(text: str, most: int) -> str:
    """The first words of a text, not ending in one that wants another."""
    kept = text.split()[:most]
    while len(kept) > 1 and kept[-1].lower() in DANGLING:
        kept.pop()
    return " ".join(kept)
