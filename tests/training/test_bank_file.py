"""What ships in the wheel is what the hand-written rows make."""

from __future__ import annotations

import lzma
import runpy
from pathlib import Path

import pytest

from sparkloom.bank import colours, endings, finishes, kinds, manners, pictures, seeds
from sparkloom.bank.bank import FILE

MADE = runpy.run_path(str(Path(__file__).parents[2] / "training" / "bank.py"))


def test_the_shipped_bank_is_up_to_date() -> None:
    lines = MADE["prompts"]()
    shipped = lzma.decompress(FILE.read_bytes()).decode("utf-8").split("\n")
    assert lines == shipped, "run: python training/bank.py"
    assert lzma.decompress(MADE["pack"](lines[:3])).decode("utf-8").split("\n") == lines[:3]
    assert MADE["pictures"](lines) == pictures.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("finishes", finishes.FILE),
        ("manners", manners.FILE),
        ("scenes", kinds.FILE),
        ("seeds", seeds.FILE),
        ("endings", endings.FILE),
        ("colours", colours.FILE),
    ],
)
def test_the_shipped_texts_are_up_to_date(name: str, shipped: Path) -> None:
    assert MADE[name]() == shipped.read_text(encoding="utf-8"), "run: python training/bank.py"
