"""The text that the embedded model goes on from, one layout a mode.

The adapter is trained on exactly these lines, so that this module is the one place that
knows them: the modes write with it and `training/corpus.py` makes its examples with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sparkloom.request import Length

SECTIONS = ("subject", "details", "setting", "composition", "lighting", "palette", "style")
"""The sections of a structured prompt, in order."""

LABELS = ("example:", "spark:", "prompt:", "image:", "instruction:")
"""What begins a line of a layout; none of it belongs in a prompt."""


SPARK_LINE_WORDS = 60
"""So many words of a long spark are said twice in `complete`; the second time it is whole."""


def length_of(words: int) -> Length:
    """The name of a prompt's length, counted in words."""
    return "short" if words <= 25 else "medium" if words <= 55 else "long"


def complete(
    spark: str, length: Length, examples: Iterable[str], images: Iterable[str] = ()
) -> str:
    """Ends with the spark itself: the answer goes on from it."""
    beginning = " ".join(spark.split()[:SPARK_LINE_WORDS])
    lines = [f"complete {length}", *_examples(examples), *_images(images)]
    lines.append(f"spark: {beginning}".rstrip())
    return "\n".join([*lines, f"prompt: {flat(spark)}".rstrip()])


def invent(spark: str, length: Length, examples: Iterable[str], images: Iterable[str] = ()) -> str:
    lines = [f"invent {length}", *_examples(examples), *_images(images)]
    return "\n".join([*lines, f"spark: {flat(spark)}".rstrip(), "prompt:"])


def structure(spark: str, length: Length, images: Iterable[str] = ()) -> str:
    lines = [f"structure {length}", *_images(images), f"spark: {flat(spark)}".rstrip()]
    return "\n".join(lines) + "\n"


def structured_answer(sections: Mapping[str, str]) -> str:
    """What follows `structure`: a line a section."""
    return "\n".join(f"{name}: {sections[name]}" for name in SECTIONS if name in sections)


def fit(draft: str, examples: Iterable[str], images: Iterable[str]) -> str:
    """A prompt in the form of a model's own examples, with what reference images show."""
    lines = ["context", *_examples(examples), *_images(images)]
    return "\n".join([*lines, f"spark: {flat(draft)}".rstrip(), "prompt:"])


def edit(request: str, editor: str, image: str, examples: Iterable[str]) -> str:
    """An instruction for an editor; `image` is what the image shows."""
    lines = [f"edit {editor}", *_examples(examples), f"image: {flat(image)}"]
    return "\n".join([*lines, f"spark: {flat(request)}".rstrip(), "instruction:"])


def read_sections(text: str) -> dict[str, str]:
    """The sections of an answer to `structure`; one that is not there is left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name in SECTIONS and value.strip():
            found.setdefault(name, value.strip())
    return {name: found[name] for name in SECTIONS if name in found}


def flat(text: str) -> str:
    """A text on one line: a line break would end it."""
    return " ".join(text.split())


def _examples(examples: Iterable[str]) -> list[str]:
    return [f"example: {flat(example)}" for example in examples]


def _images(images: Iterable[str]) -> list[str]:
    return [f"image: {flat(image)}" for image in images]
