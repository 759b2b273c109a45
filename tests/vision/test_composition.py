"""Composition: where the subject is, how large, and what is around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sparkloom.vision.composition import (
    background_of,
    contrast_of,
    empty_space_of,
    is_symmetric,
    light_of,
    position_of,
    shot_of,
)
from sparkloom.vision.palette import oklab


def mask(top: float, bottom: float, left: float, right: float) -> np.ndarray:
    found = np.zeros((200, 300), np.float32)
    found[int(top * 200) : int(bottom * 200), int(left * 300) : int(right * 300)] = 1
    return found


def plain(colour: Sequence[int], size: tuple[int, int] = (96, 96)) -> np.ndarray:
    return oklab(np.full((*size, 3), np.array(colour) / 255, np.float32))


ONES = np.ones((96, 96), np.float32)


@pytest.mark.parametrize(
    ("box", "shot"),
    [
        ((0.05, 0.95, 0.1, 0.9), "close-up"),
        ((0.25, 0.75, 0.3, 0.7), "medium shot"),
        ((0.4, 0.55, 0.45, 0.55), "wide shot"),
        ((0.5, 0.5, 0.5, 0.5), None),
    ],
)
def test_shot(box: tuple[float, float, float, float], shot: str | None) -> None:
    assert shot_of(mask(*box)) == shot


def test_between_two_shots_none_is_said() -> None:
    size = 0.32
    assert shot_of(mask(0.2, 0.2 + size, 0.2, 0.2 + size * 200 / 300)) is None


def test_a_stray_pixel_does_not_make_a_subject_large() -> None:
    found = mask(0.4, 0.55, 0.45, 0.55)
    found[0, 0] = found[-1, -1] = 1
    assert shot_of(found) == "wide shot"


@pytest.mark.parametrize(
    ("box", "position"),
    [
        ((0, 0.3, 0, 0.2), "upper left"),
        ((0.4, 0.6, 0.4, 0.6), "centre"),
        ((0.4, 0.6, 0.8, 1), "right"),
        ((0.7, 1, 0.4, 0.6), "bottom"),
        ((0.7, 1, 0.7, 1), "lower right"),
        ((0.5, 0.5, 0.5, 0.5), None),
    ],
)
def test_position(box: tuple[float, float, float, float], position: str | None) -> None:
    assert position_of(mask(*box)) == position


@pytest.mark.parametrize(
    ("colour", "light"), [((10, 10, 10), "dark"), ((120, 120, 120), "even"), ((240,) * 3, "bright")]
)
def test_light(colour: tuple[int, int, int], light: str) -> None:
    assert light_of(plain(colour)[..., 0], ONES) == light


def test_contrast() -> None:
    halves = np.concatenate([plain((0, 0, 0)), plain((255, 255, 255))])[..., 0]
    near = np.concatenate([plain((90, 90, 90)), plain((140, 140, 140))])[..., 0]
    weight = np.ones(halves.shape, np.float32)
    assert contrast_of(halves, weight) == "strong"
    assert contrast_of(near, weight) == "soft"


def test_symmetry() -> None:
    lab = plain((20, 20, 20))
    lab[20:60, 30:66] = plain((250, 240, 40))[0, 0]
    assert is_symmetric(lab, ONES) is True
    lab[:, :40] = plain((200, 0, 0))[0, 0]
    assert is_symmetric(lab, ONES) is False
    assert is_symmetric(plain((9, 9, 9)), ONES) is None


def test_empty_space() -> None:
    noise = np.random.default_rng(0).random((96, 96)).astype(np.float32)
    assert empty_space_of(plain((50, 60, 70))[..., 0], ONES) == 1
    assert empty_space_of(noise, ONES) == 0
    half = noise.copy()
    half[:48] = 0.5
    assert empty_space_of(half, ONES) == pytest.approx(0.5, abs=0.05)
    assert empty_space_of(noise, np.zeros_like(noise)) == 1
    assert empty_space_of(np.zeros((4, 4), np.float32), np.ones((4, 4), np.float32)) == 0


def test_background() -> None:
    lab, subject = plain((255, 255, 255)), mask(0.4, 0.6, 0.4, 0.6)[:96, :96]
    noise = oklab(np.random.default_rng(0).random((96, 96, 3)).astype(np.float32))
    slope = plain((40, 60, 160))
    slope[..., 0] += np.linspace(-0.12, 0.12, 96, dtype=np.float32)[:, None]
    assert background_of(lab, subject, transparent=True) == "transparent"
    assert background_of(lab, subject, transparent=False) == "plain white"
    assert background_of(noise, subject, transparent=False) is None
    assert background_of(noise, None, transparent=False) is None
    assert background_of(slope, subject * 0, transparent=False) == "soft dark blue"
    assert background_of(slope, np.ones_like(subject), transparent=False) is None
    steep = slope.copy()
    steep[..., 0] = np.linspace(0.1, 0.9, 96, dtype=np.float32)[:, None]
    assert background_of(steep, subject * 0, transparent=False) is None
