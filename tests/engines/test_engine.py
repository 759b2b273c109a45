"""Which engine the settings ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkloom.engines import open_engine
from sparkloom.engines.echo import Echo
from sparkloom.engines.embedded import Embedded
from sparkloom.settings import Settings


def test_the_embedded_engine_is_opened_unless_another_is_named() -> None:
    engine = open_engine(Settings())
    assert isinstance(engine, Embedded)
    engine.close()


def test_the_echo_is_opened_by_name() -> None:
    assert isinstance(open_engine(Settings(engine="echo")), Echo)


def test_the_environment_can_name_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "echo")
    assert isinstance(open_engine(Settings()), Echo)


def test_opening_loads_and_builds_nothing(tmp_path: Path) -> None:
    engine = open_engine(Settings(cache_dir=tmp_path / "cache"))
    engine.close()
    assert not (tmp_path / "cache").exists()
    open_engine(Settings(model="no/such/file.gguf")).close()
