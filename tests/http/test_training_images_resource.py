"""`/v1/models/{model_id}/training-images` with raw requests: what is refused."""

from __future__ import annotations

import httpx
import pytest
from raw import check_error, new_asset, new_model

from conftest import Serve, data_url
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def root(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("training-images")
    return serve(Sparkloom(Settings(engine="echo", data_dir=data))) + "/v1"


@pytest.fixture
def model(root: str) -> str:
    return new_model(root)


@pytest.fixture
def asset(root: str) -> str:
    return new_asset(root)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"assetId": "asset_1"}),
        ("POST", "", {"data": data_url(), "name": "a.png"}),
        ("PUT", "/asset_1", {"assetId": "asset_1"}),
        ("DELETE", "/asset_1", None),
    ],
)
def test_an_unknown_model_answers_404_and_keeps_nothing(
    root: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    before = httpx.get(f"{root}/assets").json()
    address = f"{root}/models/model_none/training-images{path}"
    check_error(httpx.request(method, address, json=body), 404)
    assert httpx.get(f"{root}/assets").json() == before


def test_adding_to_the_shelf_answers_403(root: str) -> None:
    body = {"data": data_url(), "name": "a.png"}
    check_error(httpx.post(f"{root}/models/sdxl/training-images", json=body), 403)


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
