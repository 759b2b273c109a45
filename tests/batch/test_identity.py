"""What the bytes of a batch follow from, and what is said where it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import chat_double
from sparkloom.batch.answerer import Options
from sparkloom.batch.identity import ALWAYS, OF_AN_ENGINE, Identity, check_same, identity_of, named
from sparkloom.engines.curated import Choice
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.settings import Settings

SERVER: dict[str, Any] = {
    "engine": "openai",
    "engine_url": "http://127.0.0.1:1/v1",
    "engine_model": "small",
    "engine_key": SecretStr("sesame"),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("{}\n")
    return path


def identity(source: Path, seed: int = 7, **chosen: Any) -> Identity:
    settings = Settings.model_validate({"engine": "echo", **chosen})
    return identity_of(source, "jsonl", settings, Options(seed, {"numResults": 2}))


def refused(now: Identity, before: Identity) -> str:
    with pytest.raises(InvalidRequestError) as caught:
        check_same(now, before, Path("out.jsonl.checkpoint"))
    return caught.value.reason


def test_the_same_batch_goes_on(source: Path) -> None:
    chosen: dict[str, Any]
    for chosen in ({}, SERVER, {"engine": "embedded"}):
        now = identity(source, **chosen)
        check_same(now, json.loads(json.dumps(now)), source)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"engine_model": "large"}, "SPARKLOOM_ENGINE_MODEL was small, and now is large"),
        ({"engine_url": "http://other/v1"}, "SPARKLOOM_ENGINE_URL was http://127.0.0.1:1/v1, and"),
        ({"engine_thinking_tokens": 0}, "SPARKLOOM_ENGINE_THINKING_TOKENS was 2048, and now is 0"),
        ({"engine_extra": {"top_k": 5}}, 'SPARKLOOM_ENGINE_EXTRA was not set, and now is {"top_k"'),
        ({"engine_fallback": True}, "SPARKLOOM_ENGINE_FALLBACK was false, and now is true"),
        ({"engine": "echo"}, "SPARKLOOM_ENGINE was openai, and now is echo"),
        ({"blocked_names": "Acme"}, 'SPARKLOOM_BLOCKED_NAMES was not set, and now is ["Acme"]'),
        ({"vision_url": "http://eyes/v1"}, "SPARKLOOM_VISION_URL was not set, and now is http"),
        ({"prices": {}}, "SPARKLOOM_PRICES was "),
    ],
)
def test_what_changes_the_words_is_told_by_its_setting(
    source: Path, chosen: dict[str, Any], said: str
) -> None:
    reason = refused(identity(source, **SERVER | chosen), identity(source, **SERVER))
    assert said in reason
    assert reason.startswith("out.jsonl.checkpoint was left by another batch: ")
    assert reason.endswith(
        "Put that back, and the same command goes on where it stopped; or say --force to begin "
        "anew."
    )


def test_all_that_changed_is_told(source: Path) -> None:
    before = identity(source)
    source.write_text("{}\n{}\n")
    reason = refused(identity(source, seed=8, allowed_names="Acme"), before)
    assert "its input was another; the seed was 7, and now is 8; SPARKLOOM_ALLOWED_NAMES" in reason


@pytest.mark.parametrize(
    "chosen",
    [
        {"engine_key": "another"},
        {"engine_calls": 64},
        {"engine_timeout": 5},
        {"engine_retries": 0},
        {"threads": 7},
        {"workers": 7},
        {"concurrency": 7},
    ],
)
def test_what_changes_no_word_does_not_matter(source: Path, chosen: dict[str, Any]) -> None:
    check_same(identity(source, **SERVER | chosen), identity(source, **SERVER), source)


def test_no_secret_is_kept(source: Path) -> None:
    assert "sesame" not in json.dumps(identity(source, **SERVER))


def test_files_of_one_name_are_told_apart(source: Path, tmp_path: Path) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(b"GGUF")
    chosen: dict[str, Any] = {"engine": "embedded", "model": str(model)}
    before = identity(source, **chosen)
    model.write_bytes(b"GGUF, another")
    assert "m.gguf (13 bytes)" in refused(identity(source, **chosen), before)


def test_another_model_that_was_chosen_is_told(source: Path, tmp_path: Path) -> None:
    own = identity(source, engine="embedded", cache_dir=tmp_path)
    choice = Choice(name="gemma3-1b", path="m.gguf", sha256="a1b2" * 16)
    (tmp_path / "chosen.json").write_text(choice.model_dump_json())
    now = identity(source, engine="embedded", cache_dir=tmp_path)
    told = "SPARKLOOM_MODEL was sparkloom, and now is gemma3-1b (a1b2a1b2a1b2)"
    assert told in refused(now, own)


def test_every_setting_that_is_named_is_one() -> None:
    names = {*ALWAYS, *(name for names in OF_AN_ENGINE.values() for name in names)}
    assert names <= set(Settings.model_fields)


def test_a_checkpoint_of_an_older_version_is_refused(source: Path) -> None:
    before = {"version": "0.0.1", "input": "x"}
    assert "the version was 0.0.1, and now is" in refused(identity(source), before)


def test_the_servers_model_is_named() -> None:
    with chat_double.running(chat_double.good) as double:
        chosen = {"engine": "openai", "engine_url": double.address}
        assert named(Settings.model_validate(chosen)).engine_model == "first"
        for more in ({"engine_model": "mine"}, {"engine_fallback": True}):
            settings = Settings.model_validate(chosen | more)
            assert named(settings) is settings
        double.models.clear()
        assert named(Settings.model_validate(chosen)).engine_model == ""
    with pytest.raises(UnavailableError, match="cannot be reached"):
        named(Settings.model_validate(chosen | {"engine_retries": 0}))
    echo = Settings(engine="echo")
    assert named(echo) is echo
