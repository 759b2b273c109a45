"""Names in assets: in what people say of them, what eyes see, and what is written in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import picture
from eyes import Naming
from sparkloom import detection
from sparkloom.errors import EngineError, InvalidRequestError, NotFoundError, UnavailableError
from sparkloom.loom import Sparkloom
from sparkloom.request import IPDetectionRequest
from sparkloom.response import IPDetectionResponse
from sparkloom.settings import Settings
from sparkloom.vision import text

Look = Callable[..., Sparkloom]


@pytest.fixture
def looking(tmp_path: Path) -> Iterator[Look]:
    """Makes a loom whose eyes see what they are told to."""
    looms: list[Sparkloom] = []

    def make(**eyes: Any) -> Sparkloom:
        looms.append(Sparkloom(Settings(engine="echo", data_dir=tmp_path), eyes=Naming(**eyes)))
        return looms[-1]

    yield make
    for loom in looms:
        loom.close()


def asset(loom: Sparkloom, description: str | None = None) -> str:
    project = loom.settings.project
    return loom.catalog.assets.add(project, picture(), "a.png", description=description).id


def detect(loom: Sparkloom, *assets: str, prompts: list[str] | None = None) -> IPDetectionResponse:
    return loom.detect(IPDetectionRequest.parse({"prompts": prompts, "assetIds": list(assets)}))


def where(answer: IPDetectionResponse) -> dict[str, tuple[str, int | None]]:
    return {one.found_in: (one.text, one.start) for one in answer.ip_detection.findings}


def test_every_finding_says_where_it_was_found(looking: Look) -> None:
    loom = looking(
        subject="Darth Vader", sentence="A tall figure.", text="DRINK COCA-COLA", engine="model x"
    )
    known = asset(loom, "a statue of Batman")
    answer = detect(loom, known, prompts=["fog", "by Greg Rutkowski"])
    assert where(answer) == {
        "prompts[1]": ("Greg Rutkowski", 3),
        f"{known}.description": ("Batman", 12),
        f"{known}.caption": ("Darth Vader", None),  # nobody has that text
        f"{known}.text": ("COCA-COLA", None),
    }
    assert answer.ip_detection.analyzed_images_count == 1
    assert answer.wire()["skippedAssetIds"] == []
    assert "warnings" not in answer.wire()


def test_what_is_seen_is_looked_through_once(looking: Look) -> None:
    loom = looking(subject="Darth Vader", sentence="Photograph of Darth Vader.", engine="model x")
    (finding,) = detect(loom, asset(loom)).ip_detection.findings
    assert finding.text == "Darth Vader"


@pytest.mark.parametrize("error", [InvalidRequestError, UnavailableError, EngineError])
def test_eyes_that_cannot_look_are_no_error(looking: Look, error: type[Exception]) -> None:
    loom = looking(error=error("No eyes."))
    known, unknown = asset(loom, "Batman"), asset(loom)
    answer = detect(loom, known, unknown)
    assert where(answer) == {f"{known}.description": ("Batman", 0)}
    assert answer.skipped_asset_ids == [unknown]
    assert answer.ip_detection.analyzed_images_count == 0
    assert answer.warnings is not None
    assert [one.split(" was not looked at: ")[0] for one in answer.warnings] == [known, unknown]


@pytest.mark.parametrize(("reads", "told"), [(True, ["Dim."]), (False, ["Dim.", detection.UNREAD])])
def test_eyes_that_cannot_read_say_so_once(
    looking: Look, monkeypatch: pytest.MonkeyPatch, reads: bool, told: list[str]
) -> None:
    monkeypatch.setattr(text, "can_read", lambda: reads)
    loom = looking(warnings=("Dim.",))
    answer = detect(loom, asset(loom), asset(loom))
    assert answer.warnings == told
    assert (answer.skipped_asset_ids, answer.ip_detection.analyzed_images_count) == ([], 2)


def test_an_asset_that_is_not_there_is_an_error(looking: Look) -> None:
    with pytest.raises(NotFoundError):
        detect(looking(), "asset_none")
