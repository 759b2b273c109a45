"""Words of a text, as retrieval and choosing compare them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar

Part = TypeVar("Part")

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

STOP_WORDS = frozenset(
    """a about above across after against all along also am among an and any are around as at
    away back be because been before behind being below beneath beside between beyond both but
    by can could did do does down during each every few for from had has have he her here him
    his how i if in inside into is it its itself just like made make me more most my near no
    nor not of off on one onto or other our out over own per picture image photo prompt seen
    she show showing so some such than that the their them then there these they this those
    through to too toward towards under until up upon us very was we were what when where
    which while who whose with within without you your""".split()
)
"""Words that say nothing about what a picture shows."""

DANGLING = frozenset(
    "a an and as at but by for from her his in into its like of on or over than the their "
    "through to under while whose with without".split()
)
"""Words that no phrase ends with."""

ARTICLES = frozenset(("a", "an", "the"))

MASS = frozenset(
    "people men women kids children schoolchildren bread cheese candy chocolate soup coffee tea "
    "wine beer juice lemonade milk rain snow fog mist moss ivy wheat honey jam toast pasta sushi "
    "ramen lightning armour armor rope glasses sunglasses scissors twins lovers mice geese oxen "
    "cacti fungi fishermen policemen gentlemen grass seaweed corn popcorn rice bacon jewellery "
    "jewelry furniture clothing graffiti calligraphy money fire smoke wind hail sleet frost lava "
    "laundry luggage pottery firewood origami paper heaven fun luck love hope joy freedom peace "
    "friendship happiness sadness grief sorrow melancholy loneliness fear anger rage despair "
    "death silence time memory infinity eternity change growth music speed balance justice "
    "knowledge power wisdom truth science technology nature education energy gravity mystery "
    "magic winter summer autumn spring night dawn dusk midnight noon toothpaste broccoli celery "
    "spinach kale basil garlic ginger rhubarb asparagus spaghetti macaroni lasagna lasagne tofu "
    "butter custard porridge oatmeal cereal mustard ketchup mayonnaise caramel fudge toffee "
    "nougat marzipan pork seafood shellfish caviar meat water soap shampoo lotion makeup glue "
    "wool lace fabric cloth yarn thread wire tape bamboo amber jade quartz coral lichen algae "
    "kelp straw barley lavender heather thyme rosemary cocoa whiskey whisky vodka rum gin tequila "
    "champagne cider sake brandy cognac bourbon mead soda kombucha matcha espresso guacamole hair "
    "chainmail lingerie silverware cutlery china scaffolding plumbing wiring thunder drizzle "
    "twilight air trash rubbish saturn jupiter mars venus neptune uranus pluto mercury foam "
    "hanukkah christmas easter ramadan eid diwali halloween thanksgiving passover".split()
)
"""Nouns without an article, beside plurals."""

PLURALS = (("", ""), ("ies", "y"), ("ves", "f"), ("es", ""), ("s", ""))
"""Endings of several, and what stands there of one."""

COPIED_WORDS = 6
"""A run of so many words taken from a text is a copy of it."""

_BORDER = re.compile(r"(?<!\d)[,;.]|[,;.](?!\d)|\n")

_AN = re.compile(r"(?!uni(?!n|m)|use|eu|one)[aeiou]|8|hour|heir|honest|honou?r|r&b", re.IGNORECASE)

_ENDINGS = ("'s", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "y", "e")


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return WORD.findall(text.lower())


def phrases(text: str) -> list[str]:
    """What stands between the commas, semicolons and stops of a text; `f/2.8` stays whole."""
    return [phrase.strip() for phrase in _BORDER.split(text) if phrase.strip()]


@lru_cache(maxsize=2**16)  # the same words come again and again
def stem(word: str) -> str:
    """A word without its ending, so that its inflections meet: `guarding` and `guards`."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def content_stems(text: str) -> list[str]:
    """The stems of the words that say what a picture shows, in order."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS and len(word) > 1]


@lru_cache(maxsize=2**16)
def stems_of(text: str) -> frozenset[str]:
    """The same without their order; for texts that come again and again."""
    return frozenset(content_stems(text))


def article(text: str) -> str:
    """The article that a text takes, by how it begins: `an hour`, `a unicorn`."""
    return "an" if _AN.match(text) else "a"


def singulars(word: str) -> Iterator[str]:
    """What one thing may be called, if several are called so: the word itself first."""
    for ending, other in PLURALS:
        if word.endswith(ending):
            yield word.removesuffix(ending) + other


def grams(sequence: list[str], size: int) -> list[tuple[str, ...]]:
    """Every run of `size` words."""
    return [tuple(sequence[i : i + size]) for i in range(len(sequence) - size + 1)]


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """The runs of words in a text that would be a copy of it."""
    return frozenset(grams(words(text), COPIED_WORDS))


def common(sets: Sequence[frozenset[Part]]) -> frozenset[Part]:
    """What more than half of the sets have, and two at least."""
    counts = Counter(chain.from_iterable(sets))
    least = max(2, len(sets) // 2 + 1)
    return frozenset(part for part, count in counts.items() if count >= least)


def capitalised(text: str) -> str:
    """A text with a capital in front, and the rest as it is."""
    return text[:1].upper() + text[1:]


def few(text: str, most: int | None = None) -> str:
    """The first words of a text, not ending in one that wants another."""
    kept = text.split()[:most]
    while len(kept) > 1 and kept[-1].lower() in DANGLING:
        kept.pop()
    return " ".join(kept)


def listed(names: Sequence[str]) -> str:
    """Names with commas and a last "and"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
