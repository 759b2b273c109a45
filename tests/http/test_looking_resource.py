"""Captions and styles over HTTP, with the official client in strict mode."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenario_sdk import BadRequestError, Scenario

from conftest import data_url, serving
from eyes import Naming
from sparkloom.http.prompts import DRY_RUN_STATUS
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    folder: Path = tmp_path_factory.mktemp("looking")
    eyes = Naming(subject="a cat", medium="photograph", sentence="Photograph of a cat.")
    loom = Sparkloom(Settings(engine="echo", data_dir=folder), eyes=eyes)
    with (
        serving(loom) as address,
        Scenario(
            base_url=f"{address}/v1",
            api_key="key",
            api_secret="secret",
            _strict_response_validation=True,
        ) as client,
    ):
        yield client


def test_the_official_client_has_captions(client: Scenario) -> None:
    answer = client.generate.caption(images=[data_url()], details_level="action")
    assert answer.captions == ["a cat"]
    assert client.jobs.retrieve(answer.job.job_id).job.job_type == "caption"


def test_the_official_client_has_styles(client: Scenario) -> None:
    answer = client.generate.describe_style(images=[data_url()])
    assert (answer.description, answer.synthesis) == ("The style is: photograph.", "photograph")


def test_a_dry_run_tells_the_price_and_looks_at_nothing(client: Scenario) -> None:
    raw = client.generate.with_raw_response
    answer = raw.caption(images=[data_url()], dry_run="true")
    assert answer.status_code == DRY_RUN_STATUS
    assert answer.json() == {
        "creativeUnitsCost": 0.0, "creativeUnitsDiscount": 0.0, "costDetails": {}
    }  # fmt: skip


def test_a_faulty_request_names_the_field(client: Scenario) -> None:
    with pytest.raises(BadRequestError, match="images"):
        client.generate.caption(images=["../secret.png"])
    with pytest.raises(BadRequestError, match="images"):
        client.generate.describe_style()
