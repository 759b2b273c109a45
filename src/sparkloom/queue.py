"""The queue of requests: first come, first served, and a bound, so that waiting never grows."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

from sparkloom.errors import AbandonedError, DeadlineError, TooManyRequestsError
from sparkloom.observe.metrics import QUEUE_LENGTH, QUEUE_SECONDS, RUNNING

Result = TypeVar("Result")

FIRST_GUESS = 1.0
"""Seconds that a request is taken to last before one was measured."""

NEWS = 0.2
"""How much the newest request counts in the measured time."""

_ticket: ContextVar[_Ticket | None] = ContextVar("ticket", default=None)


def still_wanted() -> None:
    """Make sure that somebody waits for what this thread does.

    Raises:
        AbandonedError: the client hung up, or the deadline passed.
    """
    ticket = _ticket.get()
    if ticket is not None and ticket.given_up:
        raise AbandonedError("Nobody waits for this request any more.")


def result_of(future: Future[Result]) -> Result:
    """What a future brings; it is cancelled as soon as nobody waits for it any more.

    Raises:
        AbandonedError: the client hung up, or the deadline passed.
        CancelledError: somebody else cancelled it.
    """
    ticket = _ticket.get()
    if ticket is None:
        return future.result()
    with ticket.waiting_for(future):
        try:
            return future.result()
        except CancelledError:
            still_wanted()
            raise


class _Ticket:
    """A place in the queue, and what is to be done when its turn comes."""

    def __init__(self, work: Callable[[], Any], begin: Callable[[], object]) -> None:
        self._work: Callable[[], Any] | None = work
        self._begin = begin
        self._changing = threading.Lock()
        self._awaited: Future[Any] | None = None
        self.begun = False
        self._context: Context | None = copy_context()
        self._context.run(_ticket.set, self)
        self.since = perf_counter()

    @property
    def given_up(self) -> bool:
        return self._work is None

    def give_up(self) -> None:
        """Let go of the request: it may hold pictures, and its turn may come late. What is under
        way for it is cancelled."""
        with self._changing:
            self._work = self._context = None
            awaited = self._awaited
        if awaited is not None:
            awaited.cancel()

    @contextmanager
    def waiting_for(self, future: Future[Any]) -> Iterator[None]:
        """Have a future cancelled if the request is given up within the block."""
        with self._changing:
            self._awaited = future
            late = self.given_up
        if late:
            future.cancel()
        try:
            yield
        finally:
            with self._changing:
                self._awaited = None

    def serve(self) -> Any:
        work, context = self._work, self._context
        if work is None or context is None:
            raise AbandonedError("Nobody waits for this request any more.")
        self.begun = True
        self._begin()
        return context.run(work)


class Queue:
    """Runs requests in threads of its own.

    Args:
        at_a_time: how many run side by side.
        room: how many may wait beside these.
        deadline: seconds from coming in to the answer; half of them may go by with waiting.
    """

    def __init__(self, at_a_time: int, room: int, deadline: float) -> None:
        self._at_a_time = at_a_time
        self._most = at_a_time + room
        self._deadline = deadline
        self._pool = ThreadPoolExecutor(at_a_time, thread_name_prefix="sparkloom")
        self._changing = threading.Lock()
        self._inside = 0
        self._seconds = FIRST_GUESS

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do some work when its turn comes. Cancel to give it up.

        Raises:
            TooManyRequestsError: the queue is full, or the wait takes half of the deadline.
            DeadlineError: it runs, and the deadline passed.
        """
        self._enter()
        loop = asyncio.get_running_loop()
        came = loop.time()
        patience = asyncio.timeout(self._deadline / 2)  # its turn must have come by then

        def extend() -> None:
            if not ticket.given_up and not patience.expired():
                patience.reschedule(came + self._deadline)

        ticket = _Ticket(work, begin=partial(loop.call_soon_threadsafe, extend))
        future = self._pool.submit(self._serve, ticket)
        future.add_done_callback(self._leave)
        try:
            async with patience:
                answer: Result = await asyncio.wrap_future(future)
                return answer
        except TimeoutError:
            if not patience.expired():
                raise
            if not ticket.begun:
                raise self._refusal() from None
            raise DeadlineError(
                f"The request was not answered within {self._deadline:g} seconds. Ask for fewer "
                "results, or again when there is less to do."
            ) from None
        finally:
            ticket.give_up()

    def close(self) -> None:
        """Finish what is inside and take nothing more."""
        self._pool.shutdown()

    def _enter(self) -> None:
        with self._changing:
            if self._inside >= self._most or self._wait > self._deadline / 2:
                raise self._refusal()
            self._inside += 1
            QUEUE_LENGTH.inc()

    @property
    def _wait(self) -> float:
        """Seconds until those inside are served, going by the last ones."""
        return self._seconds * self._inside / self._at_a_time

    def _refusal(self) -> TooManyRequestsError:
        # By then half of them have been served: there is room, and work is left.
        return TooManyRequestsError(
            f"{self._inside} requests are under way, and no more may wait. "
            "Come back after the seconds in Retry-After.",
            retry_after=max(1, math.ceil(self._wait / 2)),
        )

    def _leave(self, _: Future[Any]) -> None:
        with self._changing:
            self._inside -= 1
            QUEUE_LENGTH.dec()

    def _serve(self, ticket: _Ticket) -> Any:
        started = perf_counter()
        QUEUE_SECONDS.observe(started - ticket.since)
        try:
            with RUNNING.track_inprogress():
                return ticket.serve()
        finally:
            with self._changing:
                self._seconds += NEWS * (perf_counter() - started - self._seconds)
