"""What the wire has and this service does not."""

from __future__ import annotations

import httpx
import pytest

from conftest import Serve
from sparkloom.http.not_offered import NOT_OFFERED
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo")))


@pytest.mark.parametrize(("method", "path"), NOT_OFFERED)
def test_what_is_not_offered_says_why(address: str, method: str, path: str) -> None:
    url = address + "/v1" + path.format(model_id="sdxl", team_id="team_1")
    answer = httpx.request(method, url)
    assert answer.status_code == 400
    assert answer.json()["name"] == "NotOfferedError"
    assert answer.json()["reason"] == NOT_OFFERED[method, path]
    if "{model_id}" in path:
        assert httpx.request(method, url.replace("sdxl", "model_none")).status_code == 404


def test_assets_have_no_embeddings(address: str) -> None:
    for flag in ("withEmbedding", "withQualityGateDetails"):
        url = f"{address}/v1/assets/asset_none?{flag}="
        assert httpx.get(f"{url}true").json()["name"] == "NotOfferedError"
        assert httpx.get(f"{url}false").status_code == 404
