"""Captions: what an image shows in the way that a model's captions tell it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sparkloom.bank.finishes import Finish
from sparkloom.bank.terms import PARTS, named
from sparkloom.form import Form, begun, form_of, is_tags
from sparkloom.sight import MEDIUM, NAMED_COLOURS, Seen, ground_of, subject_of
from sparkloom.vision import ImageDescription
from sparkloom.vision.sentence import CONTRAST, LIGHT
from sparkloom.words import content_stems, listed, phrases

LOOK_WORDS = 6
"""A phrase of more words tells what is shown, not how."""

USUAL = 0.5
"""So large a share of a model's texts makes a habit of what they name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an image shows, by parts.

    Attributes:
        subject: what it is of; all that people said of it, where they did.
        parts: the rest, by what a prompt calls it: view, light, palette, medium.
        sentence: all of it, where eyes looked.
    """

    subject: str
    parts: dict[str, str]
    sentence: str = ""


def shown_by(seen: Seen) -> list[Shown]:
    """What each image shows: in the words of people, or of the eyes by parts."""
    eyes = dict(zip(seen.looked, seen.descriptions, strict=True))
    return [
        by_parts(eyes[number]) if number in eyes else Shown(text, {})
        for number, text in enumerate(seen.texts)
    ]


def by_parts(seen: ImageDescription) -> Shown:
    """A description of the eyes by the parts of a prompt."""
    what = subject_of(seen) or seen.structure
    subject = ", ".join(filter(None, [what, ground_of(seen)]))
    if seen.text:
        subject = f'{subject}, with the words "{seen.text}"'.removeprefix(", ")
    view = ", ".join(filter(None, [seen.shot, "centred" if seen.position == "centre" else None]))
    light = ", ".join(
        told
        for told in (LIGHT.get(seen.light or ""), CONTRAST.get(seen.contrast or ""))
        if told  # what is neither bright nor dark goes without saying
    )
    palette = colours([seen])
    parts = {"view": view, "light": light, "palette": palette, "medium": seen.medium or ""}
    return Shown(subject, {name: text for name, text in parts.items() if text}, seen.sentence)


def look_of(seen: Seen) -> Finish:
    """How images look, each part as the first of them tells it."""
    look: dict[str, str] = {}
    for shown in shown_by(seen):
        look = (shown.parts or _parts_of(shown.subject)) | look
    return Finish(**look)


def _parts_of(text: str) -> dict[str, str]:
    """How an image looks in the words of people: the phrases that tell of it."""
    made = MEDIUM.match(text)
    found = {"medium": made[0].removesuffix("of ").strip(" :")} if made else {}
    for phrase in phrases(MEDIUM.sub("", text))[1:]:
        parts = named(phrase)
        if parts and len(phrase.split()) <= LOOK_WORDS:
            found.setdefault(parts[0], phrase)
    return found


@dataclass(frozen=True, slots=True)
class Habit:
    """How a model's texts speak.

    Attributes:
        parts: what at least half of them name beside the subject.
        form: how they begin and how long they are.
        tags: whether they are rows of short phrases.
        texts: how many there are.
    """

    parts: tuple[str, ...]
    form: Form
    tags: bool
    texts: int

    def caption(self, shown: Shown, parts: Collection[str], unwanted: Sequence[str]) -> str:
        """A caption in that form; a text of people is kept as they said it."""
        if not self.texts and set(PARTS) <= set(parts) and shown.sentence:
            return ", ".join(without([shown.sentence], unwanted)) or "image"
        told = [shown.subject, *(shown.parts[name] for name in parts if name in shown.parts)]
        kept = without([text for text in told if text], unwanted)
        text = ", ".join(kept) or ", ".join(shown.parts.values()) or "image"
        if self.texts:
            text = begun(self.form.trigger, text.lower() if self.tags else text)
        return text

    def sentence(self) -> str:
        """How the texts begin and how long they are; empty where there are none."""
        if not self.texts:
            return ""
        kind = "rows of tags" if self.tags else "sentences"
        shortest, longest = self.form.shortest, self.form.longest
        length = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
        trigger = self.form.trigger.strip(" ,;:.")
        begins = f" that begin with \u201c{trigger}\u201d" if trigger else ""
        return f"The model's texts are {kind} of {length} words{begins}. "


def habit_of(texts: Sequence[str]) -> Habit:
    """How a model's texts speak."""
    counts = Counter(part for text in texts for part in named(text))
    parts = tuple(part for part in PARTS if counts[part] >= USUAL * max(1, len(texts)))
    tags = sum(map(is_tags, texts)) > len(texts) / 2
    form = form_of(texts, None)
    return Habit(parts, form, tags, len(texts))


def colours(images: Sequence[ImageDescription]) -> str:
    """The main colours of images together, as a phrase; empty where none is told."""
    shares: Counter[str] = Counter()
    for image in images:
        for colour in image.palette:
            shares[colour.name] += colour.share  # type: ignore[assignment]
    names = [name for name, _ in shares.most_common(NAMED_COLOURS)]
    return f"{listed(names)} palette" if names else ""


def without(texts: Iterable[str], unwanted: Iterable[str]) -> list[str]:
    """Texts without the phrases that have an unwanted sequence in them."""
    patterns = [
        re.compile(rf"(?<!\w){re.escape(sequence.strip())}(?!\w)", re.IGNORECASE)
        for sequence in unwanted
        if sequence.strip()
    ]
    kept = []
    for text in texts:
        if not any(pattern.search(text) for pattern in patterns):
            kept.append(text)
            continue
        rest = [one for one in phrases(text) if not any(p.search(one) for p in patterns)]
        if rest and content_stems(" ".join(rest)):
            kept.append(", ".join(rest))
    return kept
