"""How a model speaks, summed up from the texts that it was trained on."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sparkloom.choose import variety
from sparkloom.form import is_tags, trigger_of
from sparkloom.likeness import overlap
from sparkloom.words import STOP_WORDS, content_stems, stem, words

COMMON = 14
"""How many common words are told."""

COMPARED = 60
"""The most texts that are compared with each other: every one with every one."""

_PLAIN = {"golden": "gold", "silvery": "silver", "grey": "gray", "cream": "cornsilk"}
"""Words for colours that the web's names of colours do not have."""

_PIGMENTS = {
    "red": "#c0392b",
    "orange": "#dd7a24",
    "yellow": "#e6c02f",
    "green": "#3f8a4c",
    "lime": "#8fb93a",
    "blue": "#2f5fa8",
    "cyan": "#3aa6b9",
    "purple": "#7a4a9c",
    "magenta": "#b83280",
    "pink": "#e79aae",
}
"""What pictures have where texts name these; the web's colours of these names are a screen's."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour that texts speak of.

    Attributes:
        name: as they write it.
        hex: `#rrggbb`.
        texts: how many of them name it.
    """

    name: str
    hex: str
    texts: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the texts of a model have in common.

    Attributes:
        lengths: words of each text, in their order.
        typical: words of the one in the middle.
        tags: whether they are rows of tags rather than sentences.
        trigger: the words that they begin with; empty where there are none.
        common: words that say something, and how many texts have them, the commonest first.
        colours: colours that are named, likewise.
        variety: how different they are, 0 to 1; None for one text.
        apart: how different each is from the one that is nearest, 0 (its words) to 1 (none of
            them); empty for one text.
    """

    lengths: tuple[int, ...]
    typical: int
    tags: bool
    trigger: str
    common: tuple[tuple[str, int], ...]
    colours: tuple[Colour, ...]
    variety: float | None
    apart: tuple[float, ...]


def summary_of(texts: Sequence[str]) -> Summary:
    """Sum up captions or example prompts; one at least."""
    trigger = trigger_of(texts).strip(" ,;:.|/-")
    hidden = STOP_WORDS | set(words(trigger))
    named: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    having: Counter[str] = Counter()
    for text in texts:
        found = {word for word in words(text) if word not in hidden and not word.isdigit()}
        named.update(word for word in found if _colour(word))
        others = sorted(word for word in found if not _colour(word) and len(word) > 2)
        having.update({stem(word) for word in others})
        for word in others:
            forms[stem(word)][word] += 1
    counted = {spelt.most_common(1)[0][0]: having[base] for base, spelt in forms.items()}
    least = 2 if len(texts) > 2 else 1
    return Summary(
        lengths=tuple(len(text.split()) for text in texts),
        typical=round(statistics.median(len(text.split()) for text in texts)),
        tags=sum(map(is_tags, texts)) * 2 > len(texts),
        trigger=trigger,
        common=tuple(_ranked({word: n for word, n in counted.items() if n >= least})[:COMMON]),
        colours=tuple(Colour(word, _colour(word), n) for word, n in _ranked(named)),
        variety=round(variety(texts[:COMPARED]), 2) if len(texts) > 1 else None,
        apart=_apart(texts[:COMPARED]),
    )


def bars(lengths: Sequence[int], most: int = 12) -> list[tuple[int, int, int]]:
    """Lengths in ranges of one width: from, to and how many, the empty ranges between included."""
    low, high = min(lengths), max(lengths)
    width = max(1, -(-(high - low + 1) // most))
    counts = Counter((length - low) // width for length in lengths)
    return [
        (low + place * width, low + (place + 1) * width - 1, counts[place])
        for place in range(max(counts) + 1)
    ]


def shares(values: Sequence[float], ranges: int = 10) -> list[int]:
    """How many values from 0 to 1 lie in each of as many ranges."""
    counts = Counter(min(int(value * ranges), ranges - 1) for value in values)
    return [counts[place] for place in range(ranges)]


def _apart(texts: Sequence[str]) -> tuple[float, ...]:
    sets = [frozenset(content_stems(text)) for text in texts]
    return tuple(
        1 - max(overlap(one, other) for other in (*sets[:place], *sets[place + 1 :]))
        for place, one in enumerate(sets)
        if len(sets) > 1
    )


def _ranked(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _colour(word: str) -> str:
    """What colour a word names, `#rrggbb`; empty where it names none."""
    return _colours().get(_PLAIN.get(word, word), "")


@cache
def _colours() -> dict[str, str]:
    """The web's names of colours, without those that are other things first."""
    from PIL import ImageColor

    others = {"snow", "linen", "peru", "tan", "wheat", "chocolate", "tomato", "orchid", "thistle"}
    web = {
        name: "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(name)[:3])
        for name in ImageColor.colormap
        if name not in others and re.fullmatch("[a-z]+", name)
    }
    return web | _PIGMENTS
