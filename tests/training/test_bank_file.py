"""The bank in the wheel is what the hand-written rows make."""

from __future__ import annotations

import lzma
import runpy
from pathlib import Path

from sparkloom.bank.bank import FILE
from sparkloom.bank.endings import FILE as ENDINGS
from sparkloom.bank.finishes import FILE as FINISHES
from sparkloom.bank.kinds import FILE as SCENES
from sparkloom.bank.manners import FILE as MANNERS

TRAINING = Path(__file__).parents[2] / "training"


def test_the_shipped_bank_is_up_to_date() -> None:
    pack = runpy.run_path(str(TRAINING / "bank.py"))["pack"]
    assert lzma.decompress(pack()) == lzma.decompress(FILE.read_bytes()), (
        "run: python training/bank.py"
    )


def test_the_shipped_finishes_are_up_to_date() -> None:
    made = runpy.run_path(str(TRAINING / "bank.py"))["finishes"]()
    assert made == FINISHES.read_text(encoding="utf-8"), "run: python training/bank.py"


def test_the_shipped_manners_are_up_to_date() -> None:
    made = runpy.run_path(str(TRAINING / "bank.py"))["manners"]()
    assert made == MANNERS.read_text(encoding="utf-8"), "run: python training/bank.py"


def test_the_shipped_scenes_are_up_to_date() -> None:
    made = runpy.run_path(str(TRAINING / "bank.py"))["scenes"]()
    assert made == SCENES.read_text(encoding="utf-8"), "run: python training/bank.py"


def test_the_shipped_endings_are_up_to_date() -> None:
    made = runpy.run_path(str(TRAINING / "bank.py"))["endings"]()
    assert made == ENDINGS.read_text(encoding="utf-8"), "run: python training/bank.py"
