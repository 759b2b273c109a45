"""`/v1/models` with raw requests: what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Serve, data_url
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def root(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("models")
    return serve(Sparkloom(Settings(engine="echo", data_dir=data))) + "/v1"


@pytest.fixture
def model(root: str) -> str:
    return f"{root}/models/{post(root, '/models', {})['model']['id']}"


@pytest.fixture
def asset(root: str) -> str:
    asset_id: str = post(root, "/assets", {"name": "a.png", "image": data_url()})["asset"]["id"]
    return asset_id


def post(root: str, path: str, body: dict[str, object]) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(root + path, json=body).raise_for_status().json()
    return answer


def check_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"reason", "name", "details", "trace_id", "message"}
    assert body["details"].get("field") == field


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
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/training-images", {"assetId": "asset_1"}),
        ("POST", "/training-images", {"data": data_url(), "name": "a.png"}),
        ("PUT", "/training-images/asset_1", {"assetId": "asset_1"}),
        ("DELETE", "/training-images/asset_1", None),
        ("GET", "/examples", None),
        ("PUT", "/examples", {"assetIds": []}),
        ("GET", "/prompt-guide", None),
        ("PUT", "/prompt-guide", {"promptGuide": "x"}),
        ("GET", "/description", None),
        ("PUT", "/description", {"description": "x"}),
        ("GET", "/scores/prompt?prompt=x", None),
    ],
)
def test_an_unknown_model_answers_404_and_keeps_nothing(
    root: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    before = httpx.get(f"{root}/assets").json()
    check_error(httpx.request(method, f"{root}/models/model_none{path}", json=body), 404)
    assert httpx.get(f"{root}/assets").json() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/training-images", {"data": data_url(), "name": "a.png"}),
        ("PUT", "/examples", {"assetIds": []}),
        ("PUT", "/prompt-guide", {"promptGuide": "x"}),
    ],
)
def test_changing_the_shelf_answers_403(
    root: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, f"{root}/models/sdxl{path}", json=body), 403)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "assetId"),
        ({"assetId": "a", "assetIds": ["b"]}, "assetId"),
        ({"assetIds": ["b"], "data": data_url(), "name": "x"}, "assetId"),
        ({"assetIds": []}, "assetIds"),
        ({"assetIds": [f"asset_{number}" for number in range(11)]}, "assetIds"),
        ({"assetIds": ["a", "b"], "description": "x"}, "description"),
        ({"data": data_url()}, "name"),
        ({"data": "nonsense", "name": "x"}, "data"),
        ({"assetId": "a", "preset": "landscape"}, "preset"),
    ],
)
def test_a_bad_training_image_answers_400(model: str, body: dict[str, object], field: str) -> None:
    check_error(httpx.post(f"{model}/training-images", json=body), 400, field)


def test_an_asset_is_taken_and_data_beside_it_ignored(model: str, asset: str) -> None:
    body = {"assetId": asset, "data": "nonsense", "description": "tok, a fox"}
    answer = httpx.post(f"{model}/training-images", json=body).json()
    assert answer["trainingImage"]["id"] == asset
    assert answer["trainingImage"]["description"] == "tok, a fox"
    assert answer["trainingImages"] == [answer["trainingImage"]]
    check_error(httpx.post(f"{model}/training-images", json=body), 400)


def test_one_training_image_is_replaced_by_one(model: str, asset: str) -> None:
    httpx.post(f"{model}/training-images", json={"assetId": asset}).raise_for_status()
    path = f"{model}/training-images/{asset}"
    check_error(httpx.put(path, json={"assetIds": ["a", "b"]}), 400, "assetIds")
    check_error(httpx.put(path, json={"assetIds": ["asset_none"]}), 404)
    check_error(httpx.put(f"{path}x", json={"assetId": asset}), 404)


def test_a_thumbnail_is_set_and_unset(model: str, asset: str) -> None:
    shown = httpx.put(model, json={"thumbnail": asset}).json()["model"]["thumbnail"]
    assert shown["assetId"] == asset
    assert httpx.get(shown["url"]).status_code == 200
    assert "thumbnail" not in httpx.put(model, json={"thumbnail": None}).json()["model"]
    check_error(httpx.put(model, json={"thumbnail": "asset_none"}), 404)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/examples", {}, "assetIds"),
        ("/examples", {"assetIds": [str(number) for number in range(151)]}, "assetIds"),
        ("/prompt-guide", {}, "promptGuide"),
        ("/prompt-guide", {"promptGuide": "x" * 100_001}, "promptGuide"),
        ("/prompt-guide", {"promptGuide": "a\x00"}, "promptGuide"),
        ("/description", {"description": 3}, "description"),
        ("", {"status": "trained"}, "status"),
    ],
)
def test_a_bad_change_answers_400(
    model: str, path: str, body: dict[str, object], field: str
) -> None:
    check_error(httpx.put(model + path, json=body), 400, field)


@pytest.mark.parametrize(("path", "name"), [("/prompt-guide", "promptGuide"),
                                            ("/description", "description")])  # fmt: skip
def test_null_takes_a_text_away(model: str, path: str, name: str) -> None:
    httpx.put(model + path, json={name: "# Text"}).raise_for_status()
    assert httpx.get(model + path).json()[name]["value"] == "# Text"
    httpx.put(model + path, json={name: None}).raise_for_status()
    assert httpx.get(model + path).json()[name]["value"] == ""


@pytest.mark.parametrize("query", [{}, {"prompt": ""}, {"prompt": "x" * 10_001}])
def test_a_score_needs_a_prompt(model: str, query: dict[str, str]) -> None:
    check_error(httpx.get(f"{model}/scores/prompt", params=query), 400, "prompt")


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
