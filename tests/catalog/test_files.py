"""The files: whole or not at all, in a folder by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkloom.catalog.files import Files
from sparkloom.errors import CatalogError, NotFoundError
from sparkloom.settings import Settings


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Settings(data_dir=tmp_path / "with space %20"))


def test_a_file_comes_back_as_it_was(files: Files) -> None:
    files.write("fox.png", b"\0\xff")
    assert files.read("fox.png") == b"\0\xff"
    assert list(files.names()) == ["fox.png"]


def test_the_folder_is_in_the_data_folder(files: Files, tmp_path: Path) -> None:
    files.write("fox.png", b"fox")
    assert (tmp_path / "with space %20" / "files" / "fox.png").read_bytes() == b"fox"


def test_a_file_that_is_not_there_is_not_found(files: Files) -> None:
    with pytest.raises(NotFoundError):
        files.read("fox.png")


def test_removing_twice_is_no_fault(files: Files) -> None:
    files.write("fox.png", b"fox")
    files.remove(["fox.png", "wolf.png"])
    files.remove(["fox.png"])
    assert list(files.names()) == []


def test_another_store_is_chosen_by_its_url(tmp_path: Path) -> None:
    files = Files(Settings(data_dir=tmp_path, files_url="memory:///"))
    files.write("fox.png", b"fox")
    files.remove_unfinished()
    assert files.read("fox.png") == b"fox"
    assert not (tmp_path / "files").exists()


def test_a_store_that_stops_answering_is_said(files: Files, tmp_path: Path) -> None:
    files.write("fox.png", b"fox")
    folder = tmp_path / "with space %20" / "files"
    (folder / "fox.png").unlink()
    folder.rmdir()
    folder.write_bytes(b"in the way")
    with pytest.raises(CatalogError, match="cannot be reached"):
        files.write("wolf.png", b"wolf")


@pytest.mark.parametrize("url", ["foo://bucket", "no url", "s3://"])
def test_a_store_out_of_reach_is_named(url: str) -> None:
    with pytest.raises(CatalogError, match="SPARKLOOM_FILES_URL") as caught:
        Files(Settings(files_url=url))
    assert "\n" not in caught.value.reason
