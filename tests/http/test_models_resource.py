"""`/v1/models` with raw requests: what is refused."""

from __future__ import annotations

import httpx
import pytest
from raw import check_error, new_asset, new_model, post

from conftest import Serve, data_url
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def root(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("models")
    return serve(Sparkloom(Settings(engine="echo", data_dir=data))) + "/v1"


@pytest.fixture
def model(root: str) -> str:
    return new_model(root)


@pytest.fixture
def asset(root: str) -> str:
    return new_asset(root)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"type": ""}, "type"),
        ({"type": "sdxl-lora"}, "type"),
        ({"concepts": []}, "concepts"),
        ({"shortDescription": 3}, "shortDescription"),
        (None, "body"),
    ],
)
def test_a_bad_model_answers_400(root: str, body: object, field: str) -> None:
    check_error(httpx.post(f"{root}/models", json=body), 400, field)


def test_an_unknown_base_model_answers_404(root: str, model: str) -> None:
    body = {"baseModelId": "sdxxl"}
    check_error(httpx.post(f"{root}/models", json=body), 404, "baseModelId")
    check_error(httpx.put(model, json=body), 404, "baseModelId")


def test_a_base_model_gives_inputs_and_dialect(root: str) -> None:
    model = post(root, "/models", {"baseModelId": "pony"})["model"]
    assert model["baseModelId"] == "pony"
    assert model["dialect"]["opening"].startswith("score_9")
    assert {field["name"] for field in model["inputs"]} >= {"prompt", "negativePrompt"}


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)]
)
def test_an_unknown_model_answers_404(
    root: str, method: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, f"{root}/models/model_none", json=body), 404)


@pytest.mark.parametrize(("method", "body"), [("PUT", {"name": "x"}), ("DELETE", None)])
def test_changing_the_shelf_answers_403(
    root: str, method: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, f"{root}/models/sdxl", json=body), 403)


def test_a_thumbnail_is_set_and_unset(model: str, asset: str) -> None:
    shown = httpx.put(model, json={"thumbnail": asset}).json()["model"]["thumbnail"]
    assert shown["assetId"] == asset
    assert httpx.get(shown["url"]).status_code == 200
    assert "thumbnail" not in httpx.put(model, json={"thumbnail": None}).json()["model"]
    check_error(httpx.put(model, json={"thumbnail": "asset_none"}), 404)


def test_the_status_cannot_be_changed(model: str) -> None:
    check_error(httpx.put(model, json={"status": "trained"}), 400, "status")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"pageSize": 501}, "pageSize"),
        ({"privacy": "secret"}, "privacy"),
        ({"status": "deleted"}, "status"),
        ({"type": "custom", "types": "custom"}, "types"),
    ],
)
def test_a_bad_query_answers_400(root: str, query: dict[str, str], field: str) -> None:
    check_error(httpx.get(f"{root}/models", params=query), 400, field)


def test_bulk_shows_three_training_images_or_all(root: str, model: str) -> None:
    for number in range(4):
        body = {"data": data_url(), "name": f"{number}.png"}
        httpx.post(f"{model}/training-images", json=body).raise_for_status()
    asked: dict[str, object] = {"modelIds": [model.rpartition("/")[2]]}
    for extra, count in (({}, 3), ({"allTrainingImages": True}, 4)):
        (found,) = post(root, "/models/get-bulk", asked | extra)["models"]
        assert len(found["trainingImages"]) == count
        assert found["trainingImagesNumber"] == 4
