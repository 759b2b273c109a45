"""What is written in a picture, read by RapidOCR where the extra `ocr` is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkloom.vision.pixels import SIDE

if TYPE_CHECKING:
    from PIL import Image

SURE = 0.85
"""A line is believed from this probability on."""

SHORTEST = 2
"""Single characters are mostly no text."""

LOWEST = 8
"""Pixels that letters need; in a thinner picture nobody looks for any."""


def can_read() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


class Reader:
    """Reads; says None where the extra is not installed.

    Args:
        threads: processor threads.
    """

    def __init__(self, threads: int) -> None:
        self._engine: Any = None
        if can_read():
            from rapidocr_onnxruntime import RapidOCR

            # Left alone it magnifies what is small: three times the time, and no more text.
            self._engine = RapidOCR(
                intra_op_num_threads=threads, det_limit_side_len=SIDE, det_limit_type="max"
            )

    def read(self, image: Image.Image) -> str | None:
        """What is written, line after line with a space between them; None where nothing is.

        Args:
            image: in RGB.
        """
        if self._engine is None or min(image.size) < LOWEST:
            return None
        lines, _ = self._engine(np.asarray(image)[..., ::-1])  # it wants blue first
        sure = [str(text).strip() for _, text, score in lines or () if float(score) >= SURE]
        return " ".join(line for line in sure if len(line) >= SHORTEST) or None
