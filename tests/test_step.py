"""Steps: timed, and not begun for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from sparkloom.errors import AbandonedError
from sparkloom.queue import Queue
from sparkloom.step import step, steps


def timed(name: str) -> float:
    return REGISTRY.get_sample_value("sparkloom_step_seconds_count", {"step": name}) or 0.0


def test_a_step_is_timed_also_if_it_fails() -> None:
    before = timed("test")
    with step("test"):
        pass
    with pytest.raises(ValueError, match="no"), step("test"):
        raise ValueError("no")
    assert timed("test") == before + 2


def test_each_item_is_a_step_and_so_is_finding_that_there_is_none() -> None:
    before = timed("items")
    assert list(steps("items", "abc")) == ["a", "b", "c"]
    assert timed("items") == before + 4


def test_no_step_is_begun_when_nobody_waits() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    async def main() -> None:
        loop = asyncio.get_running_loop()
        task: asyncio.Future[None]

        def work() -> None:
            for number in steps("items", items()):
                if number == 1:
                    loop.call_soon_threadsafe(task.cancel)
                    gone.result(timeout=60)

        task = asyncio.ensure_future(queue.run(work))
        with pytest.raises(asyncio.CancelledError):
            await task
        gone.set_result(None)

    from concurrent.futures import Future

    gone: Future[None] = Future()
    queue = Queue(1, 1, deadline=60)
    asyncio.run(main())
    queue.close()
    assert made == [0, 1]


def test_that_nobody_waits_is_an_error_of_its_own() -> None:
    assert AbandonedError.status == 503
