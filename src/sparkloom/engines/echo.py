"""An engine without a model, for tests: it answers at once with words that a seed chooses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from sparkloom.engines.engine import Draft, Task

WORDS = (
    "amber lantern, wet slate, a heron by the weir, low mist, copper rooftops, chalk cliffs, "
    "folded linen, a tin kettle, birch trunks, pale dusk, an open gate, river stones, "
    "ink wash, long shadows, a paper boat, frost on glass, soft side light, worn brass"
).split(", ")


class Echo:
    """Writes phrases drawn from `WORDS`; the same task and seed give the same ones."""

    @contextmanager
    def open(self, task: Task) -> Iterator[Echo]:
        yield self

    def draft(self, seed: int, temperature: float) -> Draft:
        phrases = random.Random(seed).sample(WORDS, 8)
        return Draft(" " + ", ".join(phrases), tokens=24, finished=True)

    def close(self) -> None:
        """Nothing is held."""
