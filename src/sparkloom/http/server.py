"""uvicorn's server, with an end that leaves no connection out."""

from __future__ import annotations

import asyncio
import socket

import uvicorn

PAUSE = 0.1
"""Seconds between two looks at the connections that are left."""


class Server(uvicorn.Server):
    """Tells every connection that the server stops, also those that were just being made.

    uvicorn tells those that it knows at the first moment. One that is accepted in that moment
    would be served, request after request, until the time for stopping is up; and what it asked
    last would be broken off.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        closing = asyncio.ensure_future(self._close_connections())
        try:
            await super().shutdown(sockets)
        finally:
            closing.cancel()

    async def _close_connections(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            for connection in list(self.server_state.connections):
                if not connection.transport.is_closing():
                    connection.shutdown()
