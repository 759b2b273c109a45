"""How far long work is, told while it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

LOOKED_AT = 0.1
"""Seconds between looks at how far it is."""


async def shares(task: asyncio.Future[Any], told: Sequence[float]) -> AsyncGenerator[float]:
    """How much of a task is done, 0 to 1, each time that it is more, until the task is over.

    Whoever stops listening gives the task up.

    Args:
        told: what the task was told to be done, the newest last.
    """
    last = -1.0
    try:
        while not task.done():
            if told[-1] > last:
                last = told[-1]
                yield last
            await asyncio.wait([task], timeout=LOOKED_AT)
    finally:
        task.cancel()
