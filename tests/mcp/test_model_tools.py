"""Image models, as an agent finds them and makes them known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent import ask, done, failed

from conftest import picture
from sparkloom.catalog.models import ModelQuery
from sparkloom.catalog.profile import shelf
from sparkloom.loom import Sparkloom
from sparkloom.mcp import mcp_server
from sparkloom.settings import Settings

PROJECT = "proj_default"


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Sparkloom]:
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path)) as loom:
        yield loom


def call(loom: Sparkloom, tool: str, /, **fields: Any) -> dict[str, Any]:
    return ask(mcp_server(loom), lambda client: done(client, tool, **fields))


def fault(loom: Sparkloom, tool: str, /, **fields: Any) -> dict[str, Any]:
    return ask(mcp_server(loom), lambda client: failed(client, tool, **fields))


def asset(loom: Sparkloom, **known: Any) -> str:
    return loom.catalog.assets.add(PROJECT, picture(), "a.png", **known).id


def test_the_shelf_is_listed_in_short(loom: Sparkloom) -> None:
    models = call(loom, "list-models")["models"]
    assert [model["id"] for model in models] == list(shelf())
    sdxl = next(model for model in models if model["id"] == "sdxl")
    assert sdxl["form"] == shelf()["sdxl"].dialect.form
    assert "inputs" not in sdxl


def test_pages_of_models_go_on(loom: Sparkloom) -> None:
    first = call(loom, "list-models", pageSize=1)
    second = call(loom, "list-models", pageSize=500, paginationToken=first["nextPaginationToken"])
    assert [model["id"] for model in first["models"] + second["models"]] == list(shelf())


def test_the_projects_own_models_are_listed(loom: Sparkloom) -> None:
    assert call(loom, "list-models", privacy="private")["models"] == []
    made = call(loom, "create-model", name="Ink")["model"]
    (model,) = call(loom, "list-models", privacy="private")["models"]
    assert (model["id"], model["name"]) == (made["id"], "Ink")
    assert "form" not in model


def test_a_public_model_says_how_to_speak_to_it(loom: Sparkloom) -> None:
    body = call(loom, "get-model", modelId="sdxl")
    assert body["promptGuide"] == shelf()["sdxl"].prompt_guide
    assert body["model"]["dialect"]["form"] == shelf()["sdxl"].dialect.form
    assert (body["captions"], body["prompts"]) == ([], [])


def test_a_model_is_made_with_captions_examples_and_a_guide(loom: Sparkloom) -> None:
    described, bare = asset(loom, description="inkfox, a hill"), asset(loom)
    example = asset(loom, prompt="inkfox, a boat")
    body = call(
        loom,
        "create-model",
        name="Ink fox",
        baseModelId="sdxl",
        shortDescription="foxes in ink",
        promptGuide="Begin with inkfox.",
        trainingImages=[{"assetId": described}, {"assetId": bare, "caption": "inkfox, a fox"}],
        exampleAssetIds=[example],
    )
    model_id = body["model"]["id"]
    assert body == call(loom, "get-model", modelId=model_id)
    assert body["captions"] == ["inkfox, a hill", "inkfox, a fox"]
    assert body["prompts"] == ["inkfox, a boat"]
    assert body["promptGuide"] == "Begin with inkfox."
    assert body["model"]["baseModelId"] == "sdxl"
    assert loom.catalog.assets.get(PROJECT, bare).description == "inkfox, a fox"
    known = loom.catalog.models.knowledge(PROJECT, model_id)
    assert known.captions == ("inkfox, a hill", "inkfox, a fox")


@pytest.mark.parametrize(
    ("fields", "name", "field"),
    [
        ({}, "InvalidRequestError", "name"),
        ({"name": "x", "type": "sorcery"}, "InvalidRequestError", "type"),
        ({"name": "x", "baseModelId": "none"}, "NotFoundError", "baseModelId"),
        ({"name": "x", "exampleAssetIds": ["asset_none"]}, "NotFoundError", None),
        ({"name": "x", "trainingImages": [{"assetId": "asset_none"}]}, "NotFoundError", None),
        (
            {"name": "x", "trainingImages": [{"assetId": "a"}, {"assetId": "a"}]},
            "InvalidRequestError",
            "trainingImages",
        ),
        (
            {"name": "x", "trainingImages": [{"asset": "a"}]},
            "InvalidRequestError",
            "trainingImages[0][assetId]",
        ),
    ],
)
def test_a_faulty_model_is_not_half_made(
    loom: Sparkloom, fields: dict[str, Any], name: str, field: str | None
) -> None:
    body = fault(loom, "create-model", **fields)
    assert (body["name"], body["details"].get("field")) == (name, field)
    assert loom.catalog.models.page(PROJECT, ModelQuery()).items == []
