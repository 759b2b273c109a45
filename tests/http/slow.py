"""An engine that writes when it is told to, and notes that it was stopped."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator

from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import Echo

PATIENT = 60.0


class Slow:
    """Holds every draft until `go` is set.

    Attributes:
        begun: set when a draft was asked for.
        closed: set when a generator was closed before its end.
    """

    def __init__(self) -> None:
        self.begun, self.go, self.closed = threading.Event(), threading.Event(), threading.Event()

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        try:
            for draft in Echo().write(task, orders):
                self.begun.set()
                assert self.go.wait(PATIENT)
                # No word of use: without a client's leaving it would write on for long.
                yield draft._replace(text="") if "forever" in task.text else draft
        except GeneratorExit:
            self.closed.set()
            raise

    def close(self) -> None:
        self.go.set()
