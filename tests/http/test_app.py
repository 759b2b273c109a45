"""The application as a whole: its document, and many clients at a time."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from conftest import Serve
from sparkloom.http.app import make_app
from sparkloom.loom import Sparkloom
from sparkloom.request import MODES
from sparkloom.settings import PROJECT_ID, Settings


@pytest.fixture
def operation(echo_loom: Sparkloom) -> dict[str, Any]:
    found: dict[str, Any] = make_app(echo_loom).openapi()["paths"]["/v1/generate/prompt"]["post"]
    return found


def test_the_document_lists_the_body(operation: dict[str, Any]) -> None:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert operation["requestBody"]["required"] is True
    assert schema["properties"]["mode"]["enum"] == list(MODES)
    assert (
        schema["properties"]["numResults"] | {"minimum": 1, "maximum": 5}
        == (schema["properties"]["numResults"])
    )
    assert {"assetIds", "ensureIPCleared", "modelId", "topP"} <= set(schema["properties"])


def test_the_document_lists_every_answer(operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])
    assert {"200", "269", "400", "401", "404", "413", "500", "503"} <= statuses
    content = operation["responses"]["269"]["content"]["application/json"]
    assert content["schema"]["$ref"].endswith("/DryRunResponse")


def test_the_document_promises_no_422(operation: dict[str, Any]) -> None:
    assert "422" not in operation["responses"]


def test_the_document_says_where_a_key_is_needed(tmp_path: Path) -> None:
    keys = (SecretStr("ada:lovelace"),)
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path, api_keys=keys)) as loom:
        document = make_app(loom).openapi()
    assert document["security"] == [{"basic": []}, {"bearer": []}]
    assert set(document["components"]["securitySchemes"]) == {"basic", "bearer"}
    found = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") == []
    }
    assert found == {("get", "/health"), ("put", "/v1/uploads/{upload_id}/parts/{number}")}


def test_the_document_of_an_open_service_speaks_of_no_key(echo_loom: Sparkloom) -> None:
    assert "security" not in make_app(echo_loom).openapi()


def test_the_document_refers_to_nothing_that_it_lacks(echo_loom: Sparkloom) -> None:
    document = make_app(echo_loom).openapi()
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert references
    for reference in references:
        found = document
        for name in reference.split("/"):
            found = found[name]


def test_the_document_declares_every_parameter_of_a_path(echo_loom: Sparkloom) -> None:
    for path, operations in make_app(echo_loom).openapi()["paths"].items():
        for operation in operations.values():
            told = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path))


def test_the_document_says_what_a_project_and_a_time_look_like(echo_loom: Sparkloom) -> None:
    listing = make_app(echo_loom).openapi()["paths"]["/v1/jobs"]["get"]["parameters"]
    schemas = {
        one["name"]: one["schema"]["anyOf"][0] for one in listing if "anyOf" in one["schema"]
    }
    assert schemas["projectId"]["pattern"] == PROJECT_ID
    assert schemas["createdAfter"]["format"] == "date-time"


def test_the_document_says_that_no_address_is_taken(echo_loom: Sparkloom) -> None:
    upload = make_app(echo_loom).openapi()["paths"]["/v1/uploads"]["post"]["requestBody"]
    assert upload["content"]["application/json"]["schema"]["properties"]["url"]["type"] == "null"


def test_the_document_says_that_a_tag_has_no_comma(echo_loom: Sparkloom) -> None:
    document = make_app(echo_loom).openapi()
    asked = document["paths"]["/v1/assets/{asset_id}/tags"]["put"]["requestBody"]
    changes = asked["content"]["application/json"]["schema"]["properties"]
    for name in ("add", "delete"):
        assert changes[name]["items"]["pattern"] == "^[^,]+$"
        assert changes[name]["items"]["maxLength"] == 200


def test_ten_clients_at_a_time_get_the_answers_they_get_alone(serve: Serve) -> None:
    address = serve(Sparkloom(Settings(threads=1)))
    modes = ("completion", "inventive", "structured")

    def ask(seed: int) -> list[str]:
        body = {"mode": modes[seed % 3], "prompt": "a lighthouse", "seed": seed}
        answer = httpx.post(address + "/v1/generate/prompt", json=body, timeout=300)
        prompts: list[str] = answer.raise_for_status().json()["prompts"]
        return prompts

    alone = [ask(seed) for seed in range(10)]
    with ThreadPoolExecutor(max_workers=10) as clients:
        assert list(clients.map(ask, range(10))) == alone
    assert len({prompt for prompts in alone for prompt in prompts}) >= 7
