"""A picture's main colours, found in OKLab, where distances are as they look, and their names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sparkloom.vision.description import Colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

COLOURS = 8
"""How many are looked for at first."""

ROUNDS = 12
BOX, ROWS = 0.02, 64
"""The side of a box of colours, in OKLab, and how many there are along each axis."""

ALIKE = 0.055
"""Colours nearer than this, in OKLab, are one."""

RARE = 0.02
"""A colour with a smaller share is left out."""

NAMES = {
    "black": "000000 0d0d0f 1a1a1c", "charcoal": "2b2d30 3a3c40", "dark grey": "55575b",
    "grey": "7a7c7f 919395", "light grey": "b0b2b4 cacccd", "white": "f4f4f4 ffffff",
    "off-white": "e6e4de", "cream": "fdf3d6 f5e8c4", "beige": "e3d3b4", "tan": "cbab7f c19a6b",
    "light brown": "a8825a", "brown": "7a4e2b 8a5a35 694530", "dark brown": "48301f 3a2417",
    "rust": "a8441f", "terracotta": "c8694a", "maroon": "5e1220", "dark red": "86141a",
    "red": "c81e1e e02020 ff0000", "crimson": "b3123f", "coral": "fa7a62", "salmon": "f4a08c",
    "pink": "f48fb1 f06a9b", "pale pink": "f8d0da", "hot pink": "ee2f90", "rose": "c85a76",
    "orange": "f07d14 ff8c00 ff6a00", "peach": "fbcba2", "amber": "e6a117", "gold": "cda434",
    "yellow": "f6dc1d ffff00 ffe94a", "pale yellow": "faf0a0", "mustard": "a8871b",
    "olive": "75752a 5c5e26", "dark olive": "3a3d1e", "khaki": "b3a875", "lime green": "a4de1a",
    "yellow-green": "87a832", "green": "2f9a3a 008000 22b14c", "bright green": "3ce03c 00ff00",
    "pale green": "b5e3a8", "sage green": "8fa588", "dark green": "15502a 1f3d22",
    "forest green": "2f6b34", "mint": "a4ecc8", "emerald": "12a372", "teal": "128282 1f7a75",
    "dark teal": "0e4a4f", "turquoise": "30cfc4", "cyan": "25dff0 00ffff", "pale cyan": "c4f2f4",
    "sky blue": "6cb8ec 87ceeb", "pale blue": "c3dcf2", "light blue": "98bfe6",
    "blue": "2464d6 0000ff 3a78c8", "dark blue": "14327c", "navy": "0e1a44 16264e",
    "slate blue": "5a72a0", "slate grey": "66727f", "steel blue": "4a7ba6", "indigo": "43218c",
    "violet": "8a3ae8", "purple": "7a2a94 800080", "dark purple": "3c1650",
    "lavender": "c0aee6 d8cdf2", "lilac": "b98fd0", "mauve": "96718c", "plum": "75305e",
    "magenta": "d81cb8 ff00ff",
}  # fmt: skip


def oklab(rgb: Floats) -> Floats:
    """sRGB to OKLab, as Björn Ottosson gives it (https://bottosson.github.io/posts/oklab).

    Args:
        rgb: 0 to 1, the three channels last.

    Returns:
        Lightness 0 to 1, and two axes of colour from about -0.4 to 0.4.
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(linear @ np.array(_TO_CONES, np.float32).T)
    found: Floats = (cones @ np.array(_TO_LAB, np.float32).T).astype(np.float32)
    return found


def from_oklab(lab: Floats) -> Floats:
    """The way back, cut to what sRGB can show."""
    cones = (lab @ np.linalg.inv(np.array(_TO_LAB, np.float32)).T) ** 3
    linear = (cones @ np.linalg.inv(np.array(_TO_CONES, np.float32)).T).clip(0, 1)
    found: Floats = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    ).astype(np.float32)
    return found


