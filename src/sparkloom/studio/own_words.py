"""Which words of a prompt are the person's own, and which were added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from sparkloom.words import STOP_WORDS, WORD

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""

_ANY = re.compile(r"\w+|[^\w\s]")


def own_spans(text: str, spark: str, written: str = "") -> list[Span]:
    """Where a text has the person's own words, in order and apart from each other.

    Args:
        text: the prompt as it stands.
        spark: what the person began with. Where the text begins with it, that is their own to
            the letter; else every run of words that both have, if one of them says something.
        written: the prompt as it came back; what the text has beside it, the person wrote.
    """
    begun = len(spark) if spark.strip() and text.startswith(spark) else 0
    spans = [(0, begun)] if begun else list(_shared(text, spark))
    if written and written != text:
        spans += _added(text, written)
    return _joined(spans)


def _shared(text: str, spark: str) -> Iterator[Span]:
    """The runs of words that stand in both, without those of stop words alone."""
    here, there = list(WORD.finditer(text)), WORD.findall(spark.lower())
    words = [found.group().lower() for found in here]
    for block in SequenceMatcher(None, words, there, autojunk=False).get_matching_blocks():
        run = words[block.a : block.a + block.size]
        if any(word not in STOP_WORDS for word in run):
            yield here[block.a].start(), here[block.a + block.size - 1].end()


def _added(text: str, written: str) -> Iterator[Span]:
    """What stands in a text and not in what it was made from."""
    here = list(_ANY.finditer(text))
    words, before = [found.group() for found in here], _ANY.findall(written)
    matcher = SequenceMatcher(None, before, words, autojunk=False)
    for kind, _, _, first, last in matcher.get_opcodes():
        if kind in ("insert", "replace"):
            yield here[first].start(), here[last - 1].end()


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
