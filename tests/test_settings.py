"""Settings: defaults, environment variables, limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from sparkloom.errors import ForbiddenError, InvalidRequestError
from sparkloom.request import MODES
from sparkloom.settings import Settings, usable_cores


def refused(field: str, value: object) -> str:
    """The error for one setting."""
    with pytest.raises(ValidationError, match=field) as caught:
        Settings.model_validate({field: value})
    return str(caught.value)


def secrets_of(settings: Settings) -> list[str]:
    return [key.get_secret_value() for key in settings.api_keys]


def test_the_defaults_are_safe() -> None:
    settings = Settings()
    assert settings.engine == "embedded"
    assert settings.loopback
    assert settings.api_keys == ()
    assert settings.threads == usable_cores() >= 1


def test_every_mode_has_a_price() -> None:
    assert set(Settings().prices) == set(MODES)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("engine", "echo", "echo"),
        ("request_engines", "echo, embedded", ("echo", "embedded")),
        ("engine_idle", "60", 60.0),
        ("engine_url", "http://h:8000/v1", "http://h:8000/v1"),
        ("engine_model", "qwen", "qwen"),
        ("engine_key", "sesame", SecretStr("sesame")),
        ("engine_timeout", "5", 5.0),
        ("engine_retries", "0", 0),
        ("engine_calls", "64", 64),
        ("engine_pause", "0", 0.0),
        ("engine_thinking_tokens", "0", 0),
        ("engine_extra", '{"top_k": 20}', {"top_k": 20}),
        ("engine_fallback", "true", True),
        ("vision_url", "https://h/v1", "https://h/v1"),
        ("vision_model", "qwen-vl", "qwen-vl"),
        ("vision_key", "sesame", SecretStr("sesame")),
        ("vision_timeout", "5", 5.0),
        ("vision_thinking_tokens", "9", 9),
        ("vision_mmproj", "m.gguf", "m.gguf"),
        ("vision_fallback", "1", True),
        ("model", "hf://owner/repo/fox.gguf", "hf://owner/repo/fox.gguf"),
        ("cache_dir", "/tmp/fox", Path("/tmp/fox")),  # noqa: S108
        ("threads", "3", 3),
        ("workers", "2", 2),
        ("context_tokens", "2048", 2048),
        ("data_dir", "/tmp/fox", Path("/tmp/fox")),  # noqa: S108
        ("database_url", "postgresql://h/d", SecretStr("postgresql://h/d")),
        ("files_url", "s3://bucket/folder", "s3://bucket/folder"),
        ("project", "proj_fox", "proj_fox"),
        ("key_projects", '{"ada": "proj_art"}', {"ada": "proj_art"}),
        ("host", "0.0.0.0", "0.0.0.0"),  # noqa: S104
        ("port", "0", 0),
        ("max_body_bytes", "4096", 4096),
        ("allowed_hosts", "a.example, b.example", ("a.example", "b.example")),
        ("allowed_origins", "https://a.example", ("https://a.example",)),
        ("allowed_names", "Zorbo, Plim the Old,", ("Zorbo", "Plim the Old")),
        ("blocked_names", " Zorbo ", ("Zorbo",)),
        ("prices", '{"completion": 2}', {"completion": 2.0}),
        ("price_per_extra_result", "0.5", 0.5),
    ],
)
def test_the_environment_sets_it(
    monkeypatch: pytest.MonkeyPatch, field: str, text: str, value: object
) -> None:
    monkeypatch.setenv(f"SPARKLOOM_{field.upper()}", text)
    assert getattr(Settings(), field) == value


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_PORT", "9000")
    assert Settings(port=9001).port == 9001


def test_a_foreign_variable_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_FOX", "red")
    monkeypatch.setenv("PORT", "9000")
    assert Settings().port == 8321


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("engine", "abacus"),
        ("engine_url", "localhost:8000/v1"),
        ("vision_url", "ftp://host/v1"),
        ("engine_url", "http://fox:red@host/v1"),
        ("engine_timeout", 0),
        ("engine_retries", 11),
        ("engine_calls", 0),
        ("engine_pause", -1),
        ("engine_idle", -1),
        ("threads", 0),
        ("threads", 513),
        ("workers", 0),
        ("workers", 65),
        ("context_tokens", 511),
        ("context_tokens", 131_073),
        ("port", -1),
        ("port", 65_536),
        ("max_body_bytes", 1023),
        ("prices", {"completion": -1}),
        ("prices", {"completion": float("nan")}),
        ("price_per_extra_result", -0.1),
        ("database_url", "mysql://h/d"),
        ("database_url", "/home/fox/catalog.db"),
        ("project", ""),
        ("project", "two words"),
        ("key_projects", {"ada": "a/b"}),
    ],
)
def test_a_value_past_its_limit_is_refused(field: str, value: object) -> None:
    refused(field, value)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"engine": "openai"}, "engine_url"),
        ({"request_engines": "openai"}, "engine_url"),
        ({"vision_file": "model.gguf"}, "vision_mmproj"),
    ],
)
def test_what_must_go_with_it_is_asked_for(fields: dict[str, object], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Settings.model_validate(fields)


def test_settings_cannot_be_changed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 9000  # type: ignore[misc]


@pytest.mark.parametrize(("threads", "workers"), [(1, 1), (2, 2), (4, 4), (5, 4), (64, 4)])
def test_workers_follow_from_threads(threads: int, workers: int) -> None:
    assert Settings(threads=threads).workers == workers


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        (" , ,", []),
        ("fox:red", ["fox:red"]),
        (" fox:red , wolf:grey,", ["fox:red", "wolf:grey"]),
        ("fox:red:brown", ["fox:red:brown"]),
    ],
)
def test_api_keys_are_pairs_with_commas_between(
    monkeypatch: pytest.MonkeyPatch, text: str, pairs: list[str]
) -> None:
    monkeypatch.setenv("SPARKLOOM_API_KEYS", text)
    assert secrets_of(Settings()) == pairs


def test_api_keys_may_come_as_a_tuple() -> None:
    assert secrets_of(Settings(api_keys=(SecretStr("fox:red"),))) == ["fox:red"]


@pytest.mark.parametrize(
    ("text", "entry"), [("fox", 1), (":red", 1), ("fox:", 1), ("fox:red,:", 2), ("a:b,,wolf", 2)]
)
def test_an_api_key_without_key_or_secret_is_refused(text: str, entry: int) -> None:
    assert f"entry {entry} is not of the form key:secret" in refused("api_keys", text)


@pytest.mark.parametrize("text", ["hashed:", "hashed:abc", "hashed:" + "G" * 64])
def test_a_hash_that_is_none_is_refused(text: str) -> None:
    assert "entry 1: hashed: needs 64" in refused("api_keys", f"fox:{text}")


def test_settings_do_not_show_the_api_keys() -> None:
    settings = Settings.model_validate({"api_keys": "fox:hidden"})
    assert "hidden" not in repr(settings)
    assert "hidden" not in settings.model_dump_json()


def test_a_faulty_database_url_is_not_repeated() -> None:
    assert "swordfish" not in refused("database_url", "mysql://fox:swordfish@h/d")


def test_a_request_without_a_key_names_its_project_or_takes_the_settings() -> None:
    settings = Settings(project="proj_a")
    assert settings.project_of(None, None) == "proj_a"
    assert settings.project_of(None, "proj_b") == "proj_b"


def test_a_key_has_a_project_of_its_own() -> None:
    settings = Settings(project="proj_a", key_projects={"ada": "proj_b"})
    assert settings.project_of("ada", None) == settings.project_of("ada", "proj_b") == "proj_b"
    assert settings.project_of("bob", None) == "proj_a"
    for key, asked in (("ada", "proj_a"), ("bob", "proj_b")):
        with pytest.raises(ForbiddenError) as caught:
            settings.project_of(key, asked)
        assert caught.value.details["field"] == "projectId"


@pytest.mark.parametrize("asked", ["", "a b", "a/b", "p" * 201, "caf\u00e9", 3, ["proj_a"]])
def test_what_is_no_project_is_refused(asked: object) -> None:
    with pytest.raises(InvalidRequestError, match="projectId"):
        Settings().project_of(None, asked)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_a_loopback_address_is_known(host: str) -> None:
    assert Settings(host=host).loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "", "example.com", "1.127.0.0"])  # noqa: S104
def test_another_address_is_no_loopback(host: str) -> None:
    assert not Settings(host=host).loopback
