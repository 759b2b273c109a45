"""How a picture is laid out and lit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sparkloom.vision.description import Contrast, Light, Position, Shot
from sparkloom.vision.palette import name_of
from sparkloom.vision.saliency import plain_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

CLOSE, WIDE = 0.68, 0.32
"""The subject's size, as a share of the frame's shorter side: from the first on it is close, and
below the second it is far."""

DOUBT = 0.02
"""So near to the border between two words none is said."""

THIRD = 0.1
"""How far from the middle the subject's centre is before it is off centre, as a share."""

DARK, BRIGHT = 0.38, 0.74
"""The mean lightness, in OKLab."""

SOFT, STRONG = 0.11, 0.23
"""The standard deviation of the lightness."""

MIRRORED, UNLIKE = 0.3, 0.6
"""How far the two halves are apart, as a share of how far a picture's parts are apart."""

EMPTY = 0.012
"""The standard deviation of the lightness in a patch without detail."""

PATCHES = 24
"""How many patches there are along the shorter side."""

COLUMNS = ("left", "centre", "right")
POSITIONS: dict[tuple[int, int], Position] = {
    (0, 0): "upper left", (0, 1): "top", (0, 2): "upper right",
    (1, 0): "left", (1, 1): "centre", (1, 2): "right",
    (2, 0): "lower left", (2, 1): "bottom", (2, 2): "lower right",
}  # fmt: skip


def shot_of(mask: Floats) -> Shot | None:
    """How much of the frame the subject fills; None where there is none or it is not clear.

    Args:
        mask: height x width, 0 to 1.
    """
    box = _box(mask)
    if box is None:
        return None
    top, bottom, left, right = box
    size = float(np.sqrt((bottom - top) * (right - left)) / min(mask.shape))
    if min(abs(size - CLOSE), abs(size - WIDE)) < DOUBT:
        return None
    return "close-up" if size > CLOSE else "medium shot" if size > WIDE else "wide shot"


def position_of(mask: Floats) -> Position | None:
    """Where the subject is; None where there is none."""
    if _box(mask) is None:
        return None
    mask = np.where(mask > 0.5, mask, 0)
    total = float(mask.sum())
    height, width = mask.shape
    y = float((mask.sum(1) * (np.arange(height) + 0.5)).sum() / total / height)
    x = float((mask.sum(0) * (np.arange(width) + 0.5)).sum() / total / width)
    row, column = (int(at > 0.5 - THIRD) + int(at > 0.5 + THIRD) for at in (y, x))
    return POSITIONS[row, column]


def light_of(lightness: Floats, weight: Floats) -> Light:
    mean = float(np.average(lightness, weights=weight))
    return "dark" if mean < DARK else "bright" if mean > BRIGHT else "even"


def contrast_of(lightness: Floats, weight: Floats) -> Contrast:
    mean = np.average(lightness, weights=weight)
    spread = float(np.sqrt(np.average((lightness - mean) ** 2, weights=weight)))
    return "soft" if spread < SOFT else "strong" if spread > STRONG else "medium"


def is_symmetric(lab: Floats, alpha: Floats) -> bool | None:
    """Whether the left mirrors the right; None where it is not clear or nothing is there."""
    whole = np.concatenate([lab * alpha[..., None], alpha[..., None]], axis=2)
    small = _patches(whole, 32).mean((1, 3))
    spread = float(small.std((0, 1)).sum())
    if spread < 0.02:
        return None
    apart = float(np.sqrt(((small - small[:, ::-1]) ** 2).mean((0, 1))).sum()) / spread
    return True if apart < MIRRORED else False if apart > UNLIKE else None


def empty_space_of(lightness: Floats, alpha: Floats) -> float:
    """The share of the frame without detail, 0 to 1."""
    if min(lightness.shape) < PATCHES:
        return float((alpha < 0.5).mean())
    flat = _patches(lightness[..., None], PATCHES).std((1, 3))[..., 0] < EMPTY
    unseen = _patches(alpha[..., None], PATCHES).mean((1, 3))[..., 0] < 0.05
    return float((flat | unseen).mean())


def background_of(lab: Floats, mask: Floats | None, *, transparent: bool) -> str | None:
    """What is behind the subject, as far as colours tell: `transparent`, `plain white`,
    `soft blue`; None where it has detail."""
    if transparent:
        return "transparent"
    ground = plain_ground(lab)
    if ground is not None:
        return f"plain {name_of(ground)}"
    if mask is None:
        return None
    behind = mask < 0.1
    if behind.mean() < 0.2:
        return None
    lightness = lab[..., 0]
    rough = np.abs(np.diff(lightness, axis=1))[:, :-1][behind[:, 1:-1]]
    if not rough.size or float(np.percentile(rough, 90)) > 0.02:
        return None
    values = lab[behind]
    if float(np.sqrt(values.var(0).sum())) > 0.1:
        return None
    return f"soft {name_of(values.mean(0))}"


def _box(mask: Floats) -> tuple[int, int, int, int] | None:
    """The rows and columns that the subject lies between, stray pixels left out."""
    solid = mask > 0.5
    if not solid.any():
        return None
    found = []
    for axis in (1, 0):
        along = np.cumsum(solid.sum(axis)) / solid.sum()
        found += [int((along < 0.005).sum()), int((along < 0.995).sum()) + 1]
    return found[0], found[1], found[2], found[3]


def _patches(values: Floats, many: int) -> Floats:
    """Cut into squares, `many` along the shorter side; a rest at the end is left out.

    Returns:
        rows x side x columns x side x channels.
    """
    height, width, depth = values.shape
    side = max(1, min(height, width) // many)
    rows, columns = height // side, width // side
    return values[: rows * side, : columns * side].reshape(rows, side, columns, side, depth)
