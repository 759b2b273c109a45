"""Who answers a chunk of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparkloom.batch.answerer import (
    Answered,
    Answerer,
    Options,
    chunk_rows,
    request_of,
    seed_of,
    side_by_side,
)
from sparkloom.batch.format import Row
from sparkloom.batch.jsonl import Jsonl
from sparkloom.engines.echo import Echo
from sparkloom.errors import EngineError, InvalidRequestError
from sparkloom.loom import Sparkloom
from sparkloom.request import MAX_SEED, PromptRequest
from sparkloom.settings import Settings

OPTIONS = Options(seed=7, fields={"mode": "completion"})


def answered(tmp_path: Path, *rows: object, workers: int = 2) -> Answered:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    form = Jsonl(path)
    ((chunk, content),) = form.pieces(100, 1, 0)
    settings = Settings(engine="echo", workers=workers, data_dir=tmp_path / "data")
    answerer = Answerer(settings, form, OPTIONS)
    try:
        return answerer(chunk, content)
    finally:
        answerer.close()


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_rows_get_the_answers_of_the_loom(tmp_path: Path, echo_loom: Sparkloom) -> None:
    rows = [{"id": n, "prompt": f"a fox {n}", "numResults": 2, "seed": n} for n in range(5)]
    done = answered(tmp_path, *rows)
    for row, line in zip(rows, lines(done.output), strict=True):
        asked = {name: value for name, value in row.items() if name != "id"}
        answer = echo_loom.answer(PromptRequest.parse({"mode": "completion", **asked})).wire()
        for name in ("job", "creativeUnitsDiscount", "costDetails"):
            del answer[name]
        assert line == row | answer
    assert (done.rows, done.failed, done.prompts, done.unavailable) == (5, 0, 10, "")
    assert done.tokens % 24 == 0
    assert done.tokens >= 10 * 24


def test_the_bytes_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    rows = [{"prompt": f"a fox {n}"} for n in range(20)]
    assert answered(tmp_path, *rows, workers=1) == answered(tmp_path, *rows, workers=4)


def test_no_job_is_recorded(tmp_path: Path) -> None:
    answered(tmp_path, {"prompt": "a fox"})
    assert not (tmp_path / "data").exists()


def test_rows_that_fail_are_put_aside_with_their_error(tmp_path: Path) -> None:
    done = answered(tmp_path, {"prompt": "a"}, {"id": 4, "numResults": 9}, [1])
    assert [line["prompt"] for line in lines(done.output)] == ["a"]
    wrong, torn = lines(done.errors)
    assert wrong == {
        "number": 2,
        "row": {"id": 4, "numResults": 9},
        "seed": seed_of(Row(2, {}), OPTIONS),
        "error": {
            "name": "InvalidRequestError",
            "reason": "numResults: must be less than or equal to 5",
            "field": "numResults",
        },
    }
    assert (torn["number"], torn["row"], torn["error"]["field"]) == (3, "[1]", "row")
    assert (done.rows, done.failed, done.unavailable) == (3, 2, "")


class Broken(Echo):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def write(self, *_: object) -> Iterator[Any]:  # type: ignore[override]
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EngineError("gone"), {"name": "EngineError", "reason": "gone"}),
        (RuntimeError("odd"), {"name": "InternalError", "reason": "RuntimeError: odd"}),
    ],
)
def test_an_engine_that_is_gone_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: dict[str, str]
) -> None:
    monkeypatch.setattr("sparkloom.batch.answerer.open_engine", lambda _: Broken(error))
    done = answered(tmp_path, {"prompt": "a"}, {"prompt": "b"})
    assert [line["error"] for line in lines(done.errors)] == [told, told]
    assert (done.failed, done.unavailable) == (2, told["reason"])
    assert answered(tmp_path, {"prompt": "a"}, {"numResults": 9}).unavailable == ""


def test_what_a_row_says_comes_before_the_options() -> None:
    options = Options(1, {"mode": "inventive", "numResults": 3, "temperature": 0.5})
    request = request_of(Row(1, {"mode": None, "num_results": 2, "prompt": "a", "x": 1}), options)
    assert (request.mode, request.num_results, request.temperature) == ("inventive", 2, 0.5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"id": 1}, "prompt: is not there"),
        ({}, "prompt: is not there"),
        ({"num_results": 1, "numResults": 1}, "numResults: is there in both spellings"),
        ({"prompt": "a", "calls": 1}, "calls: the answer"),
        ({"prompt": 5}, "prompt: must be a valid string"),
    ],
)
def test_a_row_that_asks_nothing_that_can_be_answered_is_told(
    values: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        request_of(Row(1, values), OPTIONS)


def test_seeds_follow_from_the_batch_and_the_row() -> None:
    seeds = [seed_of(Row(n, {}), Options(s)) for s in (1, 2) for n in range(1, 1001)]
    assert len(set(seeds)) == 2000
    assert min(seeds) >= 0
    assert max(seeds) <= MAX_SEED
    assert seeds[0] == seed_of(Row(1, {"prompt": "other"}), Options(1)) == 3402789419765759
    assert request_of(Row(1, {"prompt": "a"}), Options(1)).seed == seeds[0]
    assert request_of(Row(1, {"prompt": "a", "seed": 5}), Options(1)).seed == 5


@pytest.mark.parametrize(
    ("chosen", "rows", "chunk"),
    [
        ({"engine": "echo", "threads": 8, "workers": 2}, 2, 16),
        ({"engine": "embedded", "threads": 8, "workers": 8}, 8, 32),
        ({"engine": "openai", "engine_url": "http://h/v1", "engine_calls": 64}, 64, 256),
    ],
)
def test_as_many_rows_are_under_way_as_keep_the_engine_busy(
    chosen: dict[str, Any], rows: int, chunk: int
) -> None:
    settings = Settings.model_validate(chosen)
    assert (side_by_side(settings), chunk_rows(settings)) == (rows, chunk)
