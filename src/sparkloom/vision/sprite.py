"""What a picture is in a game, as its pixels tell: magnified, a sprite, a sheet, a tileset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sparkloom.vision.description import Structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

LARGEST_STEP = 32
SPRITE = 256
"""The longest side of a single sprite, in its own pixels."""

TILES = (64, 48, 32, 24, 16, 8)
SEAM = 1.6
"""How much more the colours jump from tile to tile than within one."""

CELLS = 3
"""A sheet has so many frames at least."""

HARD = 0.9
"""The share of pixels that are wholly seen or not at all, from which an edge is hard."""


def magnification(exact: Bytes) -> int:
    """How many times a picture was magnified without smoothing; 1 where it was not.

    Args:
        exact: height x width x 4, 0 to 255.
    """
    height, width = exact.shape[:2]
    whole = packed(exact)
    across = (whole[:, 1:] != whole[:, :-1]).any(0)
    down = (whole[1:] != whole[:-1]).any(1)
    places = np.concatenate([np.flatnonzero(across) + 1, np.flatnonzero(down) + 1])
    if not len(places):
        return 1
    step = int(np.gcd.reduce(places))
    return step if 1 < step <= LARGEST_STEP and width >= step * 4 and height >= step * 4 else 1


def packed(exact: Bytes) -> NDArray[np.uint32]:
    """A number for each pixel, the same for the same colours."""
    return np.ascontiguousarray(exact).view(np.uint32)[..., 0]


def native(exact: Bytes) -> Bytes:
    """The picture as it was before it was magnified."""
    step = magnification(exact)
    return exact[::step, ::step]


def structure_of(exact: Bytes, *, pixel_art: bool) -> Structure | None:
    """What a picture is in a game; None where that does not show.

    Args:
        exact: as in `magnification`.
        pixel_art: whether it is pixel art.
    """
    own = native(exact)
    seen = own[..., 3] > 8
    if not seen.all():
        if not seen.any():
            return None
        if _is_sheet(seen):
            return "sprite sheet"
        hard = ((own[..., 3] < 8) | (own[..., 3] > 247)).mean() >= HARD
        if pixel_art and hard and max(own.shape[:2]) <= SPRITE:
            return "sprite"
    if pixel_art and _is_tiled(own):
        return "tileset"
    return None


def _is_sheet(seen: NDArray[np.bool_]) -> bool:
    """Whether there are frames of one size, with nothing between them."""
    rows, columns = _bands(seen, 1), _bands(seen, 0)
    if len(rows) * len(columns) < CELLS:
        return False
    filled = sum(
        bool(seen[top:bottom, left:right].any()) for top, bottom in rows for left, right in columns
    )
    if filled < max(CELLS, len(rows) * len(columns) * 0.6):
        return False
    return _regular(rows) and _regular(columns)


def _bands(seen: NDArray[np.bool_], axis: int) -> list[tuple[int, int]]:
    """Where runs of lines with something on them begin and end."""
    filled = np.pad(seen.max(axis).astype(np.int8), 1)
    edges = np.flatnonzero(np.diff(filled))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _regular(bands: list[tuple[int, int]]) -> bool:
    """Whether the middles are one distance apart."""
    if len(bands) < 3:
        sizes = [end - start for start, end in bands]
        return max(sizes) <= 1.6 * min(sizes)
    middles = np.array([(start + end) / 2 for start, end in bands])
    steps = np.diff(middles)
    return bool(np.abs(steps - np.median(steps)).max() <= 0.2 * np.median(steps))


def _is_tiled(own: Bytes) -> bool:
    """Whether the colours jump where tiles would meet."""
    height, width = own.shape[:2]
    values = own.astype(np.float32)
    values[..., :3] *= values[..., 3:] / 255
    across = np.abs(np.diff(values, axis=1)).mean((0, 2))
    down = np.abs(np.diff(values, axis=0)).mean((1, 2))
    for side in TILES:
        columns, rows = width // side, height // side
        if width % side or height % side or columns < 2 or rows < 2 or columns * rows < 8:
            continue
        if _jump(across, side) > SEAM and _jump(down, side) > SEAM:
            return True
    return False


def _jump(changes: NDArray[np.float32], side: int) -> float:
    seam = np.arange(1, len(changes) + 1) % side == 0
    inside = float(changes[~seam].mean())
    return float(changes[seam].mean()) / max(inside, 1e-3) if inside or seam.any() else 0.0
