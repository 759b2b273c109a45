"""The hand-written rows keep to their rules, and the check finds those that do not."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

CHECK = runpy.run_path(str(Path(__file__).parents[2] / "training/check_gold.py"))


def test_no_row_has_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["check_gold.py"])
    assert CHECK["main"]() == 0


@pytest.mark.parametrize(
    ("kind", "row", "fault"),
    [
        ("completion", {"spark": "a fox", "prompts": ["the fox"] * 3}, "does not begin"),
        ("inventive", {"spark": "a fox", "prompts": ["the fox"]}, "five inventions"),
        ("structured", {"spark": "", "sections": {"mood": "x"}, "prompt": "y"}, "unknown"),
        ("image_editing", {"image": "a", "request": "b", "editor": "c", "instruction": "d"}, "c"),
        ("bank", {"idea": "a", "keywords": ["owl"], "form": "tags", "prompt": "fox"}, "owl"),
        ("bank", {"idea": "a", "keywords": [], "form": "tags", "prompt": "fox, 8k"}, "8k"),
        ("bank", {"idea": "a"}, "lacks"),
        ("ip_names", {"prompt": "a fox", "entities": [{"text": "Batman"}]}, "Batman"),
    ],
)
def test_a_faulty_row_is_found(kind: str, row: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in CHECK["faults_of"](kind, row))
