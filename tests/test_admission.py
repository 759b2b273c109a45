"""What a request names is looked up, and used or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import data_url, picture
from sparkloom.admission import admit
from sparkloom.catalog import Catalog
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings
from sparkloom.sight import Reference

PROJECT = "proj_1"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog; what differs between databases is tested with the catalog."""
    with Catalog(Settings(engine="echo", data_dir=tmp_path)) as catalog:
        yield catalog


def asset(catalog: Catalog, description: str | None = None) -> str:
    return catalog.assets.add(PROJECT, picture(), "a.png", description=description).id


def request(**fields: Any) -> PromptRequest:
    return PromptRequest.parse(fields)


@pytest.mark.parametrize(
    ("mode", "references", "counts"),
    [
        ("completion", (), True),
        ("completion", ("images",), False),
        ("inventive", ("asset_ids",), False),
        ("structured", ("images", "asset_ids"), False),
        ("contextual", (), True),
        ("contextual", ("images",), True),
        ("contextual", ("asset_ids",), False),
        ("contextual-v2", ("images", "asset_ids"), True),
    ],
)
def test_references_supersede_the_model_as_the_mode_says(
    catalog: Catalog, mode: str, references: tuple[str, ...], counts: bool
) -> None:
    model_id = catalog.models.create(PROJECT, training_images=[asset(catalog, "tok, fox")]).id
    named = {name: [asset(catalog, f"shown in {name}")] for name in references}
    admitted = admit(request(mode=mode, model_id=model_id, **named), PROJECT, catalog)
    assert admitted.mode == mode
    assert admitted.target is not None
    assert admitted.target.id == model_id
    assert (admitted.known is not None) is counts
    if admitted.known:
        assert admitted.known.captions == ("tok, fox",)
    assert [shown.description for shown in admitted.references] == [
        f"shown in {name}" for name in references
    ]


def test_images_come_first_and_each_once(catalog: Catalog) -> None:
    one, two = asset(catalog, "one"), asset(catalog, " ")
    asked = request(mode="inventive", asset_ids=[two, one], images=[one, data_url()])
    assert admit(asked, PROJECT, catalog).references == (
        Reference("images", one, "one"),
        Reference("images", data_url(), ""),
        Reference("assetIds", two, ""),
    )


def test_the_image_to_edit_is_the_first_and_its_editor_no_model_to_take_after(
    catalog: Catalog,
) -> None:
    one, two = asset(catalog, "one"), asset(catalog, "two")
    asked = request(mode="image-editing", image=one, images=[two], model_id="flux-kontext")
    admitted = admit(asked, PROJECT, catalog)
    assert [shown.field for shown in admitted.references] == ["image", "images"]
    assert admitted.target
    assert admitted.known is None


@pytest.mark.parametrize(
    "fields", [{"model_id": "model_x"}, {"asset_ids": ["asset_x"]}, {"images": ["asset_x"]}]
)
def test_what_is_not_there_is_not_found(catalog: Catalog, fields: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        admit(request(mode="contextual-v2", **fields), PROJECT, catalog)


def test_a_superseded_model_must_still_be_there(catalog: Catalog) -> None:
    shown = [asset(catalog, "a fox")]
    with pytest.raises(NotFoundError):
        admit(request(mode="completion", asset_ids=shown, model_id="model_x"), PROJECT, catalog)


@pytest.mark.parametrize("mode", ["contextual", "contextual-v2"])
def test_a_fitting_mode_needs_something_to_fit_to(catalog: Catalog, mode: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        admit(request(mode=mode, prompt="a fox"), PROJECT, catalog)
    assert caught.value.details["field"] == "modelId"
    shown = [asset(catalog, "a fox")]
    admitted = admit(request(mode=mode, asset_ids=shown), PROJECT, catalog)
    assert (admitted.target, admitted.known) == (None, None)


def test_a_model_that_changes_pictures_gets_one_for_its_calls(catalog: Catalog) -> None:
    with pytest.raises(InvalidRequestError, match="changes pictures") as caught:
        admit(request(mode="contextual-v2", model_id="flux-kontext"), PROJECT, catalog)
    assert caught.value.details["field"] == "images"
    assert admit(request(mode="contextual", model_id="flux-kontext"), PROJECT, catalog).known
    shown = [asset(catalog, "a mug")]
    asked = request(mode="contextual-v2", model_id="flux-kontext", asset_ids=shown)
    assert admit(asked, PROJECT, catalog).target