def palette(lab: Floats, weight: Floats) -> tuple[Colour, ...]:
    """The main colours, the largest share first.

    Args:
        lab: height x width x 3 in OKLab.
        weight: height x width, how much of each pixel counts, 0 to 1.
    """
    points, counts = _boxes(lab.reshape(-1, 3), weight.reshape(-1))
    if not counts.size:
        return ()
    centres = _spread(points, counts)
    for _ in range(ROUNDS):
        nearest = _distances(points, centres).argmin(1)
        centres = np.array([
            np.average(points[nearest == i], axis=0, weights=counts[nearest == i])
            if (nearest == i).any() else centre
            for i, centre in enumerate(centres)
        ], np.float32)  # fmt: skip
    groups = _joined(points, counts, _distances(points, centres).argmin(1))
    total = counts.sum()
    found = []
    for group in groups:
        share = float(counts[group].sum() / total)
        if share >= RARE:
            centre = _core(points[group], counts[group])
            found.append(Colour(name=name_of(centre), hex=hex_of(centre), share=round(share, 3)))
    return tuple(sorted(found, key=lambda colour: (-colour.share, colour.hex)))


def name_of(lab: Floats) -> str:
    """A colour's name in plain English."""
    names, values = _named()
    return names[int(((values - lab) ** 2).sum(1).argmin())]


def hex_of(lab: Floats) -> str:
    red, green, blue = (round(float(part) * 255) for part in from_oklab(lab))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _boxes(points: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The points gathered in small boxes of colour: the mean of each, and how many it holds."""
    seen = weight > 0.5
    points, weight = points[seen], weight[seen]
    steps = np.floor(points / BOX).astype(np.int32)
    steps[:, 1:] += ROWS // 2
    place = (steps[:, 0] * ROWS + steps[:, 1]) * ROWS + steps[:, 2]
    counts = np.bincount(place, weight)
    filled = counts > 0
    sums = [np.bincount(place, weight * points[:, axis])[filled] for axis in range(3)]
    counts = counts[filled]
    return (np.stack(sums, 1) / counts[:, None]).astype(np.float32), counts.astype(np.float32)


def _spread(points: Floats, counts: Floats) -> Floats:
    """Where to begin: the fullest box, then again and again one that is full and far away."""
    chosen = [int(counts.argmax())]
    far = ((points - points[chosen[0]]) ** 2).sum(1)
    while len(chosen) < min(COLOURS, len(points)):
        chosen.append(int((far * np.sqrt(counts)).argmax()))
        far = np.minimum(far, ((points - points[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def _distances(points: Floats, centres: Floats) -> Floats:
    found: Floats = ((points[:, None] - centres[None]) ** 2).sum(2)
    return found


def _joined(points: Floats, counts: Floats, nearest: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    """The groups, those that look alike put together."""
    groups = [nearest == number for number in np.unique(nearest)]
    while len(groups) > 1:
        centres = np.array([_core(points[group], counts[group]) for group in groups])
        apart = np.sqrt(_distances(centres, centres)) + np.eye(len(groups)) * 9
        one, other = np.unravel_index(int(apart.argmin()), apart.shape)
        if apart[one, other] >= ALIKE:
            break
        groups[one] = groups[one] | groups[other]
        del groups[other]
    return groups


def _core(points: Floats, counts: Floats) -> Floats:
    """The colour that most of a group has: the mean around its fullest place, for edges and
    shadows pull a plain mean away."""
    if len(points) > 2:
        order = counts.argsort()[::-1][:64]
        full = [counts[((points - points[i]) ** 2).sum(1) < 0.03**2].sum() for i in order]
        peak = points[order[int(np.argmax(full))]]
        near = ((points - peak) ** 2).sum(1) < 0.04**2
        points, counts = points[near], counts[near]
    found: Floats = np.average(points, axis=0, weights=counts).astype(np.float32)
    return found


@cache
def _named() -> tuple[tuple[str, ...], Floats]:
    pairs = [(name, code) for name, codes in NAMES.items() for code in codes.split()]
    values = np.array([[int(code[i : i + 2], 16) for i in (0, 2, 4)] for _, code in pairs])
    return tuple(name for name, _ in pairs), oklab((values / 255).astype(np.float32))


_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
