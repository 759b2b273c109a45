"""Blind reading: the sheets give nothing away, and the votes are counted right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import blind
from evaluate import MODES


def folder(path: Path, name: str, numbers: range) -> Path:
    """A system's answers: two prompts for each of some sparks."""
    out = path / name
    out.mkdir()
    for mode in MODES:
        rows = [
            {
                "spark": f"spark {number}",
                "images": [],
                "examples": [],
                "editor": None,
                "gold": [f"gold {number}"],
                "prompts": [f"{name} {number} one", f"{name} {number} two"],
            }
            for number in numbers
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (out / f"{mode}.jsonl").write_text(lines, encoding="utf-8")
    return out


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_pairs_answer_the_same_spark_and_both_sides_occur(tmp_path: Path) -> None:
    blind.sheets(
        folder(tmp_path, "one", range(60)),
        folder(tmp_path, "two", range(20, 80)),
        tmp_path / "out",
        50,
    )
    rows = read(tmp_path / "out/inventive.jsonl")
    assert [row["number"] for row in rows] == list(range(1, 51))
    key = json.loads((tmp_path / "out/key.json").read_text(encoding="utf-8"))["inventive"]
    for row, side in zip(rows, key, strict=True):
        mine, theirs = (row["a"], row["b"]) if side == "a" else (row["b"], row["a"])
        assert mine.replace("one", "two", 1) == theirs
        assert mine.split()[1] == row["spark"].split()[1]
        assert set(row) == {"number", "spark", "a", "b"}
    assert set(key) == {"a", "b"}


def test_against_gold(tmp_path: Path) -> None:
    blind.sheets(folder(tmp_path, "one", range(3)), None, tmp_path / "out", 50)
    rows = read(tmp_path / "out/structured.jsonl")
    assert len(rows) == 3
    assert all(any(row[side].startswith("gold") for side in "ab") for row in rows)


def test_votes_are_counted_for_the_first_and_a_draw_for_half(tmp_path: Path) -> None:
    out = tmp_path / "out"
    blind.sheets(folder(tmp_path, "one", range(2)), None, out, 50)
    sides = json.loads((out / "key.json").read_text(encoding="utf-8"))["completion"]
    loser = "b" if sides[1] == "a" else "a"
    (out / "completion.votes.1").write_text(f"1 {sides[0]}\n2 {loser}\n", encoding="utf-8")
    (out / "completion.votes.2").write_text("1 =\n\n2 =\n", encoding="utf-8")
    assert blind.count(out) == {"completion": (0.5, 4)}


@pytest.mark.parametrize("line", ["1 c", "9 a", "0 a"])
def test_a_vote_that_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    blind.sheets(folder(tmp_path, "one", range(2)), None, out, 50)
    (out / "completion.votes").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=line):
        blind.count(out)
