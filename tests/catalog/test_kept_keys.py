"""Keys in the catalog: without their secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkloom.catalog import Catalog
from sparkloom.catalog.keys import KeptKey
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.keys import digest_of
from sparkloom.settings import Settings


def test_keys_are_kept_listed_and_removed(catalog: Catalog) -> None:
    catalog.keys.add("bob", "b" * 64, "proj_zoo")
    catalog.keys.add("ada", "a" * 64, "proj_art")
    assert catalog.keys.all() == [
        KeptKey("ada", "a" * 64, "proj_art"),
        KeptKey("bob", "b" * 64, "proj_zoo"),
    ]
    catalog.keys.remove("ada")
    assert [key.name for key in catalog.keys.all()] == ["bob"]
    with pytest.raises(NotFoundError, match="no key ada"):
        catalog.keys.remove("ada")


def test_a_name_is_given_once(catalog: Catalog) -> None:
    catalog.keys.add("ada", "a" * 64, "proj_art")
    with pytest.raises(InvalidRequestError, match="keys remove ada"):
        catalog.keys.add("ada", "b" * 64, "proj_zoo")
    assert catalog.keys.all() == [KeptKey("ada", "a" * 64, "proj_art")]


def test_no_file_of_the_catalog_has_a_secret(tmp_path: Path) -> None:
    with Catalog(Settings(data_dir=tmp_path)) as catalog:
        catalog.keys.add("ada", digest_of("swordfish"), "proj_art")
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        held = b"".join(path.read_bytes() for path in files)
    assert digest_of("swordfish").encode() in held
    assert b"swordfish" not in held
