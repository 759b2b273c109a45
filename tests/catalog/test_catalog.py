"""The catalog as a whole: opened when it is needed, once, and given back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.models import ModelQuery
from sparkloom.errors import CatalogError
from sparkloom.settings import Settings


def test_making_one_costs_nothing(tmp_path: Path) -> None:
    with Catalog(Settings(data_dir=tmp_path / "data")):
        pass
    assert not (tmp_path / "data").exists()


def test_opening_makes_both_halves(stored: Settings) -> None:
    with Catalog(stored) as catalog:
        catalog.open()
        assert [path.name for path in (stored.data_dir / "files").iterdir()] == ["catalog"]
        assert catalog.models.page("proj_1", ModelQuery()).items == []


def test_what_is_wrong_is_said_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with Catalog(Settings(data_dir=tmp_path)) as catalog, pytest.raises(CatalogError):
        catalog.open()


def test_threads_may_use_it_first_at_the_same_time(stored: Settings) -> None:
    with Catalog(stored) as catalog, ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: catalog.assets.add("proj_1", picture(), "x"), range(16)))
        assert len(catalog.assets.bulk("proj_1", [asset.id for asset in added])) == 16


def test_two_may_be_open_on_the_same_place(stored: Settings) -> None:
    with Catalog(stored) as one, Catalog(stored) as two:
        asset = one.assets.add("proj_1", picture(), "x")
        two.sweep()
        assert two.assets.content("proj_1", asset.id).data == picture().data
        two.assets.delete("proj_1", [asset.id])
        assert one.assets.known("proj_1", [asset.id]) == []
