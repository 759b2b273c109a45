"""How far long work is."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from sparkloom.studio.progress import shares


def test_what_is_told_is_passed_on_once_and_only_where_it_rises() -> None:
    async def run() -> list[float]:
        told = [0.0]

        async def work() -> None:
            for share in (0.5, 0.5, 0.2, 1.0):
                await asyncio.sleep(0.15)
                told.append(share)
            await asyncio.sleep(0.15)

        return [share async for share in shares(asyncio.create_task(work()), told)]

    assert asyncio.run(run()) == [0.0, 0.5, 1.0]


def test_who_stops_listening_gives_it_up() -> None:
    async def run() -> bool:
        task = asyncio.create_task(asyncio.sleep(3600))
        async with aclosing(shares(task, [0.0])) as listening:
            async for _ in listening:
                break
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())
