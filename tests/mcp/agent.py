"""An agent: the SDK's client, connected in each way that there is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx2
import mcp_types as types
from mcp.client.streamable_http import streamable_http_client
from mcp.server import Server

from mcp import Client, StdioServerParameters

Result = TypeVar("Result")
Ask = Callable[[Client], Awaitable[Result]]


class Handshake(str):
    """An address that is spoken to as agents did before the protocol of 2026-07-28, whose first
    request begins a session."""


def ask(
    server: Server[Any] | str | StdioServerParameters,
    ask: Ask[Result],
    key: str = "",
    others: tuple[str, ...] = (),
) -> Result:
    """What `ask` gets from a server.

    Args:
        server: one in this process, a command, or an address.
        key: the secret of the key to send, over HTTP.
        others: more addresses; as by a balancer, requests go to all of them in turns.
    """

    async def run() -> Result:
        async with AsyncExitStack() as stack:
            reached: Any = server
            if key or others:
                assert isinstance(server, str)
                addresses = cycle([server, *others])

                async def send_on(request: httpx2.Request) -> None:
                    request.url = httpx2.URL(next(addresses))

                client = httpx2.AsyncClient(
                    headers={"authorization": f"Bearer {key}"} if key else {},
                    event_hooks={"request": [send_on]},
                )
                await stack.enter_async_context(client)
                reached = streamable_http_client(server, http_client=client)
            mode = "legacy" if isinstance(server, Handshake) else "auto"
            return await ask(await stack.enter_async_context(Client(reached, mode=mode)))

    return anyio.run(run)


def command(data_dir: Path) -> StdioServerParameters:
    """`sparkloom mcp` with the echo engine, and a catalog of its own."""
    environment = {
        "SPARKLOOM_ENGINE": "echo",
        "SPARKLOOM_DATA_DIR": str(data_dir),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    return StdioServerParameters(
        command=sys.executable, args=["-m", "sparkloom", "mcp"], env=environment
    )


def body_of(result: types.CallToolResult) -> dict[str, Any]:
    """What a result says, which must be the same as text and as structured content."""
    content = result.content[0]
    assert isinstance(content, types.TextContent)
    body: dict[str, Any] = json.loads(content.text)
    assert result.structured_content == body
    return body


async def done(client: Client, tool: str, /, **fields: Any) -> dict[str, Any]:
    """The body of a call that must succeed."""
    result = await client.call_tool(tool, fields)
    assert not result.is_error, result.content
    return body_of(result)


async def failed(client: Client, tool: str, /, **fields: Any) -> dict[str, Any]:
    """The body of a call that must fail."""
    result = await client.call_tool(tool, fields)
    assert result.is_error, result.content
    return body_of(result)
