"""What is known of a model, with raw requests: what is refused."""

from __future__ import annotations

import httpx
import pytest
from raw import check_error, new_model

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def root(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("knowledge")
    return serve(Sparkloom(Settings(engine="echo", data_dir=data))) + "/v1"


@pytest.fixture
def model(root: str) -> str:
    return new_model(root)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/examples", None),
        ("PUT", "/examples", {"assetIds": []}),
        ("GET", "/prompt-guide", None),
        ("PUT", "/prompt-guide", {"promptGuide": "x"}),
        ("GET", "/description", None),
        ("PUT", "/description", {"description": "x"}),
        ("GET", "/scores/prompt?prompt=x", None),
    ],
)
def test_an_unknown_model_answers_404(
    root: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, f"{root}/models/model_none{path}", json=body), 404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/examples", {"assetIds": []}),
        ("PUT", "/prompt-guide", {"promptGuide": "x"}),
    ],
)
def test_changing_the_shelf_answers_403(
    root: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    check_error(httpx.request(method, f"{root}/models/sdxl{path}", json=body), 403)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/examples", {}, "assetIds"),
        ("/examples", {"assetIds": [str(number) for number in range(151)]}, "assetIds"),
        ("/prompt-guide", {}, "promptGuide"),
        ("/prompt-guide", {"promptGuide": "x" * 100_001}, "promptGuide"),
        ("/prompt-guide", {"promptGuide": "a\x00"}, "promptGuide"),
        ("/description", {"description": 3}, "description"),
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
