"""The page on security: every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_what_is_defended_has_its_test() -> None:
    rows = PAGE.partition("## What is defended")[2].partition("\n## ")[0].splitlines()
    threats = [row for row in rows if row.startswith("| ") and "---" not in row][1:]
    assert len(threats) > 10
    for row in threats:
        named = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert named, row
        assert [name for name in named if not (ROOT / name).exists()] == []
