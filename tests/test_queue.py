"""The queue: its order, its bound, its deadline, and what becomes of what nobody waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from functools import partial
from itertools import count

import pytest

from sparkloom import queue
from sparkloom.errors import AbandonedError, DeadlineError, TooManyRequestsError
from sparkloom.observe.metrics import QUEUE_LENGTH
from sparkloom.queue import Queue, result_of, still_wanted

PATIENT = 60.0


class Gate:
    """Work that is held until it is let go, and notes what it saw."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.wanted: list[bool] = []

    def __call__(self) -> str:
        self.begun.set()
        assert self.go.wait(PATIENT)
        try:
            still_wanted()
        except AbandonedError:
            self.wanted.append(False)
            raise
        self.wanted.append(True)
        return "done"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.go.set()


async def begun(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.begun.wait, PATIENT)


def test_first_come_first_served() -> None:
    queue = Queue(1, 9, PATIENT)
    served: list[int] = []

    async def main() -> None:
        await asyncio.gather(*(queue.run(partial(served.append, n)) for n in range(10)))

    asyncio.run(main())
    queue.close()
    assert served == list(range(10))


def test_it_may_be_used_from_one_loop_after_the_other() -> None:
    queue = Queue(2, 2, PATIENT)
    assert [asyncio.run(queue.run(lambda: "a")), asyncio.run(queue.run(lambda: "b"))] == ["a", "b"]
    queue.close()


def test_beyond_the_bound_requests_are_refused_at_once(gate: Gate) -> None:
    queue = Queue(1, 2, PATIENT)
    before = QUEUE_LENGTH._value.get()

    async def main() -> None:
        inside = [asyncio.ensure_future(queue.run(gate)) for _ in range(3)]
        await begun(gate)
        for _ in range(5):
            with pytest.raises(TooManyRequestsError) as refused:
                await queue.run(lambda: "never")
            assert refused.value.details["retry_after"] >= 1
        assert QUEUE_LENGTH._value.get() == before + 3
        gate.go.set()
        assert await asyncio.gather(*inside) == ["done"] * 3
        assert await queue.run(lambda: "room again") == "room again"

    asyncio.run(main())
    queue.close()
    assert QUEUE_LENGTH._value.get() == before


def test_the_time_to_come_back_follows_the_time_that_requests_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = count(step=10)  # every request takes ten seconds
    monkeypatch.setattr(queue, "perf_counter", lambda: float(next(clock)))

    def refused(many: int) -> int:
        gate, waiting = Gate(), Queue(1, 4, deadline=1000.0)

        async def main() -> int:
            for _ in range(many):
                await waiting.run(lambda: None)
            inside = [asyncio.ensure_future(waiting.run(gate)) for _ in range(5)]
            await begun(gate)
            with pytest.raises(TooManyRequestsError) as error:
                await waiting.run(lambda: None)
            gate.go.set()
            await asyncio.gather(*inside)
            return int(error.value.details["retry_after"])

        try:
            return asyncio.run(main())
        finally:
            waiting.close()

    assert refused(0) == 3  # half of five requests that are taken to last a second
    assert 20 < refused(20) <= 25


def test_nobody_is_let_in_who_would_wait_for_half_of_the_deadline(gate: Gate) -> None:
    queue = Queue(1, 1000, deadline=10.0)

    async def main() -> None:
        asked = [asyncio.ensure_future(queue.run(gate)) for _ in range(10)]
        await begun(gate)
        gate.go.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert answers[:6] == ["done"] * 6  # seconds: one runs and five wait
        assert {type(answer) for answer in answers[6:]} == {TooManyRequestsError}

    asyncio.run(main())
    queue.close()


def test_a_deadline_that_passes_is_told_and_the_work_is_given_up(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparkloom.queue.FIRST_GUESS", 0.0)
    queue = Queue(1, 1, deadline=0.2)

    async def main() -> None:
        with pytest.raises(DeadlineError, match=r"0\.2 seconds"):
            await queue.run(gate)
        with pytest.raises(TooManyRequestsError):  # its turn never came
            await queue.run(lambda: pytest.fail("it ran"))

    asyncio.run(main())
    gate.go.set()
    queue.close()
    assert gate.wanted == [False]


def test_a_timeout_of_the_work_itself_is_passed_on() -> None:
    queue = Queue(1, 1, PATIENT)

    def work() -> None:
        raise TimeoutError("the engine's")

    with pytest.raises(TimeoutError, match="the engine's"):
        asyncio.run(queue.run(work))
    queue.close()


def test_what_is_cancelled_makes_room_and_what_waits_never_runs(gate: Gate) -> None:
    queue = Queue(1, 1, PATIENT)

    async def main() -> None:
        running = asyncio.ensure_future(queue.run(gate))
        await begun(gate)
        waiting = asyncio.ensure_future(queue.run(lambda: pytest.fail("it ran")))
        await asyncio.sleep(0)
        for task in (waiting, running):
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        after = asyncio.ensure_future(queue.run(lambda: "served"))  # in the place of the one
        await asyncio.sleep(0)
        gate.go.set()
        assert await after == "served"

    asyncio.run(main())
    queue.close()
    assert gate.wanted == [False]


def test_what_was_given_up_just_before_its_turn_does_not_run() -> None:
    ticket = queue._Ticket(lambda: pytest.fail("it ran"), lambda: pytest.fail("it began"))
    ticket.give_up()
    with pytest.raises(AbandonedError):
        ticket.serve()


def test_the_work_sees_what_its_caller_set() -> None:
    colour: ContextVar[str] = ContextVar("colour")
    queue = Queue(1, 1, PATIENT)

    async def main() -> str:
        colour.set("teal")
        return await queue.run(colour.get)

    assert asyncio.run(main()) == "teal"
    queue.close()


def test_outside_of_the_queue_everything_is_wanted() -> None:
    still_wanted()


@pytest.mark.parametrize("late", [False, True])
def test_what_is_waited_for_is_cancelled_when_the_caller_leaves(late: bool, gate: Gate) -> None:
    queue = Queue(1, 0, PATIENT)
    under_way: Future[str] = Future()
    left: Future[BaseException] = Future()

    def work() -> None:
        gate.begun.set()
        assert gate.go.wait(PATIENT)
        try:
            result_of(under_way)
        except AbandonedError as error:
            left.set_result(error)
            raise

    async def main() -> None:
        task = asyncio.ensure_future(queue.run(work))
        await begun(gate)
        if not late:
            gate.go.set()
            while not under_way._condition._waiters:  # type: ignore[attr-defined]
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.go.set()

    asyncio.run(main())
    assert "Nobody waits" in str(left.result(PATIENT))
    assert under_way.cancelled()
    queue.close()


def test_what_is_waited_for_brings_its_result() -> None:
    queue = Queue(1, 0, PATIENT)
    done: Future[str] = Future()
    done.set_result("a draft")
    assert result_of(done) == asyncio.run(queue.run(lambda: result_of(done))) == "a draft"
    queue.close()


def test_what_others_cancelled_is_no_leaving() -> None:
    queue = Queue(1, 0, PATIENT)
    closed: Future[str] = Future()
    closed.cancel()

    def work() -> str:
        with pytest.raises(CancelledError):
            result_of(closed)
        return "told"

    assert work() == asyncio.run(queue.run(work)) == "told"
    queue.close()
