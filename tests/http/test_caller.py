"""A key belongs to a project, at every door that knows keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from conftest import Serve, data_url
from mcp import Client
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

ADA = {"authorization": "Bearer lovelace"}
BOB = {"authorization": "Bearer builder"}


@pytest.fixture(scope="module")
def address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    keys = (SecretStr("ada:lovelace"), SecretStr("bob:builder"), SecretStr("cyd:charisse"))
    projects = {"ada": "proj_art", "bob": "proj_zoo"}
    data = tmp_path_factory.mktemp("caller")
    return serve(
        Sparkloom(Settings(engine="echo", data_dir=data, api_keys=keys, key_projects=projects))
    )


def upload(address: str, headers: Mapping[str, str], **params: str) -> httpx.Response:
    body = {"name": "a.png", "image": data_url()}
    return httpx.post(f"{address}/v1/assets", json=body, headers=headers, params=params)


def test_what_a_key_makes_belongs_to_its_project(address: str) -> None:
    asset = upload(address, ADA).json()["asset"]
    assert (asset["ownerId"], asset["authorId"]) == ("proj_art", "ada")
    basic = httpx.get(asset["url"], auth=("ada", "lovelace"))
    assert basic.status_code == 200


def test_a_key_sees_nothing_of_another_project(address: str) -> None:
    asset = upload(address, ADA).json()["asset"]
    for path in (f"/v1/assets/{asset['id']}", f"/v1/assets/{asset['id']}/content"):
        assert httpx.get(address + path, headers=ADA).status_code == 200
        assert httpx.get(address + path, headers=BOB).status_code == 404
    assert httpx.get(f"{address}/v1/assets", headers=BOB).json() == {"assets": []}
    body = {"mode": "completion", "assetIds": [asset["id"]]}
    answer = httpx.post(f"{address}/v1/generate/prompt", json=body, headers=BOB)
    assert answer.status_code == 404


def test_a_key_that_no_project_is_named_for_belongs_to_the_default(address: str) -> None:
    asset = upload(address, {"authorization": "Bearer charisse"}).json()["asset"]
    assert asset["ownerId"] == "proj_default"


def test_naming_its_own_project_is_right_and_another_answers_403(address: str) -> None:
    assert upload(address, ADA, projectId="proj_art").status_code == 200
    answer = upload(address, ADA, projectId="proj_zoo")
    assert answer.status_code == 403
    assert answer.json()["name"] == "ForbiddenError"
    assert answer.json()["details"] == {"field": "projectId"}


def ask_agent(address: str, headers: dict[str, str], **arguments: Any) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            result = await client.call_tool("post-prompt-inferences", arguments)
            body = result.structured_content
            assert isinstance(body, dict)
            return body

    return anyio.run(ask)


def test_an_agent_asks_for_the_project_of_its_key(address: str) -> None:
    job = ask_agent(address, ADA, mode="completion", prompt="a fox")["job"]
    assert job["ownerId"] == "proj_art"
    assert httpx.get(f"{address}/v1/jobs/{job['jobId']}", headers=ADA).status_code == 200
    assert httpx.get(f"{address}/v1/jobs/{job['jobId']}", headers=BOB).status_code == 404
    refused = ask_agent(address, ADA, mode="completion", projectId="proj_zoo")
    assert refused["name"] == "ForbiddenError"
