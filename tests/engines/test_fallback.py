"""An engine with another one behind it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice

import pytest

from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import Echo
from sparkloom.engines.fallback import WithFallback
from sparkloom.errors import EngineError, InvalidRequestError, SparkloomError, UnavailableError

TASK = Task("a fox", 20, 0.9, expected=3)
ORDERS = [Order(seed, 0.5) for seed in range(6)]


class Failing:
    """Writes some drafts, two orders ahead, then fails."""

    def __init__(self, good: int, error: SparkloomError) -> None:
        self.good = good
        self.error = error
        self.closed = False

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        for number in range(self.good):
            list(islice(orders, 2 if number == 0 else 1))
            yield Draft(f"draft {number}", 1, True)
        list(islice(orders, 1))
        raise self.error

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("good", [0, 1, 3])
@pytest.mark.parametrize("error", [UnavailableError("It is down."), EngineError("It is odd.")])
def test_the_second_writes_what_the_first_cannot(good: int, error: SparkloomError) -> None:
    with closing(WithFallback(Failing(good, error), Echo(), "echo").write(TASK, iter(ORDERS))) as w:
        drafts = list(w)
    assert [draft.text for draft in drafts[:good]] == [f"draft {n}" for n in range(good)]
    assert not any(draft.warning for draft in drafts[:good])
    echoed = list(Echo().write(TASK, iter(ORDERS[good:])))
    warning = f"Written by the echo engine instead: {error.reason}"
    assert drafts[good:] == [draft._replace(warning=warning) for draft in echoed]


def test_a_faulty_request_is_not_written_by_the_second_either() -> None:
    engine = WithFallback(Failing(0, InvalidRequestError("prompt: is too long")), Echo(), "echo")
    with pytest.raises(InvalidRequestError):
        next(engine.write(TASK, iter(ORDERS)))


def test_without_a_fault_the_second_is_not_asked() -> None:
    engine = WithFallback(Echo(), Failing(0, EngineError("no")), "failing")
    assert list(engine.write(TASK, iter(ORDERS))) == list(Echo().write(TASK, iter(ORDERS)))


def test_closing_closes_both() -> None:
    first, second = Failing(0, EngineError("no")), Failing(0, EngineError("no"))
    WithFallback(first, second, "failing").close()
    assert first.closed
    assert second.closed
