"""`/mcp`: agents. Their server is made for the first of them: its import takes as long as all of
the API's, and who serves only people shall not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.loom import Sparkloom


class Agents:
    """The route of agents, and the server behind it."""

    def __init__(self, loom: Sparkloom) -> None:
        self._loom = loom
        self._over = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self.route = Route("/mcp", self, include_in_schema=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._serving is None:
            self._server: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
            self._serving = asyncio.create_task(self._serve())
        server = await asyncio.shield(self._server)
        await server(scope, receive, send)

    @asynccontextmanager
    async def sessions(self) -> AsyncIterator[None]:
        """What must run around the application. At its end the sessions of agents end."""
        try:
            yield
        finally:
            self._over.set()
            if self._serving:
                await self._serving

    def _made(self) -> tuple[ASGIApp, AbstractAsyncContextManager[None]]:
        from sparkloom.mcp import mcp_app

        return mcp_app(self._loom)

    async def _serve(self) -> None:
        try:
            server, sessions = await asyncio.to_thread(self._made)
        except Exception as error:
            self._serving = None  # the next one may have more luck
            self._server.set_exception(error)
            return
        async with sessions:
            self._server.set_result(server)
            await self._over.wait()
