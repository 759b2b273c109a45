"""Keys: hashed, read again from the catalog, needed for good once they are needed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from sparkloom import keys
from sparkloom.catalog import Catalog
from sparkloom.errors import CatalogError, ForbiddenError
from sparkloom.keys import Key, KeyRing, digest_of, new_secret, proof_of
from sparkloom.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pairs = (SecretStr("ada:moon:dust"), SecretStr(f"bob:hashed:{digest_of('river')}"))
    return Settings(data_dir=tmp_path, api_keys=pairs, key_projects={"ada": "proj_art"})


@pytest.fixture
def kept(settings: Settings) -> Iterator[Catalog]:
    with Catalog(settings) as catalog:
        yield catalog


def bare(settings: Settings) -> Settings:
    return settings.model_copy(update={"api_keys": ()})


def needed(ring: KeyRing) -> bool:
    """Whether a key is needed, as it is known now."""
    asyncio.run(ring.refresh())
    return ring.required


def test_a_secret_is_kept_as_a_hash_of_a_hash() -> None:
    inner = hashlib.sha256(b"river").digest()
    assert proof_of("river") == inner
    assert digest_of("river") == digest_of(inner) == hashlib.sha256(inner).hexdigest()
    assert digest_of("\udce9") != digest_of("?")  # bytes that are no UTF-8


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {len("sparkloom_") + 43}  # 256 bits in base64


def test_a_key_of_the_settings_is_known_by_its_secret_or_its_hash(
    settings: Settings, kept: Catalog
) -> None:
    ring = KeyRing(settings, kept)
    assert ring.required
    assert ring.find("moon:dust") == Key("ada", digest_of("moon:dust"), "proj_art")
    assert ring.find("river", "bob") == Key("bob", digest_of("river"), "proj_default")
    assert ring.find(proof_of("river"), "bob") == ring.find("river")
    for secret, name in (("river", "ada"), ("", "bob"), (digest_of("river"), None), ("moon", None)):
        assert ring.find(secret, name) is None
    assert ring.find(proof_of("river").hex()) is None  # what a browser is given opens nothing


def test_a_ring_holds_no_secret(settings: Settings, kept: Catalog) -> None:
    ring = KeyRing(settings, kept)
    assert "dust" not in str(vars(ring)["_own"])


def test_a_key_of_the_catalog_counts_from_when_it_is_read(
    settings: Settings, kept: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = KeyRing(bare(settings), kept)
    assert not needed(ring)
    kept.keys.add("cyd", digest_of("charisse"), "proj_zoo")
    asyncio.run(ring.refresh())
    assert ring.find("charisse") is None  # it was read a moment ago
    monkeypatch.setattr(keys, "FRESH", -1.0)
    assert needed(ring)
    found = ring.find("charisse", "cyd")
    assert found == Key("cyd", digest_of("charisse"), "proj_zoo")
    assert ring.project_of("cyd", None) == "proj_zoo"
    with pytest.raises(ForbiddenError):
        ring.project_of("cyd", "proj_default")


def test_taking_the_last_key_away_lets_nobody_in(settings: Settings, kept: Catalog) -> None:
    kept.keys.add("cyd", digest_of("charisse"), "proj_zoo")
    ring = KeyRing(bare(settings), kept)
    ring.read()
    kept.keys.remove("cyd")
    ring.read()
    assert ring.find("charisse") is None
    assert ring.required


def test_the_settings_have_the_last_word_on_a_name(settings: Settings, kept: Catalog) -> None:
    kept.keys.add("bob", digest_of("charisse"), "proj_zoo")
    ring = KeyRing(settings, kept)
    ring.read()
    assert ring.find("charisse") is None
    assert ring.project_of("bob", None) == "proj_default"


def test_where_the_catalog_does_not_answer_nobody_new_is_let_in(
    settings: Settings, kept: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keys.add("cyd", digest_of("charisse"), "proj_zoo")
    ring, none = KeyRing(settings, kept), KeyRing(bare(settings), kept)
    ring.read()

    def gone() -> None:
        raise CatalogError("gone")

    monkeypatch.setattr(kept.keys, "all", gone)
    ring.read()
    assert ring.find("charisse")  # who was known stays so
    with pytest.raises(CatalogError):
        none.read()  # and whether a key is needed is not guessed


def test_a_seal_is_of_this_catalog(settings: Settings, kept: Catalog, tmp_path: Path) -> None:
    ring = KeyRing(settings, kept)
    assert ring.seal("a", "b") == KeyRing(bare(settings), kept).seal("a", "b")
    assert ring.seal("a", "b") != ring.seal("ab", "")
    with Catalog(Settings(data_dir=tmp_path / "other")) as other:
        assert ring.seal("a", "b") != KeyRing(settings, other).seal("a", "b")
