"""Files that were dropped, made into a model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.folder import Imported
from sparkloom.catalog.models import ModelQuery
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.settings import Settings
from sparkloom.studio.training import made, make_model, making


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(Settings(engine="echo", data_dir=tmp_path / "data")) as catalog:
        yield catalog


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "a.png").write_bytes(picture().data)
    (tmp_path / "b.png").write_bytes(picture("red").data)
    (tmp_path / "a.txt").write_text("[trigger], a heron")
    (tmp_path / "broken.png").write_text("<no picture>")
    return [str(path) for path in sorted(tmp_path.iterdir()) if path.is_file()]


def run(
    catalog: Catalog,
    files: list[str],
    name: str = "Ink",
    base: str | None = None,
    trigger: str = "",
) -> list[float | Imported]:
    async def steps() -> list[float | Imported]:
        making = make_model(catalog, "p", files, name=name, base=base, trigger=trigger)
        return [step async for step in making]

    return asyncio.run(steps())


def test_a_model_is_made_of_images_and_captions(catalog: Catalog, files: list[str]) -> None:
    *shares, found = run(catalog, files, trigger=" inkst ", base="sdxl")
    assert shares == sorted(shares, key=float)  # type: ignore[arg-type]
    assert isinstance(found, Imported)
    assert (found.images, found.captions, len(found.refused)) == (2, 1, 1)
    model = catalog.models.get("p", found.model_id)
    assert (model.name, model.base_model_id) == ("Ink", "sdxl")
    assert model.training_images[0].description == "inkst, a heron"
    html = made(found)
    assert "of 2 images; 1 of them" in html
    assert "broken.png is not a picture" in html


def test_nothing_left_out_is_not_spoken_of(catalog: Catalog, files: list[str]) -> None:
    found = run(catalog, files[1:3])[-1]
    assert isinstance(found, Imported)
    assert "Left out" not in made(found)


@pytest.mark.parametrize(
    ("name", "picked", "trigger", "reason"),
    [
        (" ", slice(None), "", "Name: give the model one"),
        ("Ink", slice(0, 0), "", "Drop the images"),
        ("Ink", slice(None), "", r"^The caption of a\.png has a \[trigger\]"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_left_behind(
    catalog: Catalog, files: list[str], name: str, picked: slice, trigger: str, reason: str
) -> None:
    with pytest.raises(InvalidRequestError, match=reason):
        run(catalog, files[picked], name=name, trigger=trigger)
    assert catalog.models.page("p", ModelQuery()).items == []


def test_an_unknown_base_is_told(catalog: Catalog, files: list[str]) -> None:
    with pytest.raises(NotFoundError, match="no model nowhere"):
        run(catalog, files, base="nowhere", trigger="inkst")


def test_two_files_of_one_name_are_refused(
    catalog: Catalog, files: list[str], tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.png").write_bytes(picture().data)
    with pytest.raises(InvalidRequestError, match=r"two files named a\.png"):
        run(catalog, [*files, str(tmp_path / "more" / "a.png")])


def test_progress_is_told_in_per_cent() -> None:
    assert '<progress max="1" value="0.250"></progress> 25%' in making(0.25)
