"""Media: the figures that tell them apart, and what was fitted."""

from __future__ import annotations

import numpy as np
import pytest

from sparkloom.vision import medium
from sparkloom.vision.medium import MEDIA, Weights, figures_of, load, medium_of, probabilities


def test_what_was_fitted_fits_the_inputs() -> None:
    weights = load()
    count = 1280 + len(figures_of(np.full((8, 8, 4), 255, np.uint8)))
    assert weights.mean.shape == weights.scale.shape == (count,)
    assert weights.weight.shape == (count, len(MEDIA))
    assert all(np.isfinite(part).all() for part in weights)
    assert (weights.scale > 0).all()
    likely = probabilities(weights.mean, weights)
    assert likely.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("strength", "said"), [(3.0, "pixel art"), (0.0, None)])
def test_only_what_is_certain_is_said(
    monkeypatch: pytest.MonkeyPatch, strength: float, said: str | None
) -> None:
    weight = np.zeros((5, 4), np.float32)
    weight[0, 2] = strength
    zeros, ones = np.zeros(5, np.float32), np.ones(5, np.float32)
    fitted = Weights(zeros, ones, weight, np.zeros(4, np.float32))
    monkeypatch.setattr(medium, "load", lambda: fitted)
    assert medium_of(ones[:3], ones[3:]) == said


@pytest.mark.parametrize(
    ("towards", "exposed", "said"),
    [
        (1, False, "illustration"),
        (1, True, "photograph"),
        (4, False, "illustration"),
        (4, True, "illustration"),  # a drawing that was photographed
    ],
)
def test_what_a_camera_wrote_counts(
    monkeypatch: pytest.MonkeyPatch, towards: float, exposed: bool, said: str
) -> None:
    weight = np.zeros((2, 4), np.float32)
    weight[0, MEDIA.index("illustration")] = towards + 3
    weight[0, MEDIA.index("photograph")] = 3
    zeros, ones = np.zeros(2, np.float32), np.ones(2, np.float32)
    fitted = Weights(zeros, ones, weight, np.zeros(4, np.float32))
    monkeypatch.setattr(medium, "load", lambda: fitted)
    assert medium_of(ones[:1], ones[1:], exposed=exposed) == said


def test_figures_are_finite_and_small_for_odd_pictures() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4)).astype(np.uint8)
    for exact in (noise, noise[:1, :1], noise[:1], noise[:, :1], np.zeros_like(noise)):
        figures = figures_of(exact)
        assert np.isfinite(figures).all()
        assert np.abs(figures).max() <= 4


def test_figures_see_pixels_through_a_magnification() -> None:
    own = np.random.default_rng(1).integers(0, 2, (16, 16, 4)).astype(np.uint8) * 255
    large = own.repeat(4, 0).repeat(4, 1)
    assert figures_of(large)[1:] == pytest.approx(figures_of(own)[1:])
    assert figures_of(large)[0] > figures_of(own)[0]
