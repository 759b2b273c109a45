"""The door for agents: the MCP tool `post-prompt-inferences`, over stdio and at `/mcp`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import mcp_types as types
from anyio import to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from starlette.routing import Route

from sparkloom import __version__
from sparkloom.errors import InvalidRequestError, SparkloomError
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest, request_schema

TOOL = "post-prompt-inferences"
DRY_RUNS = ("true", "api")

DESCRIPTION = (
    "Write prompts for AI image generation. `completion` goes on from the words in `prompt` and "
    "keeps them to the letter, `inventive` makes something new around them, `structured` lays "
    "out a full prompt by sections. Give `numResults` for up to 5 different ones, and `seed` to "
    "have the same ones again."
)


def tool() -> types.Tool:
    """The tool as agents see it: the fields of the HTTP request's query and body."""
    schema = request_schema()
    schema["properties"] |= {
        "dryRun": {
            "type": "string",
            "enum": list(DRY_RUNS),
            "description": "Answer with the price, and run nothing.",
        },
        "projectId": {
            "type": "string",
            "maxLength": 200,
            "description": "The project that owns the job.",
        },
    }
    schema["required"] = ["mode"]
    return types.Tool(
        name=TOOL, title="Write image prompts", description=DESCRIPTION, input_schema=schema
    )


def mcp_server(loom: Sparkloom) -> Server[Any]:
    """An MCP server over a loom."""

    async def list_tools(
        _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool()])

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name != TOOL:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name}; use {TOOL}.")
        try:
            return _result(await _call(loom, params.arguments or {}, _key(context)))
        except SparkloomError as error:
            return _result(error.body(trace_id=uuid4().hex), is_error=True)

    return Server(
        "sparkloom",
        version=__version__,
        title="Sparkloom",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(loom: Sparkloom) -> None:
    """Answer an agent over standard input and output until it hangs up."""
    server = mcp_server(loom)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def mcp_app(loom: Sparkloom) -> tuple[Route, Callable[[], AbstractAsyncContextManager[None]]]:
    """The route `/mcp`, and what must run around the application for it."""
    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*"]
    sessions = StreamableHTTPSessionManager(
        mcp_server(loom),
        security_settings=TransportSecuritySettings(
            # Without keys, a web page must not reach the tool through the user's browser.
            enable_dns_rebinding_protection=not loom.settings.api_keys and loom.settings.loopback,
            allowed_hosts=hosts,
            allowed_origins=[f"http://{host}" for host in hosts],
        ),
        max_request_body_size=loom.settings.max_body_bytes,
    )
    return Route("/mcp", StreamableHTTPASGIApp(sessions), include_in_schema=False), sessions.run


def _key(context: ServerRequestContext[Any]) -> str | None:
    """The name of the key that a call came with, over HTTP."""
    return getattr(context.request.state, "key", None) if context.request else None


async def _call(loom: Sparkloom, arguments: dict[str, Any], key: str | None) -> dict[str, Any]:
    fields = dict(arguments)
    dry_run = fields.pop("dryRun", None)
    project = fields.pop("projectId", None)
    project = loom.settings.project_of(key, project)
    if dry_run is not None and dry_run not in DRY_RUNS:
        raise InvalidRequestError("dryRun: must be 'true' or 'api'", field="dryRun")
    request = PromptRequest.parse(fields)
    if dry_run:
        return (await to_thread.run_sync(loom.dry_run, request, project)).wire()
    return (await loom.answer_async(request, project)).wire()


def _result(body: dict[str, Any], is_error: bool = False) -> types.CallToolResult:
    text = json.dumps(body, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(text=text)], structured_content=body, is_error=is_error
    )
