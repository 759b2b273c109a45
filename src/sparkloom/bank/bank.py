"""Finding hand-written prompts near a spark, for the small engine to take after.

`prompts.tsv.xz` has a line a prompt: what it is named by, a tab, the prompt. It is made from
`training/gold` by `training/bank.py`.
"""

from __future__ import annotations

import lzma
import math
import random
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

from sparkloom.words import content_stems

FILE = Path(__file__).with_name("prompts.tsv.xz")
KEY_WEIGHT = 2.0
"""How much more a word counts that the prompt is named by than one it merely contains."""


class Bank:
    """Prompts that can be found by the words of a spark.

    Args:
        rows: what a prompt is named by (a subject, and behind a semicolon more words), and the
            prompt.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self.prompts: list[str] = []
        self._subjects: list[str] = []
        self._contained: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))
        self._named: defaultdict[str, array[int]] = defaultdict(lambda: array("L"))
        for number, (names, prompt) in enumerate(rows):
            self.prompts.append(prompt)
            self._subjects.append(names.partition(";")[0])
            for stem in set(content_stems(prompt)):
                self._contained[stem].append(number)
            for stem in set(content_stems(names)):
                self._named[stem].append(number)

    def subject(self, seed: int) -> str:
        """Something to make a picture of, where nothing is asked for."""
        return random.Random(f"{seed}").choice([text for text in self._subjects if text])

    def nearest(
        self,
        spark: str,
        count: int,
        max_words: int,
        seed: int = 0,
        without: Collection[str] = (),
        fits: Callable[[str], bool] = lambda _: True,
    ) -> list[str]:
        """Prompts near a spark, the nearest first, each unlike those before it.

        Args:
            spark: the words to look for; where they find too little, the rest is drawn.
            count: how many prompts at most.
            max_words: how many words they may have together.
            seed: what the draw depends on, beside the spark.
            without: prompts that are not to be found.
            fits: whether a prompt is of the kind that is wanted.
        """
        ranked = self._ranked(spark)[: 20 * count]
        drawn = random.Random(f"{seed}\n{spark}")
        ranked += [drawn.randrange(len(self.prompts)) for _ in range(8 * count)]
        found: list[str] = []
        left = max_words
        whole = spark.lower() if " " in spark else None
        for prompt in map(self.prompts.__getitem__, ranked):
            length = len(prompt.split())
            if len(found) == count or length > left or prompt in without or not fits(prompt):
                continue
            if whole and whole in prompt.lower():
                continue  # a small model would go on as that prompt does
            if any(_alike(prompt, other) for other in found):
                continue
            found.append(prompt)
            left -= length
        return found

    def _ranked(self, spark: str) -> list[int]:
        scores = self._scores(spark)
        return sorted(scores, key=lambda number: (-scores[number], number))

    def _scores(self, spark: str) -> dict[int, float]:
        scores: defaultdict[int, float] = defaultdict(float)
        for stem in sorted(set(content_stems(spark))):
            contained, named = self._contained.get(stem, ()), self._named.get(stem, ())
            rarity = math.log((1 + len(self.prompts)) / (1 + len({*contained, *named})))
            for number in contained:
                scores[number] += rarity
            for number in named:
                scores[number] += KEY_WEIGHT * rarity
        return scores


def _alike(one: str, other: str) -> bool:
    """Whether two prompts share so much that the second teaches nothing new."""
    a, b = set(content_stems(one)), set(content_stems(other))
    return len(a & b) > 0.4 * min(len(a), len(b))


@cache
def load_bank() -> Bank:
    """The bank that ships with Sparkloom; loaded once, and never changed."""
    lines: Sequence[str] = lzma.decompress(FILE.read_bytes()).decode("utf-8").splitlines()
    return Bank((keys, prompt) for keys, _, prompt in (line.partition("\t") for line in lines))
