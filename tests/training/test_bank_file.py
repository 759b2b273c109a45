"""What ships in the wheel is what the hand-written rows make."""

from __future__ import annotations

import lzma
import runpy
from pathlib import Path

import pytest

from sparkloom.bank import endings, finishes, kinds, manners, seeds
from sparkloom.bank.bank import FILE

MADE = runpy.run_path(str(Path(__file__).parents[2] / "training" / "bank.py"))


def test_the_shipped_bank_is_up_to_date() -> None:
    assert lzma.decompress(MADE["pack"]()) == lzma.decompress(FILE.read_bytes()), (
        "run: python training/bank.py"
    )


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("finishes", finishes.FILE),
        ("manners", manners.FILE),
        ("scenes", kinds.FILE),
        ("seeds", seeds.FILE),
        ("endings", endings.FILE),
    ],
)
def test_the_shipped_texts_are_up_to_date(name: str, shipped: Path) -> None:
    assert MADE[name]() == shipped.read_text(encoding="utf-8"), "run: python training/bank.py"
