"""Pictures, as an agent keeps them and looks at them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from agent import ask, body_of, done, failed

from conftest import data_url, picture
from mcp import Client
from sparkloom.loom import Sparkloom
from sparkloom.mcp import mcp_server
from sparkloom.settings import Settings


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Sparkloom]:
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path)) as loom:
        yield loom


def call(loom: Sparkloom, tool: str, /, **fields: Any) -> dict[str, Any]:
    return ask(mcp_server(loom), lambda client: done(client, tool, **fields))


def upload(loom: Sparkloom, name: str = "a.png", **fields: Any) -> str:
    body = call(loom, "upload-asset", name=name, image=data_url(), **fields)
    asset_id: str = body["asset"]["id"]
    return asset_id


@pytest.mark.parametrize("prefix", ["data:image/png;base64,", ""])
def test_a_picture_is_kept_with_what_is_known_of_it(loom: Sparkloom, prefix: str) -> None:
    image = prefix + base64.b64encode(picture().data).decode()
    known = {"description": "a teal square", "prompt": "teal"}
    asset = call(loom, "upload-asset", name="a.png", image=image, **known)["asset"]
    kept = loom.catalog.assets.get("proj_default", asset["id"])
    assert asset == kept.wire()
    assert (kept.description, kept.metadata.prompt) == ("a teal square", "teal")
    assert (kept.properties.width, kept.properties.height) == (8, 6)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("/etc/passwd", "base64"),
        ("https://example.org/a.png", "base64"),
        ("data:image/png,plain", "data:image/png;base64"),
        (base64.b64encode(b"no picture").decode(), "PNG, JPEG"),
    ],
)
def test_what_is_no_picture_is_refused(loom: Sparkloom, image: str, says: str) -> None:
    body = ask(
        mcp_server(loom), lambda client: failed(client, "upload-asset", name="a", image=image)
    )
    assert (body["name"], body["details"]["field"]) == ("InvalidRequestError", "image")
    assert says in body["reason"]


def test_pictures_are_listed_a_page_at_a_time(loom: Sparkloom) -> None:
    ids = [upload(loom, f"{number}.png") for number in range(3)]
    loom.catalog.assets.tag("proj_default", ids[0], ["ink"])
    first = call(loom, "list-assets", pageSize=2)
    second = call(loom, "list-assets", pageSize=2, paginationToken=first["nextPaginationToken"])
    assert "nextPaginationToken" not in second
    listed = [asset["id"] for page in (first, second) for asset in page["assets"]]
    assert sorted(listed) == sorted(ids)
    assert [asset["id"] for asset in call(loom, "list-assets", tags="ink")["assets"]] == [ids[0]]


def test_an_agent_may_look_at_a_picture(loom: Sparkloom) -> None:
    asset_id = upload(loom)

    async def look(client: Client) -> list[types.CallToolResult]:
        return [
            await client.call_tool("get-asset", {"assetId": asset_id}),
            await client.call_tool("get-asset", {"assetId": asset_id, "picture": True}),
        ]

    told, shown = ask(mcp_server(loom), look)
    assert body_of(told) == body_of(shown)
    assert len(told.content) == 1
    image = shown.content[1]
    assert isinstance(image, types.ImageContent)
    assert image.mime_type == "image/png"
    assert base64.b64decode(image.data) == picture().data


def test_a_picture_is_described(loom: Sparkloom) -> None:
    asset_id = upload(loom, prompt="teal")
    fields = {"assetId": asset_id, "description": "a square"}
    asset = call(loom, "update-asset", **fields)["asset"]
    assert (asset["description"], asset["metadata"]["prompt"]) == ("a square", "teal")
    assert asset == loom.catalog.assets.get("proj_default", asset_id).wire()
