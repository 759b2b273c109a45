"""Text is read where a reader is installed, and believed where it is sure."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from sparkloom.vision import text
from sparkloom.vision.text import Reader

Lines = list[tuple[object, str, float]] | None


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Lines]:
    """A stand-in for the package; what it reads is put into the list."""
    lines: list[Lines] = []

    class RapidOCR:
        def __init__(self, intra_op_num_threads: int) -> None:
            assert intra_op_num_threads == 2

        def __call__(self, image: np.ndarray) -> tuple[Lines, float]:
            assert image[0, 0].tolist() == [0, 0, 255]  # red, blue first
            return lines.pop(), 0.1

    module = ModuleType("rapidocr_onnxruntime")
    module.RapidOCR = RapidOCR  # type: ignore[attr-defined]
    module.__spec__ = ModuleSpec("rapidocr_onnxruntime", None)
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", module)
    return lines


def test_what_is_sure_is_read(installed: list[Lines]) -> None:
    reader, image = Reader(2), Image.new("RGB", (9, 9), "red")
    for found, said in (
        (
            [(None, " OPEN ", 0.99), (None, "x", 0.99), (None, "DAY", "0.9"), (None, "m", 0.1)],
            "OPEN DAY",
        ),
        ([(None, "blur", 0.4)], None),
        (None, None),
    ):
        installed.append(found)  # type: ignore[arg-type]
        assert reader.read(image) == said


def test_without_the_extra_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "find_spec", lambda _: None)
    assert Reader(2).read(Image.new("RGB", (9, 9))) is None
