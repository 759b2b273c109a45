"""The whole way of a picture, with its file in a store that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import object_store
from conftest import data_url, picture, serving
from sparkloom.catalog import Catalog
from sparkloom.catalog.files import Files
from sparkloom.errors import CatalogError, NotFoundError
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with object_store.running() as address:
        yield address


@pytest.fixture
def environment(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment that obstore reads; the address of the store."""
    for name, value in object_store.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    return address


@pytest.fixture
def s3(environment: str, tmp_path: Path) -> Settings:
    name = f"bucket-{tmp_path.name.replace('_', '-').lower()}"[:60].rstrip("-")
    url = object_store.new_bucket(environment, name)
    return Settings(engine="echo", data_dir=tmp_path, files_url=f"{url}/pictures")


def test_a_picture_is_kept_and_served_from_the_store(s3: Settings) -> None:
    with serving(Sparkloom(s3)) as url, httpx.Client(base_url=url) as http:
        body = {"name": "fox.png", "image": data_url("red")}
        asset = http.post("/v1/assets", json=body).raise_for_status().json()["asset"]
        assert http.get(asset["url"]).content == picture("red").data
        assert not (s3.data_dir / "files").exists()
        names = set(Files(s3).names())
        assert names == {f"{asset['id']}.png", "catalog"}
        body = {"assetIds": [asset["id"]]}  # type: ignore[dict-item]
        http.request("DELETE", "/v1/assets", json=body).raise_for_status()
        assert set(Files(s3).names()) == {"catalog"}


def test_a_sweep_makes_the_store_and_the_records_agree(s3: Settings) -> None:
    files = Files(s3)
    with Catalog(s3) as catalog:
        kept, lost = (catalog.assets.add("proj_1", picture(), name) for name in ("a", "b"))
        files.write("asset_orphan.png", b"left over")
        files.remove([f"{lost.id}.png"])
        catalog.sweep()
        assert set(files.names()) == {f"{kept.id}.png", "catalog"}
        assert catalog.assets.content("proj_1", kept.id).data == picture().data
        with pytest.raises(NotFoundError):
            catalog.assets.get("proj_1", lost.id)


def test_a_picture_in_parts_comes_together_in_the_store(s3: Settings) -> None:
    data = picture("red", size=(300, 200)).data
    with Catalog(s3) as catalog:
        upload = catalog.uploads.create(
            "proj_1", "fox.png", content_type="image/png", file_size=len(data), parts=2
        )
        for number, part in enumerate((data[:99], data[99:]), 1):
            catalog.uploads.add_part(upload.id, number, upload.token, part)
        done = catalog.uploads.complete("proj_1", upload.id)
        assert catalog.assets.content("proj_1", str(done.entity_id)).data == data
        assert set(Files(s3).names()) == {f"{done.entity_id}.png", "catalog"}


def test_more_files_than_a_page_of_the_store_are_listed(s3: Settings) -> None:
    files = Files(s3)
    for number in range(1005):
        files.write(f"{number}.png", b"x")
    assert len(set(files.names())) == 1005


def test_a_bucket_that_is_not_there_is_said(environment: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, files_url="s3://no-such-bucket")
    with Catalog(settings) as catalog, pytest.raises(CatalogError, match="files"):
        catalog.open()
