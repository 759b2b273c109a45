"""Requests for captions and styles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import data_url, picture
from eyes import Naming
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.loom import Sparkloom
from sparkloom.request import CaptionRequest, StyleRequest
from sparkloom.settings import Settings

CAT: dict[str, Any] = {
    "subject": "a cat",
    "medium": "photograph",
    "sentence": "Photograph of a cat.",
}


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Sparkloom]:
    settings = Settings(engine="echo", data_dir=tmp_path, prices={"caption": 0.5})
    with Sparkloom(settings, eyes=Naming(**CAT, warnings=("Dim.",))) as loom:
        yield loom


def asset(loom: Sparkloom, description: str | None) -> str:
    project = loom.settings.project
    return loom.catalog.assets.add(project, picture(), "a.png", description=description).id


def caption(loom: Sparkloom, **fields: Any) -> Any:
    return loom.looking.caption(CaptionRequest.parse(fields))


def style(loom: Sparkloom, **fields: Any) -> Any:
    return loom.looking.describe_style(StyleRequest.parse(fields))


def test_every_image_has_a_caption_in_its_order_and_the_job_keeps_them(loom: Sparkloom) -> None:
    fox = asset(loom, "a fox")
    answer = caption(loom, images=[data_url(), fox], assetIds=[fox, asset(loom, None)])
    assert answer.captions == ["Photograph of a cat.", "a fox", "Photograph of a cat."]
    assert answer.details_level == "action+style"
    assert answer.warnings == ["Dim."]
    assert answer.wire()["creativeUnitsCost"] == 0.5
    kept = loom.catalog.jobs.get(loom.settings.project, answer.job.job_id)
    assert kept == answer.job
    assert kept.job_type == "caption"
    assert kept.metadata["output"] == {"captions": answer.captions}


def test_the_action_is_told_without_the_style(loom: Sparkloom) -> None:
    assert caption(loom, images=[data_url()], detailsLevel="action").captions == ["a cat"]


def test_a_models_captions_say_how(loom: Sparkloom) -> None:
    images = [asset(loom, "tok, fox"), asset(loom, "tok, owl")]
    model = loom.catalog.models.create(loom.settings.project, training_images=images)
    answer = caption(loom, images=[data_url()], modelId=model.id, detailsLevel="action+style")
    assert answer.captions == ["tok, a cat"]
    told = style(loom, modelId=model.id, images=[data_url()])
    assert told.description == (
        "The model's texts are rows of tags of 2 words that begin with \u201ctok\u201d. "
        "The style is: photograph."
    )
    assert told.synthesis == "photograph"
    assert told.job.job_type == "describe-style"
    assert told.creative_units_cost == 0


def test_names_are_cleared_and_told(loom: Sparkloom) -> None:
    mouse = asset(loom, "a drawing of Mickey Mouse, smiling")
    answer = caption(loom, images=[mouse], ensureIPCleared=True)
    assert "Mickey" not in answer.captions[0]
    assert answer.ip_detection.findings[0].found_in == "captions[0]"
    assert caption(loom, images=[mouse]).ip_detection is None


def test_unwanted_sequences_are_left_out(loom: Sparkloom) -> None:
    fox = asset(loom, "a fox, red scarf, snow")
    assert caption(loom, images=[fox], unwantedSequences=["scarf"]).captions == ["a fox, snow"]


def test_what_has_no_style_in_common_is_told(loom: Sparkloom) -> None:
    with pytest.raises(InvalidRequestError, match="nothing in common"):
        style(loom, images=[asset(loom, "a fox")])


@pytest.mark.parametrize("fields", [{}, {"images": []}, {"images": [data_url()] * 16}])
def test_there_must_be_something_to_look_at(loom: Sparkloom, fields: dict[str, Any]) -> None:
    for ask in (caption, style):
        with pytest.raises(InvalidRequestError) as caught:
            ask(loom, **fields)
        assert caught.value.details["field"] == "images"


def test_what_is_not_there_is_not_found(loom: Sparkloom) -> None:
    for fields in ({"images": ["asset_x"]}, {"images": [data_url()], "modelId": "model_x"}):
        with pytest.raises(NotFoundError):
            caption(loom, **fields)
