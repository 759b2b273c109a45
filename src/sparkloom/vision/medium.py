"""How a picture was made: photographed, drawn, set pixel by pixel, or designed as an icon.

A linear classifier over what EfficientNet-Lite2 sees (its last layer before the classes) and a
few figures of the pixels. It is fitted by `benchmarks/vision.py --fit`; its numbers are in
`medium.npz`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sparkloom.vision.sprite import magnification, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sparkloom.vision.description import Medium

    Floats = NDArray[np.float32]

FILE = Path(__file__).with_name("medium.npz")

MEDIA: tuple[Medium, ...] = ("photograph", "illustration", "pixel art", "flat icon")

TAKEN = 10
"""How many times likelier a photograph is where a camera wrote its exposure into the file: in the
files that the classifier was fitted on only photographs have that, but drawings are photographed
too."""

CERTAIN = 0.5
"""A medium is said from this probability on."""


OPAQUE = np.array([255, 255, 255, 0], np.uint8).view(np.uint32)[0]
"""What of a packed pixel is its colour."""


class Weights(NamedTuple):
    """What was fitted.

    Attributes:
        mean: of each input, to be taken away.
        scale: to divide by.
        weight: inputs x media.
        bias: one for each medium.
    """

    mean: Floats
    scale: Floats
    weight: Floats
    bias: Floats


def medium_of(seen: Floats, figures: Floats, *, exposed: bool = False) -> Medium | None:
    """The medium, where it is certain.

    Args:
        seen: the 1280 numbers of the net's last layer.
        figures: as from `figures_of`.
        exposed: whether a camera says in the file how it took the picture.
    """
    likely = probabilities(np.concatenate([seen, figures]), load())
    if exposed:
        likely = likely * np.where(np.array(MEDIA) == "photograph", TAKEN, 1)
        likely /= likely.sum()
    best = int(likely.argmax())
    return MEDIA[best] if likely[best] >= CERTAIN else None


def probabilities(inputs: Floats, weights: Weights) -> Floats:
    """How likely each of `MEDIA` is."""
    scores = (inputs - weights.mean) / weights.scale @ weights.weight + weights.bias
    likely = np.exp(scores - scores.max(-1, keepdims=True))
    found: Floats = likely / likely.sum(-1, keepdims=True)
    return found


@cache
def load() -> Weights:
    with np.load(FILE) as file:
        return Weights(*(file[name].astype(np.float32) for name in Weights._fields))


def figures_of(exact: NDArray[np.uint8]) -> Floats:
    """Figures in which media differ, each about 0 to 1.

    Args:
        exact: height x width x 4, 0 to 255, as they are in the file.
    """
    step = magnification(exact)
    own = exact[::step, ::step]
    alpha = own[..., 3]
    seen = alpha > 8
    size = max(own.shape[:2])
    count = max(int(seen.sum()), 1)
    red, green, blue = (own[..., channel].astype(np.float32) / 255 for channel in range(3))
    _, many = np.unique(packed(own)[seen] & OPAQUE, return_counts=True)
    many = np.sort(many)[::-1]
    grey = (red + green + blue) / 3
    both = seen[:, 1:] & seen[:, :-1]
    change = np.abs(np.diff(grey, axis=1))[both]
    change = change if change.size else np.zeros(1, np.float32)
    most, least = (np.maximum(red, green), blue), (np.minimum(red, green), blue)
    chroma = (np.maximum(*most) - np.minimum(*least))[seen] if seen.any() else np.zeros(1)
    soft = (alpha > 8) & (alpha < 247)
    return np.array(
        [
            np.log2(step) / 4,
            np.log2(size) / 10,
            float(size <= 96),
            np.log2(len(many) + 1) / 16,
            len(many) / count,
            many[:1].sum() / count,
            many[:8].sum() / count,
            many[:32].sum() / count,
            1 - seen.mean(),
            soft.mean(),
            soft.sum() / max(_edge(seen), 1) / 4,
            (change == 0).mean(),
            (change < 0.01).mean(),
            ((change > 0.01) & (change < 0.06)).mean(),
            (change > 0.15).mean(),
            change.mean() * 4,
            float(np.mean(chroma)),
            float(np.std(chroma)) * 2,
            grey[seen].std() * 2 if seen.any() else 0.0,
        ],
        np.float32,
    )


def _edge(seen: NDArray[np.bool_]) -> int:
    """How many pixels lie where what is seen ends."""
    return int((seen[:, 1:] != seen[:, :-1]).sum() + (seen[1:] != seen[:-1]).sum())
