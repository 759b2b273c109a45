"""An engine without a model, for tests: it answers at once with words that a seed chooses."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator

from sparkloom.engines.engine import Draft, Order, Task, drawn

WORDS = (
    "amber lantern, wet slate, a heron by the weir, low mist, copper rooftops, chalk cliffs, "
    "folded linen, a tin kettle, birch trunks, pale dusk, an open gate, river stones, "
    "ink wash, long shadows, a paper boat, frost on glass, soft side light, worn brass"
).split(", ")


class Echo:
    """Writes phrases drawn from `WORDS`; the same order gives the same ones."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        if task.options:
            yield from drawn(task, orders)
            return
        for order in orders:
            phrases = random.Random(order.seed).sample(WORDS, 8)
            yield Draft(" " + ", ".join(phrases), tokens=24, finished=True)

    def close(self) -> None:
        """Nothing is held."""
