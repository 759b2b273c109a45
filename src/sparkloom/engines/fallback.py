"""An engine with another one behind it, for when it fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain

from sparkloom.engines.engine import Draft, Engine, Loadable, Order, Task
from sparkloom.errors import EngineError, UnavailableError


class WithFallback:
    """Writes with the first engine; what that cannot write, the second does, and says so."""

    def __init__(self, first: Engine, second: Engine, name: str) -> None:
        self._first = first
        self._second = second
        self._name = name

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        taken: deque[Order] = deque()

        def noting() -> Iterator[Order]:
            for order in orders:
                taken.append(order)
                yield order

        try:
            with closing(self._first.write(task, noting())) as drafts:
                for draft in drafts:
                    taken.popleft()
                    yield draft
            return
        except (UnavailableError, EngineError) as error:
            warning = f"Written by the {self._name} engine instead: {error.reason}"
        with closing(self._second.write(task, chain(taken, orders))) as drafts:
            for draft in drafts:
                yield draft._replace(warning=warning)

    @property
    def loaded(self) -> bool:
        return isinstance(self._first, Loadable) and self._first.loaded

    def load(self) -> None:
        if isinstance(self._first, Loadable):
            self._first.load()

    def close(self) -> None:
        self._first.close()
        self._second.close()
