"""Endings: how a spark that breaks off goes on, in phrases written by hand.

`a dragon guarding` wants to know what it guards. `endings.tsv` has a line a group of last words:
the words, and the texts that fit behind each of them. It is made from `training/gold/endings.jsonl`
by `training/bank.py`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sparkloom.bank.groups import load_groups

FILE = Path(__file__).with_name("endings.tsv")

ARTICLE = re.compile(r"\b(a|an|the|his|her|its|their|our|my|your)\W*\Z", re.IGNORECASE)
ANY_ARTICLE = re.compile(r"an? ")
LAST = re.compile(r"(?:([a-z]+)\s+)?([a-z]+)\s*\Z", re.IGNORECASE)


FEWEST = 3
"""So many texts there must be behind two words, or those behind the last one serve."""


class Ending(NamedTuple):
    """How a spark goes on.

    Attributes:
        before: the spark without its last word, and without an article behind that.
        texts: what fits behind it.
    """

    before: str
    texts: tuple[str, ...]


def ending_of(spark: str) -> Ending | None:
    """How a spark goes on whose last word wants another; None where that word is not known.

    After an article its noun follows: `guarding an` is followed by `egg`, `guarding the` by
    anything there is one of. Behind two words that belong together stands what fits both:
    `made of` is followed by another stuff than `of`.
    """
    article = ARTICLE.search(spark)
    cut = spark[: article.start()] if article else spark
    last = LAST.search(cut)
    if last is None:
        return None
    one, other = (word.lower() for word in last.groups(default=""))
    groups = load_endings()
    both = _behind(re.compile(f"{other} "), groups.get(one, ()))
    alone = groups.get(other, ())
    if other.endswith("ing"):  # `a drawing of`, but not `a boy drawing of`
        alone = tuple(text for text in alone if not text.startswith("of "))
    choice = [(last.start(1), both), (last.start(2), alone)]
    if article:
        said = article[1].lower()
        begins = re.compile(f"{said} ") if said in ("a", "an") else ANY_ARTICLE
        choice = [(start, _behind(begins, texts)) for start, texts in choice]
    start, texts = choice[0] if len(choice[0][1]) >= FEWEST else choice[1]
    return Ending(cut[:start].rstrip(), texts) if texts else None


def _behind(beginning: re.Pattern[str], texts: tuple[str, ...]) -> tuple[str, ...]:
    """The rest of those texts that begin so."""
    return tuple(beginning.sub("", text, count=1) for text in texts if beginning.match(text))


@cache
def load_endings() -> dict[str, tuple[str, ...]]:
    """The texts behind each last word."""
    return load_groups(FILE)
