"""Finding hand-written prompts near a spark, for the small engine to take after.

`prompts.tsv.xz` has a line a prompt: the words it is found by, a tab, the prompt. It is made
from `training/gold` by `training/bank.py`.
"""

from __future__ import annotations

import lzma
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from sparkloom.words import content_stems

FILE = Path(__file__).with_name("prompts.tsv.xz")
KEY_WEIGHT = 3.0
"""How much more a word counts that the prompt is named by than one it merely contains."""


class Bank:
    """Prompts that can be found by the words of a spark.

    Args:
        rows: the words a prompt is found by, and the prompt.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self.prompts: list[str] = []
        self._stems: list[frozenset[str]] = []
        postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for number, (keys, prompt) in enumerate(rows):
            body = content_stems(prompt)
            self.prompts.append(prompt)
            self._stems.append(frozenset(body))
            for stem in body:
                postings[stem][number] = 1.0
            for stem in content_stems(keys):
                postings[stem][number] = KEY_WEIGHT
        self._postings = dict(postings)

    def nearest(self, spark: str, count: int, max_words: int, seed: int = 0) -> list[str]:
        """Prompts near a spark, the nearest first, each unlike those before it.

        Args:
            spark: the words to look for; where they find too little, the rest is drawn.
            count: how many prompts at most.
            max_words: how many words they may have together.
            seed: what the draw depends on, beside the spark.
        """
        scores = self._scores(spark)
        ranked = sorted(scores, key=lambda number: (-scores[number], number))[: 20 * count]
        drawn = random.Random(f"{seed}\n{spark}")
        ranked += [drawn.randrange(len(self.prompts)) for _ in range(8 * count)]
        found: list[int] = []
        left = max_words
        beginning = spark.lower() if " " in spark else None
        for number in ranked:
            length = len(self.prompts[number].split())
            if len(found) == count or length > left:
                continue
            if beginning and self.prompts[number].lower().startswith(beginning):
                continue  # a small model would only write it again
            if any(self._alike(number, other) for other in found):
                continue
            found.append(number)
            left -= length
        return [self.prompts[number] for number in found]

    def _scores(self, spark: str) -> dict[int, float]:
        scores: defaultdict[int, float] = defaultdict(float)
        for stem in sorted(set(content_stems(spark))):
            postings = self._postings.get(stem, {})
            rarity = math.log((1 + len(self.prompts)) / (1 + len(postings)))
            for number, weight in postings.items():
                scores[number] += weight * rarity
        return scores

    def _alike(self, one: int, other: int) -> bool:
        """Whether two prompts share so much that the second teaches nothing new."""
        a, b = self._stems[one], self._stems[other]
        return len(a & b) > 0.4 * min(len(a), len(b))


@cache
def load_bank() -> Bank:
    """The bank that ships with Sparkloom; loaded once, and never changed."""
    lines: Sequence[str] = lzma.decompress(FILE.read_bytes()).decode("utf-8").splitlines()
    return Bank((keys, prompt) for keys, _, prompt in (line.partition("\t") for line in lines))
