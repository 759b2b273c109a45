"""The hand-written table of what stands for a name: `descriptions.txt` explains its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("descriptions.txt")
SECTION = re.compile(r"\[([a-z]+)(?:: ([a-z ]+))?\]")
NAME = re.compile(r"(.*?)(\?{0,2})(?: \{(.*)\})?")


@dataclass(frozen=True, slots=True)
class Description:
    """What is written instead of a name.

    Attributes:
        head: a noun phrase without an article.
        tail: what may follow it; empty where there is nothing to add.
        attributive: what stands before a noun; the head if empty.
        article: whether the head takes an article.
    """

    head: str
    tail: str = ""
    attributive: str = ""
    article: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of the table.

    Attributes:
        name: as it is written.
        kind: what it names, a key of `lexicon.CATEGORIES`.
        world: what it belongs to, with other names; empty if to nothing.
        doubt: 0 if the words always mean the name, 1 if sometimes, 2 if seldom.
        cues: words near the name that tell that it is meant.
    """

    name: str
    kind: str
    world: str
    doubt: int
    cues: tuple[str, ...]
    description: Description


def read_descriptions(text: str) -> Iterator[Entry]:
    """Every name of a table, in its order.

    Raises:
        ValueError: a line is not of the form.
    """
    kind = world = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if section := SECTION.fullmatch(line):
            kind, world = section[1], section[2] or ""
            continue
        names, equals, wording = line.partition(" = ")
        if not (equals and kind and wording.strip()):
            raise ValueError(f"line {number} is not of the form: name = head / tail / attributive")
        head, tail, attributive, *_ = (*(part.strip() for part in wording.split("/")), "", "")
        description = Description(head.removeprefix("~"), tail, attributive, article=head[0] != "~")
        for written in names.split(" | "):
            match = NAME.fullmatch(written.strip())
            if match is None or not match[1]:
                raise ValueError(f"line {number} has a name that is none: {written!r}")
            cues = tuple((match[3] or "").split())
            yield Entry(match[1], kind, world, len(match[2]), cues, description)
