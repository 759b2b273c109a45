"""The door for agents, as an MCP client sees it, over each transport."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import mcp_types as types
import pytest
from agent import Handshake, ask, body_of, command, done, failed
from jsonschema import Draft202012Validator
from mcp.shared.exceptions import MCPError
from pydantic import SecretStr

from conftest import Serve, data_url
from mcp import Client
from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOLS, mcp_server
from sparkloom.settings import Settings

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}
NAMES = [
    "post-prompt-inferences",
    "check-names",
    "upload-asset",
    "list-assets",
    "get-asset",
    "update-asset",
    "list-models",
    "get-model",
    "create-model",
]


@pytest.fixture(params=["in the process", "stdio", "http", "http with a handshake"])
def server(
    request: pytest.FixtureRequest, serve: Serve, tmp_path: Path, echo_loom: Sparkloom
) -> Any:
    """A server with the echo engine, over each transport."""
    if request.param == "stdio":
        return command(tmp_path)
    if request.param.startswith("http"):
        address = serve(Sparkloom(Settings(engine="echo", data_dir=tmp_path))) + "/mcp"
        return address if request.param == "http" else Handshake(address)
    return mcp_server(echo_loom)


def test_an_agent_sees_the_tools_and_what_they_are_for(server: Any) -> None:
    async def look(client: Client) -> tuple[list[types.Tool], str | None]:
        return (await client.list_tools()).tools, client.instructions

    tools, instructions = ask(server, look)
    assert [tool.name for tool in tools] == NAMES == list(TOOLS)
    for tool in tools:
        assert tool.title
        assert len(tool.description or "") > 60
        assert tool.annotations
        fields = tool.input_schema["properties"]
        assert [name for name in fields if not fields[name].get("description")] == []
        assert "projectId" in fields
        Draft202012Validator.check_schema(tool.input_schema)
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
        Draft202012Validator.check_schema(tool.output_schema)
    assert "post-prompt-inferences" in (instructions or "")


def test_an_agent_makes_a_model_and_has_prompts_written_for_it(server: Any) -> None:
    async def story(client: Client) -> dict[str, Any]:
        ids = []
        for number in range(5):
            uploaded = await done(
                client,
                "upload-asset",
                name=f"{number}.png",
                image=data_url(),
                description=f"inkfox, fox number {number} on a hill, flat ink on warm paper, a low "
                "sun behind bare birches, three colours, loose brush lines",
            )
            ids.append(uploaded["asset"]["id"])
        made = await done(
            client,
            "create-model",
            name="Ink fox",
            baseModelId="sdxl",
            trainingImages=[{"assetId": asset_id} for asset_id in ids],
        )
        model_id = made["model"]["id"]
        return await done(
            client,
            "post-prompt-inferences",
            mode="contextual",
            modelId=model_id,
            numResults=2,
            seed=3,
        )

    answer = ask(server, story)
    assert len(answer["prompts"]) == 2
    assert answer["mode"] == "contextual"
    assert all(prompt.startswith("inkfox") for prompt in answer["prompts"])


def test_an_error_says_where_and_what_to_do(server: Any) -> None:
    async def wrong(client: Client) -> list[dict[str, Any]]:
        return [
            await failed(client, "post-prompt-inferences", mode="inventive", numResults=9),
            await failed(client, "get-model", modelId="model_none"),
        ]

    invalid, unknown = ask(server, wrong)
    assert set(invalid) == {"reason", "name", "details", "trace_id", "message"}
    assert (invalid["name"], invalid["details"]["field"]) == ("InvalidRequestError", "numResults")
    assert "5" in invalid["reason"]
    assert unknown["name"] == "NotFoundError"
    assert "list-models" in unknown["hint"]


def test_what_fails_fits_the_schema_as_well(server: Any) -> None:
    """Some clients check the content of errors too, and would show that instead of the error."""

    async def wrong(client: Client) -> list[tuple[Any, Any]]:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        return [(schemas[name], await failed(client, name, nonsense=1)) for name in NAMES]

    for schema, body in ask(server, wrong):
        Draft202012Validator(schema).validate(body)
        assert body["name"] == "InvalidRequestError"


def test_an_agent_that_asks_is_told_how_far_the_writing_is(server: Any) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async def write(client: Client) -> types.CallToolResult:
        fields = {"mode": "completion", "prompt": "a fox,", "numResults": 5, "seed": 1}
        return await client.call_tool("post-prompt-inferences", fields, progress_callback=hear)

    assert len(body_of(ask(server, write))["prompts"]) == 5
    shares = [share for share, _, _ in told]
    assert shares
    assert shares == sorted(set(shares))
    assert all(0 < share < 1 for share in shares)
    assert {(total, message) for _, total, message in told} == {(1.0, "Writing")}


def test_an_unknown_tool_is_named(server: Any) -> None:
    async def fault(client: Client) -> MCPError:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("nothing", {})
        return caught.value

    error = ask(server, fault).error
    assert error.code == types.INVALID_PARAMS
    assert "no tool nothing; use post-prompt-inferences" in error.message


def test_a_fault_of_our_own_shows_no_trace(
    echo_loom: Sparkloom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(echo_loom.catalog.assets, "page", broken)
    body = ask(mcp_server(echo_loom), lambda client: failed(client, "list-assets"))
    assert body["name"] == "InternalError"
    assert "secret" not in str(body)
    assert body["trace_id"] in caplog.text
    assert "a secret" in caplog.text


def test_a_key_sees_its_own_project_only(serve: Serve, tmp_path: Path) -> None:
    keys = (SecretStr("ada:s3cret"), SecretStr("bob:hunter2"))
    settings = Settings(
        engine="echo",
        api_keys=keys,
        key_projects={"ada": "proj_art", "bob": "proj_box"},
        data_dir=tmp_path,
    )
    address = serve(Sparkloom(settings)) + "/mcp"
    fields = {"name": "a.png", "image": data_url()}
    asset = ask(address, lambda client: done(client, "upload-asset", **fields), "s3cret")["asset"]
    assert (asset["ownerId"], asset["authorId"]) == ("proj_art", "ada")

    async def pry(client: Client) -> list[dict[str, Any]]:
        return [
            await done(client, "list-assets"),
            await failed(client, "get-asset", assetId=asset["id"]),
            await failed(client, "list-assets", projectId="proj_art"),
        ]

    listed, unknown, forbidden = ask(address, pry, "hunter2")
    assert listed["assets"] == []
    assert unknown["name"] == "NotFoundError"
    assert (forbidden["name"], forbidden["details"]["field"]) == ("ForbiddenError", "projectId")


@pytest.mark.parametrize("kind", [str, Handshake])
def test_any_replica_answers_any_call_of_an_agent(
    serve: Serve, tmp_path: Path, kind: Callable[[str], str]
) -> None:
    """No call depends on the one before it: a balancer may send each to another server."""
    settings = Settings(engine="echo", data_dir=tmp_path)
    one, other = (serve(Sparkloom(settings)) + "/mcp" for _ in range(2))

    async def story(client: Client) -> list[str]:
        ids = []
        for number in range(4):
            made = await done(
                client, "upload-asset", name=f"{number}.png", image=data_url(), description="a fox"
            )
            ids.append(made["asset"]["id"])
            assert (await done(client, "get-asset", assetId=ids[-1]))["asset"]["id"] == ids[-1]
        await done(client, "post-prompt-inferences", mode="completion", prompt="a fox", seed=1)
        listed = await done(client, "list-assets")
        assert [asset["id"] for asset in listed["assets"]] == ids[::-1]
        return ids

    assert len(set(ask(kind(one), story, others=(other,)))) == 4


def test_nobody_comes_in_without_a_key(serve: Serve) -> None:
    loom = Sparkloom(Settings(engine="echo", api_keys=(SecretStr("ada:s3cret"),)))
    address = serve(loom) + "/mcp"
    for headers in (ACCEPT, {**ACCEPT, "authorization": "Bearer wrong"}):
        answer = httpx.post(address, json=PING, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["name"] == "UnauthorizedError"


def test_a_foreign_page_is_refused_without_keys(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(engine="echo"))) + "/mcp"
    for name, value in (
        ("host", "evil.example"),
        ("host", "127.0.0.1.evil.example"),
        ("origin", "http://evil.example"),
    ):
        headers = {**ACCEPT, name: value}
        assert httpx.post(address, json=PING, headers=headers).status_code == 403


def test_a_foreign_host_with_a_key_is_heard(serve: Serve) -> None:
    loom = Sparkloom(Settings(engine="echo", api_keys=(SecretStr("ada:s3cret"),)))
    headers = {**ACCEPT, "host": "loom.example", "authorization": "Bearer s3cret"}
    answer = httpx.post(serve(loom) + "/mcp", json=PING, headers=headers)
    assert '"jsonrpc":"2.0"' in answer.text
