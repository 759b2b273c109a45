"""What the page does, where no browser is needed to see it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import Echo
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings
from sparkloom.studio import gradio_library
from sparkloom.studio.progress import LOOKED_AT

pytestmark = pytest.mark.filterwarnings("default")

NOBODY = SimpleNamespace(request=None)
TYPED = ["a fox", "finish", None, "", 3, "medium", None, None, "", False]


@pytest.fixture
def loom(tmp_path: Path) -> Iterator[Sparkloom]:
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path)) as loom:
        yield loom


@pytest.fixture
def do(loom: Sparkloom) -> Any:
    pytest.importorskip("gradio", reason="needs pip install '.[studio]'")
    gradio_library.load()
    from sparkloom.studio.handlers import Handlers

    return Handlers(loom)


def steps(stream: AsyncIterator[list[Any]]) -> list[list[Any]]:
    async def taken() -> list[list[Any]]:
        return [step async for step in stream]

    return asyncio.run(taken())


def test_answers_of_another_project_are_left_out(do: Any, loom: Sparkloom) -> None:
    own = loom.prompt("a fox", mode="completion").job.job_id
    *_, html, desk = do.begin(None, ["job_of_another", own], NOBODY)
    assert [shown.job.job_id for shown in desk] == [own]
    assert own in html


@pytest.mark.parametrize("draft", [{}, {"typed": 3}, {"typed": ["a fox"]}, {"other": 1}])
def test_a_draft_that_cannot_be_read_is_an_empty_form(do: Any, draft: dict[str, Any]) -> None:
    assert "1 creative unit" in do.begin(draft, None, NOBODY)[1]


def test_an_answer_that_is_gone_is_told(do: Any) -> None:
    event = SimpleNamespace(job="job_gone", act="more", card=0)
    (step,) = steps(do.act([], None, NOBODY, event))
    assert "no longer here" in step[0]


def test_the_history_goes_on(do: Any, loom: Sparkloom) -> None:
    for number in range(21):
        loom.prompt("a fox", mode="completion", seed=number)
    html, further = do.look_back("", 20, NOBODY)
    assert (html.count('class="card"'), further.visible) == (20, True)
    html, further, most = do.look_further("", 20, NOBODY)
    assert (html.count('class="card"'), further.visible, most) == (21, False, 40)


def test_what_nobody_foresaw_is_told_and_logged(
    do: Any, loom: Sparkloom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(loom, "dry_run", fail)
    (step,) = steps(do.write(NOBODY, *TYPED, []))
    assert "What you typed is kept" in step[0]
    assert "secret" not in step[0]
    assert "a secret of the house" in caplog.text


class Slow(Echo):
    """An engine that takes its time for every draft."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        for draft in super().write(task, orders):
            time.sleep(3 * LOOKED_AT)
            yield draft


def test_how_far_it_is_comes_from_the_loom(do: Any, tmp_path: Path) -> None:
    with Sparkloom(Settings(data_dir=tmp_path / "slow"), Slow()) as loom:
        told = [
            float(share)
            for step in steps(type(do)(loom).write(NOBODY, *TYPED, []))
            for share in re.findall('valuenow="(.+?)"', step[1])
        ]
    assert told[0] == 0
    assert len(told) > 2
    assert told == sorted(told)


def test_a_person_waits_their_turn(tmp_path: Path, do: Any) -> None:
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path / "limited", rate_limit=1)) as loom:
        limited = type(do)(loom)
        assert len(steps(limited.write(NOBODY, *TYPED, []))) == 2
        (step,) = steps(limited.write(NOBODY, *TYPED, []))
    assert "1 times a minute" in step[0]
