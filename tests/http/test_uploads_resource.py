"""Uploads in parts over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from conftest import picture, serving
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

DATA = picture().data
FOX: dict[str, Any] = {
    "fileName": "fox.png",
    "contentType": "image/png",
    "fileSize": len(DATA),
    "kind": "image",
    "parts": 1,
}


@pytest.fixture
def http(stored: Settings) -> Iterator[httpx.Client]:
    with (
        serving(
            Sparkloom(stored.model_copy(update={"api_keys": (SecretStr("ada:s3cret"),)}))
        ) as address,
        httpx.Client(base_url=address, auth=("ada", "s3cret")) as client,
    ):
        yield client


def test_a_part_is_sent_with_its_address_and_no_key(http: httpx.Client) -> None:
    upload = http.post("/v1/uploads", json=FOX).raise_for_status().json()["upload"]
    (part,) = upload["parts"]
    assert "token" not in upload
    bare, _, _ = part["url"].partition("?")
    assert httpx.put(bare, content=DATA).status_code == 400
    assert httpx.put(f"{bare}?token=wrong", content=DATA).status_code == 404
    assert httpx.put(f"{bare}?token=ключ", content=DATA).status_code == 400
    assert httpx.get(part["url"]).status_code == 401
    assert httpx.put(part["url"], content=DATA).status_code == 200
    done = http.post(f"/v1/uploads/{upload['id']}/action", json={"action": "complete"}).json()
    assert done["upload"]["status"] == "imported"
    assert httpx.post(f"{http.base_url}/v1/uploads", json=FOX).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fileSize": 50_000_001}, "fileSize"),
        ({"parts": 51}, "parts"),
        ({"kind": "video"}, "kind"),
        ({"fileName": ""}, "fileName"),
        ({"url": "http://127.0.0.1/fox.png"}, "url"),
        ({"huggingFaceModelName": "fox"}, "huggingFaceModelName"),
        ({"assetOptions": {"hide": True}}, "assetOptions[hide]"),
    ],
)
def test_a_faulty_upload_is_refused(
    http: httpx.Client, changes: dict[str, Any], field: str
) -> None:
    answer = http.post("/v1/uploads", json=FOX | changes)
    assert answer.status_code == 400
    assert answer.json()["details"]["field"] == field


def test_a_dry_run_announces_nothing(http: httpx.Client) -> None:
    answer = http.post("/v1/uploads?dryRun=true", json=FOX)
    assert (answer.status_code, answer.json()["creativeUnitsCost"]) == (269, 0)
