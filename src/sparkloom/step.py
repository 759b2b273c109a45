"""A step on the path of a request: timed, traced, and begun only while somebody waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sparkloom.observe.metrics import STEP_SECONDS
from sparkloom.observe.traces import span
from sparkloom.queue import still_wanted

Item = TypeVar("Item")


@contextmanager
def step(name: str) -> Iterator[None]:
    """One step, as `with step("choose"):`.

    Raises:
        AbandonedError: nobody waits for the request any more.
    """
    still_wanted()
    with STEP_SECONDS.labels(name).time(), span(name):
        yield


def steps(name: str, items: Iterable[Item]) -> Iterator[Item]:
    """The items; what it takes to make each of them is a step."""
    source = iter(items)
    while True:
        with step(name):
            try:
                item = next(source)
            except StopIteration:
                return
        yield item
