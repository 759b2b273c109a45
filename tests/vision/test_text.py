"""Text is read where a reader is installed, and believed where it is sure."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from sparkloom.vision import text
from sparkloom.vision.text import Reader

Lines = list[tuple[object, str, float]] | None


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Lines]:
    """A stand-in for the package; what it reads is put into the list."""
    lines: list[Lines] = []

    class RapidOCR:
        def __init__(self, intra_op_num_threads: int, **limit: object) -> None:
            assert (intra_op_num_threads, len(limit)) == (2, 2)

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


def test_a_strip_has_no_room_for_letters(installed: list[Lines]) -> None:
    installed.append([(None, "OPEN", 0.99)])
    assert Reader(2).read(Image.new("RGB", (384, 7), "red")) is None


def test_without_the_extra_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "find_spec", lambda _: None)
    assert Reader(2).read(Image.new("RGB", (9, 9))) is None


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The real one; where `SPARKLOOM_TEST_OCR` is `required` it must be there."""
    if not find_spec("rapidocr_onnxruntime") and os.environ.get("SPARKLOOM_TEST_OCR") != "required":
        pytest.skip("the extra `ocr` is not installed")
    return Reader(2)


def sign(*lines: str, size: int = 40, ground: str = "white", ink: str = "black") -> Image.Image:
    image = Image.new("RGB", (384, 256), ground)
    font = ImageFont.load_default(size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((20, 30 + number * size * 1.7), line, ink, font)
    return image


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (sign("OPEN"), "OPEN"),
        (sign("Bakery", "since 1984"), "Bakery since 1984"),
        (sign("NO ENTRY", size=56, ground="firebrick", ink="white"), "NO ENTRY"),
        (sign("lighthouse", size=24, ground="navy", ink="gold"), "lighthouse"),
        (sign("mind the gap", size=14), "mind the gap"),
        (sign("OPEN").rotate(8, fillcolor="white"), "OPEN"),
    ],
)
def test_what_is_written_is_read(reader: Reader, image: Image.Image, said: str) -> None:
    found = reader.read(image)
    assert found is not None
    assert found.replace(" ", "") == said.replace(" ", "")  # it drops spaces now and then


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (384, 256), "white"),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (384, 1)),
        Image.radial_gradient("L").convert("RGB"),
        Image.effect_noise((384, 256), 90).convert("RGB"),
    ],
)
def test_where_nothing_is_written_nothing_is_read(reader: Reader, image: Image.Image) -> None:
    assert reader.read(image) is None
