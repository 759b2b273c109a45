"""`/v1/assets` with raw requests: what is refused, and what a file is served as."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from conftest import Serve, data_url, picture
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

KEYS = {"reason", "name", "details", "trace_id", "message"}
NOBODY = "asset_none"


@pytest.fixture(scope="module")
def address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("assets")
    return serve(Sparkloom(Settings(engine="echo", data_dir=data))) + "/v1/assets"


@pytest.fixture
def asset(address: str) -> dict[str, Any]:
    answer = httpx.post(address, json={"name": "fox.png", "image": data_url()})
    found: dict[str, Any] = answer.raise_for_status().json()["asset"]
    return found


def check_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == KEYS
    assert body["details"].get("field") == field


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def noise(side: int) -> bytes:
    """A real picture that no format makes smaller."""
    file = io.BytesIO()
    Image.effect_noise((side, side), 100).save(file, "PNG")
    return file.getvalue()


BAD_UPLOADS: list[tuple[dict[str, object], str]] = [
    ({}, "name"),
    ({"name": "fox.png"}, "image"),
    ({"image": data_url()}, "name"),
    ({"name": "", "image": data_url()}, "name"),
    ({"name": "a\x00b", "image": data_url()}, "name"),
    ({"name": "fox.png", "image": None}, "image"),
    ({"name": "fox.png", "image": 3}, "image"),
    ({"name": "fox.png", "image": ""}, "image"),
    ({"name": "fox.png", "image": "!!!"}, "image"),
    ({"name": "fox.png", "image": "/etc/passwd"}, "image"),
    ({"name": "fox.png", "image": "https://example.com/fox.png"}, "image"),
    ({"name": "fox.png", "image": "data:image/png;base64,AAAA"}, "image"),
    ({"name": "fox.svg", "image": encoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "image"),
    ({"name": "fox.html", "image": encoded(b"<html><script>alert(1)</script>")}, "image"),
    ({"name": "fox.png", "image": encoded(picture(size=(99, 99)).data[:-40])}, "image"),
    ({"name": "fox.png", "image": data_url(), "canvas": "{}"}, "canvas"),
    ({"name": "fox.png", "image": data_url(), "description": "x" * 10_001}, "description"),
]


@pytest.mark.parametrize(("body", "field"), BAD_UPLOADS, ids=range(len(BAD_UPLOADS)))
def test_a_bad_upload_answers_400_and_names_the_field(
    address: str, body: dict[str, object], field: str
) -> None:
    check_error(httpx.post(address, json=body), 400, field)


def test_a_picture_of_more_than_6_mb_answers_400(address: str) -> None:
    large = noise(2600)
    assert len(large) > 6_000_000
    answer = httpx.post(address, json={"name": "noise.png", "image": encoded(large)})
    check_error(answer, 400, "image")
    assert "6 MB" in answer.json()["reason"]


def test_the_type_is_read_from_the_bytes(address: str) -> None:
    lie = "data:text/html;base64," + encoded(picture(name="GIF").data)
    asset = httpx.post(address, json={"name": "fox.html", "image": lie}).json()["asset"]
    assert asset["mimeType"] == "image/gif"
    served = httpx.get(asset["url"])
    assert served.headers["content-type"] == "image/gif"
    assert served.headers["x-content-type-options"] == "nosniff"


def test_the_bytes_are_served_as_they_came(address: str, asset: dict[str, Any]) -> None:
    served = httpx.get(f"{address}/{asset['id']}/content")
    assert served.content == picture().data
    assert asset["url"] == str(served.request.url)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/{NOBODY}", None),
        ("GET", f"/{NOBODY}/content", None),
        ("PUT", f"/{NOBODY}", {"name": "x"}),
        ("PUT", f"/{NOBODY}/tags", {"add": ["x"]}),
        ("DELETE", "", {"assetIds": [NOBODY]}),
        ("POST", "", {"name": "x", "image": data_url(), "parentId": NOBODY}),
    ],
)
def test_an_unknown_asset_answers_404(
    address: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, address + path, json=body), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("asset_id", ["a%00b", "a%20b", "x" * 201, "%ff"])
def test_what_is_no_id_never_reaches_the_database(address: str, method: str, asset_id: str) -> None:
    answer = httpx.request(method, f"{address}/{asset_id}", json={"name": "x"})
    assert answer.status_code in (400, 405)
    assert set(answer.json()) == KEYS


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"description": 3}, "description"),
        ({"lockId": "x"}, "lockId"),
        ([], "body"),
    ],
)
def test_a_bad_update_answers_400(
    address: str, asset: dict[str, Any], body: object, field: str
) -> None:
    check_error(httpx.put(f"{address}/{asset['id']}", json=body), 400, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"add": "red"}, "add"),
        ({"add": [""]}, "add[0]"),
        ({"add": ["a,b"]}, "add[0]"),
        ({"delete": ["x"], "strict": True}, "delete"),
        ({"strict": "yes"}, "strict"),
    ],
)
def test_a_bad_change_of_tags_answers_400(
    address: str, asset: dict[str, Any], body: dict[str, object], field: str
) -> None:
    check_error(httpx.put(f"{address}/{asset['id']}/tags", json=body), 400, field)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"pageSize": 0}, "pageSize"),
        ({"pageSize": 101}, "pageSize"),
        ({"paginationToken": "nonsense"}, "paginationToken"),
        ({"paginationToken": "\x00"}, "paginationToken"),
        ({"sortBy": "name"}, "sortBy"),
        ({"createdAfter": "yesterday"}, "createdAfter"),
        ({"createdAfter": "0001-01-01T00:00:00+20:00"}, "createdAfter"),
        ({"type": "uploaded", "types": "uploaded"}, "types"),
        ({"tags": "a\x00b"}, "tags"),
        ({"collectionId": "c"}, "collectionId"),
        ({"projectId": "a b"}, "projectId"),
    ],
)
def test_a_bad_query_answers_400(address: str, query: dict[str, str], field: str) -> None:
    check_error(httpx.get(address, params=query), 400, field)


@pytest.mark.parametrize("count", [0, 201])
def test_a_bulk_of_none_or_too_many_answers_400(address: str, count: int) -> None:
    body = {"assetIds": [f"asset_{number}" for number in range(count)]}
    check_error(httpx.post(f"{address}/get-bulk", json=body), 400, "assetIds")


def test_projects_do_not_see_each_other_without_keys(address: str) -> None:
    body = {"name": "fox.png", "image": data_url()}
    asset = httpx.post(address, params={"projectId": "one"}, json=body).json()["asset"]
    assert asset["ownerId"] == "one"
    assert httpx.get(asset["url"]).content == picture().data
    path = f"{address}/{asset['id']}"
    assert httpx.get(path, params={"projectId": "one"}).status_code == 200
    for params in ({}, {"projectId": "two"}):
        check_error(httpx.get(path, params=params), 404)
        check_error(httpx.get(f"{path}/content", params=params), 404)
    assert httpx.get(address, params={"projectId": "two"}).json() == {"assets": []}
