"""Training folders of every layout, read into the catalog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.assets import AssetQuery
from sparkloom.catalog.folder import import_folder, read_folder
from sparkloom.errors import InvalidRequestError, NotFoundError


def image(path: Path, caption: str | None = None, suffix: str = ".txt") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture(name="JPEG" if path.suffix == ".jpg" else "PNG").data)
    if caption is not None:
        path.with_suffix(suffix).write_text(caption, "utf-8")
    return path


def read(folder: Path, trigger: str = "") -> dict[str, str]:
    found = read_folder(folder, trigger)
    return {str(item.path.relative_to(folder)): item.caption for item in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cosy foxes"


def test_captions_lie_beside_their_images(folder: Path) -> None:
    image(folder / "b.PNG", " tok, a wolf\n")
    image(folder / "a.jpg", "\ufefftok, a fox", ".caption")
    image(folder / "c.png")
    (folder / "notes.md").write_text("no image")
    image(folder / ".hidden.png", "not seen")
    assert read(folder) == {"a.jpg": "tok, a fox", "b.PNG": "tok, a wolf", "c.png": ""}


def test_ai_toolkit_has_its_trigger_word_put_in(folder: Path) -> None:
    image(folder / "a.png", "[trigger], a fox beside [trigger]")
    image(folder / "_latent_cache" / "a.png")
    assert read(folder, "tok") == {"a.png": "tok, a fox beside tok"}
    with pytest.raises(InvalidRequestError, match=r"\[trigger\]"):
        read(folder)


def test_kohya_names_the_concept_in_the_folder(folder: Path) -> None:
    image(folder / "img" / "10_tok fox" / "a.png", "tok fox in snow")
    image(folder / "img" / "10_tok fox" / "b.png")
    image(folder / "img" / "5_tok wolf" / "c.png")
    image(folder / "reg" / "1_fox" / "d.png", "any fox")
    assert read(folder) == {
        "img/10_tok fox/a.png": "tok fox in snow",
        "img/10_tok fox/b.png": "tok fox",
        "img/5_tok wolf/c.png": "tok wolf",
    }


@pytest.mark.parametrize("field", ["text", "caption", "prompt"])
def test_a_metadata_file_names_captions(folder: Path, field: str) -> None:
    image(folder / "a.png", "beside")
    image(folder / "b.png", "beside")
    row = {"file_name": "a.png", field: " caf\u00e9 fox "}
    (folder / "metadata.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    assert read(folder) == {"a.png": "caf\u00e9 fox", "b.png": "beside"}


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"text": "a"}', '{"file_name": "a"}x'])
def test_a_faulty_metadata_file_is_named_with_its_line(folder: Path, line: str) -> None:
    image(folder / "a.png")
    (folder / "metadata.jsonl").write_text('{"file_name": "a.png", "text": "a"}\n' + line)
    with pytest.raises(InvalidRequestError, match=r"metadata\.jsonl, line 2"):
        read(folder)


@pytest.mark.parametrize("data", [b"caf\xe9", b"a\0b"])
def test_a_caption_that_is_no_text_is_named(folder: Path, data: bytes) -> None:
    image(folder / "a.png").with_suffix(".txt").write_bytes(data)
    with pytest.raises(InvalidRequestError, match=r"a\.txt cannot be read"):
        read(folder)


def test_a_folder_becomes_a_model(catalog: Catalog, folder: Path) -> None:
    image(folder / "a.png", "tok, a fox")
    image(folder / "b.png", "tok, a wolf")
    image(folder / "c.png")
    done: list[float] = []
    found = import_folder(catalog, "proj_1", folder, base="sdxl", progress=done.append)
    assert (found.images, found.captions, found.refused) == (3, 2, [])
    assert done == pytest.approx([1 / 3, 2 / 3, 1])
    model = catalog.models.get("proj_1", found.model_id)
    assert (model.name, model.status, model.base_model_id) == ("cosy foxes", "trained", "sdxl")
    assert [image.name for image in model.training_images] == ["a.png", "b.png", "c.png"]
    known = catalog.models.knowledge("proj_1", found.model_id)
    assert known.captions == ("tok, a fox", "tok, a wolf")


def test_an_image_that_cannot_be_kept_is_left_out_and_told(catalog: Catalog, folder: Path) -> None:
    image(folder / "a.png", "tok, a fox")
    cut = image(folder / "b.png", "tok, a wolf")
    cut.write_bytes(picture(size=(200, 200)).data[:-60])
    (folder / "c.png").write_bytes(b"no picture")
    found = import_folder(catalog, "proj_1", folder)
    assert found.images == found.captions == 1
    assert [path.name for path, _ in found.refused] == ["b.png", "c.png"]
    assert all(reason for _, reason in found.refused)


def test_a_folder_without_images_is_refused(catalog: Catalog, folder: Path) -> None:
    folder.mkdir()
    with pytest.raises(InvalidRequestError, match="no image"):
        import_folder(catalog, "proj_1", folder)
    (folder / "a.png").write_bytes(b"no picture")
    with pytest.raises(InvalidRequestError, match="None of the 1 images"):
        import_folder(catalog, "proj_1", folder)


def test_what_fails_midway_leaves_nothing(catalog: Catalog, folder: Path) -> None:
    for name in "abc":
        image(folder / f"{name}.png", "tok")

    def interrupt(done: float) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_folder(catalog, "proj_1", folder, progress=interrupt)
    with pytest.raises(NotFoundError):
        import_folder(catalog, "proj_1", folder, base="no such model")
    assert catalog.assets.page("proj_1", AssetQuery()).items == []
