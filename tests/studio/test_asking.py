"""Forms made into requests, and jobs made into forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import picture
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.request import MODES, PromptRequest
from sparkloom.response import shortened
from sparkloom.studio.asking import (
    WAYS,
    Form,
    fields_of,
    form_of,
    keep,
    more_like,
    parts_of,
    told,
    with_pictures,
)


@pytest.fixture
def fox(tmp_path: Path) -> str:
    (tmp_path / "fox.png").write_bytes(picture().data)
    return str(tmp_path / "fox.png")


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        (Form("a fox"), "completion"),
        (Form("a fox", "surprise"), "inventive"),
        (Form("a fox", "layout"), "structured"),
        (Form("a fox", "fit", model="sdxl"), "contextual-v2"),
    ],
)
def test_every_way_is_a_mode(form: Form, mode: str) -> None:
    request = PromptRequest.parse(fields_of(form))
    assert (request.mode, request.prompt, request.num_results) == (mode, "a fox", 3)


def test_what_is_left_blank_is_left_out() -> None:
    assert fields_of(Form()) == {"mode": "completion", "numResults": 3, "ensureIPCleared": False}


def test_what_is_chosen_is_asked_for() -> None:
    form = Form("fox", "surprise", (), "sdxl", 5, "long", 0.5, 0.9, " 7 ", True)
    assert fields_of(form) == {
        "mode": "inventive",
        "prompt": "fox",
        "modelId": "sdxl",
        "numResults": 5,
        "length": "long",
        "temperature": 0.5,
        "topP": 0.9,
        "seed": 7,
        "ensureIPCleared": True,
    }


def test_pictures_alone_can_be_fitted_to(fox: str) -> None:
    fields = fields_of(Form("a fox", "fit", (fox,)))
    assert fields["mode"] == "contextual"
    assert fields["images"][0].startswith("data:image/png;base64,")
    PromptRequest.parse(fields)


def test_the_first_picture_is_edited_and_the_others_are_references(fox: str) -> None:
    fields = fields_of(Form("make it winter", "edit", (fox, fox), model="sdxl"))
    assert fields["image"] == fields["images"][0]
    assert len(fields["images"]) == 1
    assert PromptRequest.parse(fields).model_id is None


def test_an_editor_can_be_named(fox: str) -> None:
    assert fields_of(Form("winter", "edit", (fox,), "gpt-image-1"))["modelId"] == "gpt-image-1"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (Form(way="fit"), "Choose the model"),
        (Form(way="edit"), "Drop the picture"),
        (Form(seed="seven"), "Seed: must be a whole number"),
    ],
)
def test_what_is_missing_is_said(form: Form, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=reason):
        fields_of(form)


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    with pytest.raises(InvalidRequestError, match=r"notes\.png is not a picture"):
        fields_of(Form(way="fit", pictures=[str(tmp_path / "notes.png")]))


@pytest.mark.parametrize("mode", MODES)
def test_a_job_can_be_gone_on_with(mode: str) -> None:
    form = form_of({"mode": mode, "seed": 3, "prompt": "fox", "numResults": 2})
    assert (form.spark, form.seed, form.number) == ("fox", "3", 2)
    assert form.way in WAYS


def test_a_form_comes_back_from_what_it_asked() -> None:
    form = Form("fox", "surprise", (), "sdxl", 5, "long", 0.5, 0.9, "7", True)
    assert form_of(fields_of(form)) == form


def test_parts_are_sections_or_phrases() -> None:
    assert parts_of("a fox, in snow. Pale dusk", {}) == ["a fox", "in snow", "Pale dusk"]
    assert parts_of("A fox. Pale dusk.", {"subject": "a fox", "lighting": "pale dusk"}) == [
        "a fox",
        "pale dusk",
    ]


@pytest.mark.parametrize(
    ("mode", "again"), [("inventive", "completion"), ("structured", "structured")]
)
def test_what_is_kept_begins_the_next_request(mode: str, again: str) -> None:
    asked: dict[str, Any] = {"mode": mode, "prompt": "fox", "seed": 1, "numResults": 3}
    assert keep(asked, ["a fox", "pale dusk"]) == {
        "mode": again,
        "prompt": "a fox, pale dusk",
        "numResults": 3,
    }


def test_something_must_be_kept() -> None:
    with pytest.raises(InvalidRequestError, match="at least one part"):
        keep({"mode": "completion", "seed": 1}, [])


@pytest.mark.parametrize(
    ("parts", "spark"),
    [
        (["a fox in the snow", "dusk"], "a fox in the snow"),
        (["inkst", "a heron", "dusk"], "inkst, a heron"),
        (["fox"], "fox"),
    ],
)
def test_more_like_it_keeps_the_idea(parts: list[str], spark: str) -> None:
    again = more_like({"mode": "completion", "seed": 1, "numResults": 1}, parts)
    assert again == {"mode": "completion", "prompt": spark, "numResults": 3}


def test_more_edits_have_the_same_wish() -> None:
    asked = {"mode": "image-editing", "prompt": "make it winter", "seed": 1, "image": "asset_1"}
    again = more_like(asked, ["Make it winter: snow", "mist"])
    assert again == {
        "mode": "image-editing",
        "prompt": "make it winter",
        "image": "asset_1",
        "numResults": 3,
    }


def test_an_error_names_what_the_page_names() -> None:
    assert told(InvalidRequestError("images[0]: is damaged")) == "Pictures: is damaged"
    assert told(UnavailableError("No engine: none")) == "No engine: none"
    assert told(UnavailableError("No engine.")) == "No engine."


def test_pictures_that_a_record_leaves_out_are_found_on_the_page(fox: str) -> None:
    asked = fields_of(Form("winter", "edit", (fox, fox)))
    recorded = shortened({**asked, "images": ["asset_1", *asked["images"]]})
    assert with_pictures(recorded, [fox]) == {**asked, "images": ["asset_1", *asked["images"]]}
    assert with_pictures({"prompt": "fox"}, []) == {"prompt": "fox"}
    with pytest.raises(InvalidRequestError, match="Drop the pictures of this prompt again"):
        with_pictures(recorded, [])
