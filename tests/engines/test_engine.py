"""Which engine the settings ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkloom.engines import Order, Task, open_engine
from sparkloom.engines.echo import Echo
from sparkloom.engines.embedded import Embedded
from sparkloom.engines.engine import drawn
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


def test_options_are_drawn_each_once_as_text_and_seed_say() -> None:
    task = Task("make it night", max_tokens=9, top_p=1.0, options=tuple("abcde"))

    def texts(task: Task, seed: int, count: int) -> list[str]:
        given = (Order(seed + number, 0.7) for number in range(count))
        return [draft.text for draft in drawn(task, given)]

    assert sorted(texts(task, 1, 5)) == list("abcde")
    assert texts(task, 1, 8)[:5] == texts(task, 1, 5)
    assert len({tuple(texts(task, seed, 5)) for seed in range(9)}) > 4
    assert texts(replace(task, text="make it day"), 1, 5) != texts(task, 1, 5)


@pytest.mark.parametrize("name", ["echo", "embedded"])
def test_an_engine_with_options_writes_nothing_of_its_own(name: str, tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"engine": name, "cache_dir": tmp_path}
    engine = open_engine(Settings(**chosen))
    task = Task("make it night", max_tokens=9, top_p=1.0, options=("a", "b"))
    drafts = engine.write(task, iter([Order(1, 0.7), Order(2, 0.7)]))
    assert sorted(draft.text for draft in drafts) == ["a", "b"]
    engine.close()
    assert not list(tmp_path.iterdir())
