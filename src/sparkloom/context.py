"""What is known beside the words of a request, gathered once."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from sparkloom.bank import load_bank
from sparkloom.bank.finishes import Finish
from sparkloom.caption import look_of
from sparkloom.form import Form, form_of, form_of_profile, is_tags
from sparkloom.markup import TAG, WEIGHT, plain
from sparkloom.request import Length, PromptRequest
from sparkloom.sight import MEDIUM, NOTHING_SEEN, Seen, doubts
from sparkloom.words import content_stems, few, phrases

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.knowledge import Knowledge

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
        look: how they look: view, light, palette and medium, as far as they tell.
        form: how prompts for the model are, where there is one.
        own: whether the examples are the model's own.
        guide: the model's prompt guide, in Markdown. Of it an engine that only goes on from a
            text reads nothing; what can be held against a prompt is in `form`.
        description: what the model's owner says of it, in Markdown.
        length: how long a prompt is, where no model's texts say it.
        strict: whether a prompt for a model must take up the words of its draft.
        warnings: what the user should know of it, in sentences.
    """

    subject: str
    examples: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    look: Finish = field(default_factory=Finish)
    form: Form = field(default_factory=Form)
    own: bool = False
    guide: str = ""
    description: str = ""
    length: Length = "medium"
    strict: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def near(self) -> tuple[str, ...]:
        """Texts of the kind that is wanted: what the examples are and what the images show."""
        return (*self.examples, *self.images)

    def relaxed(self) -> Self:
        """What is shown to an engine that writes nothing of use: it clings to the examples.

        A model's own stay, or its dialect would be lost; there the draft asks too much, or the
        guide wants it too short.
        """
        form = replace(self.form, most_words=None)
        return replace(self, strict=False, form=form, examples=self.examples if self.own else ())


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
    if request.mode == "image-editing":
        warnings = (*seen.warnings, *doubts(request.spark, seen))
        return Context(plain(request.spark), images=seen.texts, warnings=warnings)
    subject = plain(request.spark) or (_first_phrase(seen.texts[0]) if seen.texts else "")
    look = look_of(seen)
    context = _from_model(subject, seed, request, known) if known else _from_bank(subject, seed)
    warnings = (*context.warnings, *seen.warnings)
    return replace(
        context, images=seen.texts, look=look, length=request.length or "medium", warnings=warnings
    )


def _from_model(subject: str, seed: int, request: PromptRequest, known: Knowledge) -> Context:
    """A model's own texts, or its profile, and its guide."""
    context = (
        _from_own(subject, seed, known)
        if known.captions or known.prompts
        else _from_profile(subject, seed, request, known)
    )
    return replace(
        context,
        form=context.form.guided(known.guide, request.spark),
        guide=known.guide,
        description=known.description,
    )


def _from_bank(subject: str, seed: int, fits: Callable[[str], bool] = lambda _: True) -> Context:
    """Hand-written prompts near a subject, which is drawn where there is none.

    Args:
        fits: whether a prompt is of the kind that is wanted.
    """
    bank = load_bank()
    subject = subject or bank.subject(seed)
    if len(subject.split()) >= LONG_SUBJECT:
        return Context(subject)
    near = bank.nearest(subject, EXAMPLES, EXAMPLE_WORDS, seed, fits=fits)
    return Context(subject, tuple(near))


def _from_profile(subject: str, seed: int, request: PromptRequest, known: Knowledge) -> Context:
    """Hand-written prompts of the form that the model's dialect has, and a word about it."""
    profile = known.profile
    tags = profile is not None and profile.dialect.form == "tags"
    follows = f"what is known of {profile.name}" if profile else "no model's dialect"
    return replace(
        _from_bank(subject, seed, lambda text: is_tags(text) == tags),
        form=form_of_profile(profile),
        warnings=(
            f"{request.model_id} has no captions and no example prompts; "
            f"the prompts follow {follows}.",
        ),
    )


def _from_own(subject: str, seed: int, known: Knowledge) -> Context:
    """A model's own texts, and the form that they have."""
    captions = list(map(_without_markup, known.captions))
    own = list(dict.fromkeys([*captions, *map(_without_markup, known.prompts)]))
    form = form_of(own, known.profile, captions)
    shown = own
    if not subject and len(own) > 1:
        hidden = random.Random(f"{seed}").choice(own)
        subject = _subject_of(hidden, form.trigger, own)
        shown = [text for text in own if text != hidden]
    subject = subject or load_bank().subject(seed)
    return Context(subject, _telling(shown, subject, seed), form=form, own=True)


def _telling(own: Sequence[str], subject: str, seed: int) -> tuple[str, ...]:
    """The texts that tell most: those near the subject, then some that are drawn."""
    near = _near(own, subject)
    found = set(near)
    others = [text for text in own if text not in found]
    random.Random(f"{seed}\n{subject}").shuffle(others)
    shown: list[str] = []
    left = OWN_WORDS
    for text in [*near, *others]:
        length = len(text.split())
        if len(shown) < OWN_EXAMPLES and length <= left:
            shown.append(text)
            left -= length
    return tuple(shown or [" ".join(min(own, key=len).split()[:OWN_WORDS])])


def _near(own: Sequence[str], subject: str) -> list[str]:
    """The texts that have a word of the subject, those with its rarest words first."""
    wanted = set(content_stems(subject))
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(own):
        lowered = text.lower()
        # A word begins with its stem, so that most texts need not be taken apart.
        if any(one in lowered for one in wanted):
            for one in wanted.intersection(content_stems(text)):
                having[one].append(number)
    scores: defaultdict[int, float] = defaultdict(float)
    for one in sorted(having):  # sums of fractions depend on their order
        rarity = math.log((1 + len(own)) / (1 + len(having[one])))
        for number in having[one]:
            scores[number] += rarity
    return [own[number] for number in sorted(scores, key=lambda number: (-scores[number], number))]


def _subject_of(text: str, trigger: str, own: Sequence[str]) -> str:
    """What a text is about: its first phrase that no other has, in a few words."""
    rest = text.removeprefix(trigger)
    others = [other.lower() for other in own if other != text]

    def is_new(phrase: str) -> bool:
        near = (other for other in others if phrase in other)
        return all(phrase not in phrases(other) for other in near)

    found = next((phrase for phrase in phrases(rest) if is_new(phrase.lower())), rest)
    return few(found, DRAWN_WORDS)


def _without_markup(text: str) -> str:
    """An example's tags and weights are its own; the rest stays to the letter, or its form
    would change."""
    return plain(text) if TAG.search(text) or WEIGHT.search(text) else text


def _first_phrase(description: str) -> str:
    told = MEDIUM.sub("", description)
    return few((phrases(told) or [told])[0], LONG_SUBJECT - 1)
