"""Pictures that come in parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.uploads import Upload
from sparkloom.errors import InvalidRequestError, NotFoundError, TooLargeError
from sparkloom.settings import Settings

DATA = picture("red", size=(300, 200)).data


def begin(catalog: Catalog, size: int = len(DATA), parts: int = 2) -> Upload:
    return catalog.uploads.create(
        "proj_1", "fox.png", content_type="image/png", file_size=size, parts=parts
    )


def send(catalog: Catalog, upload: Upload, *parts: bytes) -> None:
    for number, data in enumerate(parts, 1):
        catalog.uploads.add_part(upload.id, number, upload.token, data)


def part_files(stored: Settings) -> list[str]:
    return sorted(path.name for path in Path(stored.data_dir, "files").glob("upload_*"))


def test_parts_become_an_asset_and_are_gone(catalog: Catalog, stored: Settings) -> None:
    upload = begin(catalog)
    send(catalog, upload, b"sent again", DATA[50:])
    send(catalog, upload, DATA[:50])
    assert part_files(stored) == [f"{upload.id}.1", f"{upload.id}.2"]
    done = catalog.uploads.complete("proj_1", upload.id)
    assert done.status == "imported"
    assert done == catalog.uploads.get("proj_1", upload.id)
    assert done.entity_id is not None
    assert catalog.assets.content("proj_1", done.entity_id).data == DATA
    assert part_files(stored) == []
    for again in (
        lambda: catalog.uploads.complete("proj_1", upload.id),
        lambda: send(catalog, upload, DATA),
    ):
        with pytest.raises(InvalidRequestError, match="is over"):
            again()


@pytest.mark.parametrize(
    ("size", "parts", "reason"),
    [
        (len(DATA), [DATA[:50]], "Part 2 of 2"),
        (len(DATA) + 1, [DATA[:50], DATA[50:]], "bytes together"),
        (4, [b"no", b"ne"], "not a picture"),
        (200, [DATA[:100], DATA[100:200]], "damaged"),
    ],
)
def test_what_makes_no_picture_has_failed(
    catalog: Catalog, stored: Settings, size: int, parts: list[bytes], reason: str
) -> None:
    upload = begin(catalog, size)
    send(catalog, upload, *parts)
    failed = catalog.uploads.complete("proj_1", upload.id)
    assert (failed.status, failed.entity_id) == ("failed", None)
    assert reason in str(failed.error_message)
    assert part_files(stored) == []


def test_a_part_needs_the_token_and_a_number_that_is_expected(catalog: Catalog) -> None:
    upload = begin(catalog)
    for token in ("another", "ключ"):
        with pytest.raises(NotFoundError):
            catalog.uploads.add_part(upload.id, 1, token, DATA)
    with pytest.raises(NotFoundError):
        catalog.uploads.add_part("upload_none", 1, upload.token, DATA)
    with pytest.raises(InvalidRequestError, match="1 to 2"):
        catalog.uploads.add_part(upload.id, 3, upload.token, DATA)
    with pytest.raises(TooLargeError):
        catalog.uploads.add_part(upload.id, 1, upload.token, DATA + b"more")


def test_another_project_sees_nothing_of_it(catalog: Catalog) -> None:
    upload = begin(catalog)
    for ask in (catalog.uploads.get, catalog.uploads.complete):
        with pytest.raises(NotFoundError):
            ask("proj_2", upload.id)


def test_what_it_was_made_from_must_be_there(catalog: Catalog) -> None:
    parent = catalog.assets.add("proj_1", picture(), "owl.png")
    upload = catalog.uploads.create(
        "proj_1",
        "fox.png",
        content_type="image/png",
        file_size=len(DATA),
        parts=1,
        parent_id=parent.id,
    )
    send(catalog, upload, DATA)
    done = catalog.uploads.complete("proj_1", upload.id)
    asset = catalog.assets.get("proj_1", str(done.entity_id))
    assert asset.metadata.parent_id == parent.id
    with pytest.raises(NotFoundError):
        catalog.uploads.create(
            "proj_1",
            "fox.png",
            content_type="image/png",
            file_size=9,
            parts=1,
            parent_id="asset_none",
        )


def test_a_sweep_leaves_parts_that_are_waited_for_and_takes_old_ones(
    catalog: Catalog, stored: Settings
) -> None:
    fresh, old = begin(catalog), begin(catalog)
    for upload in (fresh, old):
        send(catalog, upload, DATA[:50])
    with catalog._database.writing() as session:
        then = {"then": "2026-01-01T00:00:00.000Z", "id": old.id}
        session.execute(text("UPDATE uploads SET created_at = :then WHERE id = :id"), then)
    catalog.sweep()
    assert part_files(stored) == [f"{fresh.id}.1"]
    assert catalog.uploads.get("proj_1", old.id).status == "failed"
    assert catalog.uploads.get("proj_1", fresh.id).status == "pending"
