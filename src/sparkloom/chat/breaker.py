"""A circuit breaker: who fails time after time is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sparkloom.errors import UnavailableError

FAILURES = 3
"""So many calls in a row must fail before no more are made."""


class Breaker:
    """Lets calls through until several have failed in a row, then none for a while, then one.

    For one thread or one event loop; nothing is locked.

    Args:
        pause: seconds for which no call is made.
        clock: seconds that only go forwards.
    """

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._trying = False
        self._reason = ""

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around a call; only an `UnavailableError` counts as a failure of the other side.

        A failure that carries `retry_after`, seconds, stops the calls for so long at least.

        Raises:
            UnavailableError: no call may be made now.
        """
        trial = self._enter()
        try:
            yield
        except UnavailableError as error:
            self._failures += 1
            wait = float(error.details.get("retry_after") or 0.0)
            self._reason = error.reason
            pause = self._pause if self._failures >= FAILURES else 0.0
            if pause or wait:
                self._until = self._clock() + max(wait, pause)
            raise
        else:
            self._failures, self._until = 0, 0.0
        finally:
            self._trying = self._trying and not trial

    def _enter(self) -> bool:
        """Whether this is the one call that finds out whether the other side is back."""
        if not self._until:
            return False
        left = self._until - self._clock()
        if left > 0 or self._trying:
            raise UnavailableError(
                f"{self._reason} It is left alone for {max(1, round(left))} s.",
                retry_after=max(1, round(left)),
            )
        self._trying = True
        return True
