"""Connections: one on which nothing is asked is not kept for ever."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):  # the one that bounds the headers of a request
    """Closes itself where the head of a request is not whole within the time that idle connections
    are kept: uvicorn closes those that were answered, but not those that never ask, or begin to."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:  # a head is whole; its body has a deadline of its own
            self._stop_waiting()
        elif self._timer is None and self._unasked:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _unasked(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.timeout_keep_alive, self._close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._timer = None
        if self._unasked and self.transport.get_protocol() is self:  # no WebSocket's by now
            self.transport.close()
