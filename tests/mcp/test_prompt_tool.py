"""Writing prompts, and looking for names, as an agent does."""

from __future__ import annotations

from typing import Any

import pytest
from agent import ask, done, failed

from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOLS, mcp_server

TOOL = "post-prompt-inferences"


def call(loom: Sparkloom, tool: str = TOOL, /, **fields: Any) -> dict[str, Any]:
    return ask(mcp_server(loom), lambda client: done(client, tool, **fields))


def fault(loom: Sparkloom, tool: str = TOOL, /, **fields: Any) -> dict[str, Any]:
    return ask(mcp_server(loom), lambda client: failed(client, tool, **fields))


def test_the_tool_has_the_fields_of_the_request() -> None:
    schema = TOOLS[TOOL].shown().input_schema
    assert sorted(schema["properties"]) == [
        "assetIds",
        "dryRun",
        "engine",
        "ensureIPCleared",
        "image",
        "images",
        "length",
        "mode",
        "modelId",
        "numResults",
        "projectId",
        "prompt",
        "seed",
        "temperature",
        "topP",
    ]
    assert schema["required"] == ["mode"]


def test_a_call_returns_the_answer_and_keeps_its_job(echo_loom: Sparkloom) -> None:
    fields = {"mode": "completion", "prompt": "caf\u00e9 \u2603,", "numResults": 2, "seed": 4}
    body = call(echo_loom, **fields, projectId="p")
    assert body["prompts"] == echo_loom.prompt("caf\u00e9 \u2603,", num_results=2, seed=4,
                                               mode="completion").prompts  # fmt: skip
    assert body["job"]["status"] == "success"
    job = echo_loom.catalog.jobs.get("p", body["job"]["jobId"])
    assert job.metadata["input"] == {**fields, "ensureIPCleared": False}


@pytest.mark.parametrize("tier", ["true", "api"])
def test_a_dry_run_gives_the_price(echo_loom: Sparkloom, tier: str) -> None:
    assert set(call(echo_loom, mode="inventive", dryRun=tier)) == {
        "creativeUnitsCost",
        "creativeUnitsDiscount",
        "costDetails",
        "estimate",
    }


def test_null_is_left_out(echo_loom: Sparkloom) -> None:
    body = call(echo_loom, mode="inventive", prompt=None, modelId=None, dryRun=None, seed=1)
    assert body["mode"] == "inventive"


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
        ({"projectId": 7}, "InvalidRequestError", "projectId"),
        ({"colour": "red"}, "InvalidRequestError", "colour"),
        ({"mode": "contextual"}, "InvalidRequestError", "modelId"),
        ({"modelId": "model_none"}, "NotFoundError", None),
    ],
)
def test_an_error_names_the_field(
    echo_loom: Sparkloom, fields: dict[str, Any], name: str, field: str | None
) -> None:
    body = fault(echo_loom, **{"mode": "completion", **fields})
    assert (body["name"], body["details"].get("field")) == (name, field)


def test_names_are_found(echo_loom: Sparkloom) -> None:
    body = call(echo_loom, "check-names", prompts=["Mickey Mouse on a bench", "a fox"])
    (finding,) = body["ipDetection"]["findings"]
    assert (finding["text"], finding["foundIn"]) == ("Mickey Mouse", "prompts[0]")
    assert body["ipDetection"]["flagged"]


def test_nothing_to_look_through_is_an_error(echo_loom: Sparkloom) -> None:
    assert fault(echo_loom, "check-names")["details"]["field"] == "prompts"
