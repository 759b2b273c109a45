"""Eyes that need no network and no GPU: small nets, and arithmetic."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from sparkloom.reference import Picture
from sparkloom.settings import Settings
from sparkloom.vision.classifier import Classifier, Look
from sparkloom.vision.composition import (
    background_of,
    contrast_of,
    empty_space_of,
    is_symmetric,
    light_of,
    position_of,
    shot_of,
)
from sparkloom.vision.description import ImageDescription
from sparkloom.vision.faces import Finder, people_of
from sparkloom.vision.medium import figures_of, medium_of
from sparkloom.vision.palette import oklab, palette
from sparkloom.vision.pixels import Pixels, open_pixels
from sparkloom.vision.saliency import Saliency
from sparkloom.vision.sentence import sentence_of
from sparkloom.vision.sprite import structure_of
from sparkloom.vision.subject import Subject, is_comic, subject_of
from sparkloom.vision.text import Reader, can_read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

VERSION = 3
"""Goes up when the same picture is described otherwise."""

AROUND = 0.1
"""What is left around the subject when it is cut out, as a share of its size."""

WHOLE = 0.95
"""A subject that fills so much of the picture is not looked at again by itself."""


class _Tools(NamedTuple):
    classifier: Classifier
    saliency: Saliency
    finder: Finder
    reader: Reader


class Offline:
    """Looks with what is in this process. What it is not sure of it leaves out.

    Loads its nets with the first picture. May be shared between threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._tools: _Tools | None = None

    @property
    def name(self) -> str:
        reads = "-ocr" if can_read() else ""  # what was seen without is not seen with it
        return f"offline-{VERSION}{reads}"

    def describe(self, picture: Picture) -> ImageDescription:
        """What a picture shows.

        Raises:
            InvalidRequestError: the picture is damaged.
            UnavailableError: the nets cannot be loaded.
        """
        pixels = open_pixels(picture)
        with self._lock:  # one picture at a time: each takes all the threads
            tools = self._load()
            return _describe(pixels, tools, self.name)

    def close(self) -> None:
        """Give back what the eyes hold; the next picture takes it anew."""
        with self._lock:
            self._tools = None

    def _load(self) -> _Tools:
        if self._tools is None:
            threads = self._settings.threads
            self._tools = _Tools(
                Classifier(self._settings.cache_dir, threads),
                Saliency(threads),
                Finder(threads),
                Reader(threads),
            )
        return self._tools


def _describe(pixels: Pixels, tools: _Tools, engine: str) -> ImageDescription:
    lab = oklab(pixels.rgb)
    whole = tools.classifier.look(pixels.flat)
    medium = medium_of(whole.seen, figures_of(pixels.exact), exposed=pixels.exposed)
    if is_comic(whole.likely) and medium == "photograph":
        medium = None
    structure = structure_of(pixels.exact, pixel_art=medium == "pixel art")
    game = structure is not None or medium in ("pixel art", "flat icon")
    mask = None if structure in ("sprite sheet", "tileset") else tools.saliency.mask(pixels, lab)
    subject = None if game else _subject(pixels, mask, whole, tools.classifier)
    faces = () if game else tools.finder.faces(pixels.flat) or ()
    framed = None if structure or pixels.transparent else mask
    lightness, seen = lab[..., 0], np.maximum(pixels.alpha, 1e-3)
    known: dict[str, Any] = {
        "medium": medium,
        "subject": subject.name if subject else None,
        "confidence": subject.confidence if subject else None,
        "people": people_of(faces, whole.likely, pixels.flat.size),
        "text": tools.reader.read(pixels.flat),
        "palette": palette(lab, pixels.alpha),
        "light": light_of(lightness, seen),
        "contrast": contrast_of(lightness, seen),
        "shot": None if framed is None else shot_of(framed),
        "position": None if framed is None else position_of(framed),
        "symmetric": is_symmetric(lab, pixels.alpha),
        "empty_space": round(empty_space_of(lightness, pixels.alpha), 3),
        "background": background_of(lab, mask, transparent=pixels.transparent),
        "transparent": pixels.transparent,
        "structure": structure,
    }
    return ImageDescription(**known, sentence=sentence_of(known), engine=engine)


def _subject(pixels: Pixels, mask: Floats | None, whole: Look, net: Classifier) -> Subject | None:
    """What it is of, by the whole picture and by what is left when its ground is taken away."""
    looks = [whole.likely]
    if mask is not None and 0 < (mask > 0.5).mean() < WHOLE:
        looks.append(net.look(_cut_out(pixels.flat, mask)).likely)
    return subject_of(looks, net.names)


def _cut_out(image: Image.Image, mask: Floats) -> Image.Image:
    """The subject in a square, on grey."""
    solid = mask > 0.5
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = int(max(bottom - top, right - left) * (1 + 2 * AROUND))
    ground = Image.new("RGB", image.size, (128, 128, 128))
    alone = Image.composite(image, ground, Image.fromarray((mask * 255).astype(np.uint8)))
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    square = Image.new("RGB", (side, side), (128, 128, 128))
    square.paste(alone, (-int(x), -int(y)))
    return square
