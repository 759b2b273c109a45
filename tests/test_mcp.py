"""The door for agents, as an MCP client sees it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio
import httpx
import mcp_types as types
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from pydantic import SecretStr

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOL, mcp_server
from sparkloom.settings import Settings

Result = TypeVar("Result")

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


def with_client(loom: Sparkloom, ask: Callable[[Client], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with Client(mcp_server(loom)) as client:
            return await ask(client)

    return anyio.run(run)


def call(loom: Sparkloom, arguments: dict[str, Any]) -> types.CallToolResult:
    return with_client(loom, lambda client: client.call_tool(TOOL, arguments))


def body_of(result: types.CallToolResult) -> dict[str, Any]:
    """What a result says, which must be the same as text and as structured content."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    body: dict[str, Any] = json.loads(content.text)
    assert result.structured_content == body
    return body


def test_there_is_one_tool_with_the_fields_of_the_request(echo_loom: Sparkloom) -> None:
    (tool,) = with_client(echo_loom, lambda client: client.list_tools()).tools
    assert tool.name == TOOL == "post-prompt-inferences"
    assert sorted(tool.input_schema["properties"]) == [
        "assetIds",
        "dryRun",
        "ensureIPCleared",
        "image",
        "images",
        "mode",
        "modelId",
        "numResults",
        "projectId",
        "prompt",
        "seed",
        "temperature",
        "topP",
    ]
    assert tool.input_schema["required"] == ["mode"]


def test_every_field_of_the_tool_is_described(echo_loom: Sparkloom) -> None:
    (tool,) = with_client(echo_loom, lambda client: client.list_tools()).tools
    assert [name for name, field in tool.input_schema["properties"].items()
            if not field.get("description")] == []  # fmt: skip


def test_a_call_returns_the_answer_as_text_and_as_data(echo_loom: Sparkloom) -> None:
    fields = {"mode": "completion", "prompt": "caf\u00e9 \u2603,", "numResults": 2, "seed": 4}
    result = call(echo_loom, {**fields, "projectId": "p"})
    body = body_of(result)
    assert not result.is_error
    assert body["prompts"] == echo_loom.prompt("caf\u00e9 \u2603,", num_results=2, seed=4,
                                               mode="completion").prompts  # fmt: skip
    assert body["job"]["status"] == "success"


@pytest.mark.parametrize("tier", ["true", "api"])
def test_a_dry_run_gives_the_price(echo_loom: Sparkloom, tier: str) -> None:
    result = call(echo_loom, {"mode": "inventive", "dryRun": tier})
    assert not result.is_error
    assert set(body_of(result)) == {
        "creativeUnitsCost",
        "creativeUnitsDiscount",
        "costDetails",
        "estimate",
    }


@pytest.mark.parametrize(
    ("fields", "name", "field"),
    [
        ({"mode": "telepathy"}, "InvalidRequestError", "mode"),
        ({"numResults": 9}, "InvalidRequestError", "numResults"),
        ({"numResults": "3"}, "InvalidRequestError", "numResults"),
        ({"prompt": "a\x00b"}, "InvalidRequestError", "prompt"),
        ({"dryRun": "yes"}, "InvalidRequestError", "dryRun"),
        ({"dryRun": True}, "InvalidRequestError", "dryRun"),
        ({"dryRun": ["true"]}, "InvalidRequestError", "dryRun"),
        ({"colour": "red"}, "InvalidRequestError", "colour"),
        ({"mode": "contextual"}, "InvalidRequestError", "modelId"),
        ({"modelId": "model_none"}, "NotFoundError", None),
    ],
)
def test_an_error_is_a_result_with_the_error_body(
    echo_loom: Sparkloom, fields: dict[str, Any], name: str, field: str | None
) -> None:
    result = call(echo_loom, {"mode": "completion", **fields})
    body = body_of(result)
    assert result.is_error
    assert set(body) == {"reason", "name", "details", "trace_id", "message"}
    assert (body["name"], body["details"].get("field")) == (name, field)


def test_an_unknown_tool_is_named(echo_loom: Sparkloom) -> None:
    async def fault(client: Client) -> MCPError:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("nothing", {})
        return caught.value

    error = with_client(echo_loom, fault).error
    assert error.code == types.INVALID_PARAMS
    assert "no tool nothing; use post-prompt-inferences" in error.message


def test_a_foreign_page_is_refused_without_keys(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo"))) + "/mcp"
    for name, value, status in (
        ("host", "evil.example", 421),
        ("host", "127.0.0.1.evil.example", 421),
        ("origin", "http://evil.example", 403),
    ):
        headers = {**ACCEPT, name: value}
        assert httpx.post(address, json=PING, headers=headers).status_code == status


def test_a_foreign_host_with_a_key_is_heard(serve: Serve) -> None:
    loom = Sparkloom(Settings(engine="echo", api_keys=(SecretStr("ada:s3cret"),)))
    headers = {**ACCEPT, "host": "loom.example", "authorization": "Bearer s3cret"}
    answer = httpx.post(serve(loom) + "/mcp", json=PING, headers=headers)
    assert answer.json()["jsonrpc"] == "2.0"
