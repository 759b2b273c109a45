"""Files and records: kept together, and never another catalog's."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.files import Files
from sparkloom.catalog.sweep import MARK
from sparkloom.errors import CatalogError, NotFoundError
from sparkloom.settings import Settings


def files_in(settings: Settings) -> set[str]:
    return {path.name for path in (settings.data_dir / "files").iterdir()}


def test_what_belongs_together_stays(catalog: Catalog, stored: Settings) -> None:
    asset = catalog.assets.add("proj_1", picture(), "fox.png")
    catalog.sweep()
    assert catalog.assets.content("proj_1", asset.id).data == picture().data
    assert files_in(stored) == {MARK, f"{asset.id}.png"}


def test_a_file_without_a_record_goes(
    catalog: Catalog, stored: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    asset = catalog.assets.add("proj_1", picture(), "fox.png")
    Files(stored).write("asset_left.png", b"left")
    with caplog.at_level(logging.WARNING, "sparkloom"):
        catalog.sweep()
    assert files_in(stored) == {MARK, f"{asset.id}.png"}
    assert "1 files without a record" in caplog.text


def test_a_file_that_was_never_finished_goes(catalog: Catalog, stored: Settings) -> None:
    catalog.assets.add("proj_1", picture(), "fox.png")
    (stored.data_dir / "files" / "asset_1.png#1").write_bytes(b"half")
    catalog.sweep()
    assert not any("#" in name for name in files_in(stored))


def test_a_record_without_a_file_goes(
    catalog: Catalog, stored: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    lost, kept = (catalog.assets.add("proj_1", picture(), "fox.png") for _ in range(2))
    model = catalog.models.create("proj_1", training_images=[lost.id, kept.id])
    (stored.data_dir / "files" / f"{lost.id}.png").unlink()
    with caplog.at_level(logging.WARNING, "sparkloom"):
        catalog.sweep()
    assert lost.id in caplog.text
    with pytest.raises(NotFoundError):
        catalog.assets.get("proj_1", lost.id)
    images = catalog.models.get("proj_1", model.id).training_images
    assert [image.id for image in images] == [kept.id]


def test_a_failed_upload_leaves_no_record(
    catalog: Catalog, stored: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.assets.add("proj_1", picture(), "first.png")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Files, "write", fail)
        with pytest.raises(OSError, match="full"):
            catalog.assets.add("proj_1", picture(), "second.png")
    catalog.sweep()
    assert len(files_in(stored)) == 2


def test_files_of_another_database_are_refused_and_stay(
    catalog: Catalog, stored: Settings, tmp_path: Path
) -> None:
    asset = catalog.assets.add("proj_1", picture(), "fox.png")
    fresh = SecretStr(f"sqlite:///{tmp_path / 'fresh.db'}")
    with Catalog(stored.model_copy(update={"database_url": fresh})) as other:
        with pytest.raises(CatalogError, match="not those of the catalog's database"):
            other.sweep()
        with pytest.raises(CatalogError, match="SPARKLOOM_FILES_URL"):
            other.assets.add("proj_1", picture(), "fox.png")
    assert f"{asset.id}.png" in files_in(stored)


def test_an_empty_place_is_refused_where_there_are_records(
    catalog: Catalog, stored: Settings, tmp_path: Path
) -> None:
    asset = catalog.assets.add("proj_1", picture(), "fox.png")
    elsewhere = stored.model_copy(update={"files_url": (tmp_path / "empty").as_uri()})
    with Catalog(elsewhere) as other, pytest.raises(CatalogError):
        other.sweep()
    assert catalog.assets.get("proj_1", asset.id) == asset


def test_a_place_with_strange_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"mine")
    settings = Settings(data_dir=tmp_path, files_url=(tmp_path / "photos").as_uri())
    with Catalog(settings) as catalog, pytest.raises(CatalogError):
        catalog.sweep()
    assert (tmp_path / "photos" / "cat.png").read_bytes() == b"mine"
