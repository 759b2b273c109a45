"""`POST /v1/generate/ip-detection`, with the official client in strict mode and with raw bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from scenario_sdk import APIStatusError, Scenario

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.request import MAX_DETECTION_CHARACTERS
from sparkloom.settings import Settings

PATH = "/v1/generate/ip-detection"


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo", blocked_names=("Zorbo",))))


@pytest.fixture
def client(address: str) -> Iterator[Scenario]:
    with Scenario(
        base_url=f"{address}/v1",
        api_key="key",
        api_secret="secret",
        _strict_response_validation=True,
    ) as client:
        yield client


def test_names_in_prompts_are_flagged(client: Scenario) -> None:
    answer = client.generate.ip_detection(prompts=["a red barn", "Batman meets Zorbo"])
    verdict = answer.ip_detection
    assert (verdict.action, verdict.flagged, verdict.evaluated_filters) == ("flagged", True, 5)
    assert verdict.creative_units_charged == verdict.analyzed_images_count == 0
    assert [(one.category, one.entities) for one in verdict.findings] == [
        ("fictional-character", ["batman"]),
        ("custom", ["zorbo"]),
    ]
    assert all(one.flagged and 0 <= one.confidence <= 1 for one in verdict.findings)
    assert answer.skipped_asset_ids == []


def test_the_place_of_a_name_is_told(address: str) -> None:
    body = httpx.post(f"{address}{PATH}", json={"prompts": ["fog", "old Batman"]}).json()
    (finding,) = body["ipDetection"]["findings"]
    assert (finding["foundIn"], finding["start"], finding["end"]) == ("prompts[1]", 4, 10)
    assert (finding["text"], "replacement" in finding) == ("Batman", False)


def test_prompts_without_names_are_allowed(client: Scenario) -> None:
    verdict = client.generate.ip_detection(prompts=["a red barn by Monet"]).ip_detection
    assert (verdict.action, verdict.flagged, verdict.findings) == ("allowed", False, [])


def test_a_dry_run_costs_nothing(address: str) -> None:
    answer = httpx.post(f"{address}{PATH}?dryRun=true", json={"prompts": ["Batman"]})
    assert answer.status_code == 269
    assert answer.json() == {
        "creativeUnitsCost": 0.0, "creativeUnitsDiscount": 0.0, "costDetails": {},
    }  # fmt: skip


def test_an_unknown_asset_answers_404(client: Scenario) -> None:
    with pytest.raises(APIStatusError) as caught:
        client.generate.ip_detection(asset_ids=["asset_none"])
    assert caught.value.response.status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompts"),
        ({"prompts": []}, "prompts"),
        ({"prompts": [], "assetIds": []}, "prompts"),
        ({"prompts": "Batman"}, "prompts"),
        ({"prompts": [1]}, "prompts[0]"),
        ({"prompts": ["a" * MAX_DETECTION_CHARACTERS, "b"]}, "prompts"),
        ({"assetIds": [""]}, "assetIds[0]"),
        ({"prompt": "Batman"}, "prompt"),
        ([], "body"),
    ],
)
def test_a_wrong_body_answers_400(address: str, body: Any, field: str) -> None:
    answer = httpx.post(f"{address}{PATH}", json=body)
    assert answer.status_code == 400
    assert answer.json()["details"]["field"] == field


def test_the_longest_text_is_searched(client: Scenario) -> None:
    text = "a red barn, " * (MAX_DETECTION_CHARACTERS // 12 - 1) + "Batman"
    (finding,) = client.generate.ip_detection(prompts=[text]).ip_detection.findings
    assert finding.entities == ["batman"]
