"""The MCP server, over stdio and at `/mcp`."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import uuid4

import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from starlette.types import ASGIApp

from sparkloom import __version__
from sparkloom.catalog.assets import MIME_TYPES
from sparkloom.errors import InternalError, NotFoundError, SparkloomError
from sparkloom.loom import Progress, Sparkloom
from sparkloom.mcp import assets, models, names, prompts
from sparkloom.mcp.tool import Caller, Shown, Tool

log = logging.getLogger("sparkloom")

TOOLS: dict[str, Tool] = {
    tool.name: tool for tool in (prompts.TOOL, names.TOOL, *assets.TOOLS, *models.TOOLS)
}

INSTRUCTIONS = (
    "Sparkloom writes prompts for AI image generation; it makes no pictures. Call "
    "post-prompt-inferences for prompts. For prompts in the manner of a model, find it with "
    "list-models or make it known with create-model, and name it in `modelId`. A call that fails "
    "says in `reason` what to change, and in `details.field` where."
)

HINTS: dict[type[SparkloomError], str] = {
    NotFoundError: "list-assets and list-models give the ids that there are.",
}


def mcp_server(loom: Sparkloom) -> Server[Any]:
    """An MCP server over a loom."""

    async def list_tools(
        _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.shown() for tool in TOOLS.values()])

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in TOOLS:
            known = ", ".join(TOOLS)
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name}; use {known}.")
        return await _call(loom, TOOLS[params.name], params.arguments or {}, context)

    return Server(
        "sparkloom",
        version=__version__,
        title="Sparkloom",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(loom: Sparkloom) -> None:
    """Answer an agent over standard input and output until it hangs up."""
    server = mcp_server(loom)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def mcp_app(loom: Sparkloom) -> tuple[ASGIApp, AbstractAsyncContextManager[None]]:
    """What answers agents over HTTP, and what must run around it."""
    sessions = StreamableHTTPSessionManager(
        mcp_server(loom),
        # Whose hosts and origins are heard is decided for the whole service.
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=loom.settings.max_body_bytes,
        stateless=True,  # else an agent's next call must reach the same replica
    )
    return StreamableHTTPASGIApp(sessions), sessions.run()


async def _call(
    loom: Sparkloom, tool: Tool, arguments: dict[str, Any], context: ServerRequestContext[Any]
) -> types.CallToolResult:
    try:
        fields = dict(arguments)
        key = _key(context)
        project = loom.keys.project_of(key, fields.pop("projectId", None))
        asked = tool.asked.parse(fields)
        async with _progress(context) as progress:
            answer = await tool.run(Caller(loom, project, key or "local", progress), asked)
    except SparkloomError as error:
        return _failure(error, _trace_id(context))
    except Exception:
        trace_id = _trace_id(context)
        log.exception("call %s of %s failed", trace_id, tool.name)
        fault = InternalError("The service failed. Its log says more under the trace id.")
        return _failure(fault, trace_id)
    return _result(answer if isinstance(answer, Shown) else Shown(answer, []))


def _key(context: ServerRequestContext[Any]) -> str | None:
    """The name of the key that a call came with, over HTTP."""
    return getattr(context.request.state, "key", None) if context.request else None


def _trace_id(context: ServerRequestContext[Any]) -> str:
    """What the log knows a call by; over HTTP the request has one already."""
    trace_id: str = context.request.state.trace_id if context.request else uuid4().hex
    return trace_id


@asynccontextmanager
async def _progress(context: ServerRequestContext[Any]) -> AsyncIterator[Progress]:
    """What can be told from any thread how much is done, and tells the caller if it asked.

    Nobody waits for the caller to listen, and nothing is told once the call is over.
    """
    loop, done = asyncio.get_running_loop(), asyncio.Queue[float]()

    async def tell() -> None:
        while True:
            await context.session.report_progress(await done.get(), 1.0, "Writing")

    telling = loop.create_task(tell())
    try:
        yield lambda share: loop.call_soon_threadsafe(done.put_nowait, share) and None
    finally:
        telling.cancel()


def _result(shown: Shown) -> types.CallToolResult:
    body = shown.answer.wire()
    pictures = [
        types.ImageContent(
            data=base64.b64encode(picture.data).decode(), mime_type=MIME_TYPES[picture.format]
        )
        for picture in shown.pictures
    ]
    return types.CallToolResult(content=[_text(body), *pictures], structured_content=body)


def _failure(error: SparkloomError, trace_id: str) -> types.CallToolResult:
    body = error.body(trace_id)
    if hint := HINTS.get(type(error)):
        body["hint"] = hint
    return types.CallToolResult(content=[_text(body)], structured_content=body, is_error=True)


def _text(body: dict[str, Any]) -> types.TextContent:
    return types.TextContent(text=json.dumps(body, ensure_ascii=False))
