"""Counting what a task does, which is the same on every machine; its time is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def steps(task: Callable[[], object]) -> int:
    """How many calls a task makes, those of built-in functions included."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        task()
    finally:
        sys.setprofile(before)
    return count
