"""The pixels of a picture, upright and in sRGB, in the sizes that the looking needs."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms

from sparkloom.errors import InvalidRequestError
from sparkloom.reference import FORMATS, MAX_PIXELS, Picture, check_scans

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 384
"""The longest side that is looked at, in pixels."""

EXACT = 1024
"""The longest side that is looked at pixel by pixel; of a larger picture, its middle."""

DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
"""Pillow's modes with more than 8 bits, which it cuts off instead of scaling."""

HEAVY = {"WEBP": 16_000_000, "AVIF": 30_000_000}
"""Pixels at most, of formats whose decoders hold a picture several times over: 300 MB."""

ORIENTATION, CAMERA = 0x0112, 0x8769
EXPOSURE = frozenset((0x829A, 0x829D, 0x8827))
"""What a camera writes of a shot: how long, how wide open, how sensitive."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

SOLID = 0.98
"""What is less opaque is seen through."""

HOLES = 0.005
"""A picture is transparent from this share of its pixels on; below, it is a slip."""


@dataclass(frozen=True)
class Pixels:
    """A picture's pixels. Of a moving picture, the first frame's.

    Attributes:
        image: in RGBA, upright, in sRGB, `SIDE` pixels long at most.
        exact: height x width x 4, 0 to 255, as they are in the file, `EXACT` at most.
        width: of the whole picture, upright, in pixels.
        height: the same.
        exposed: whether a camera wrote into the file how it took the picture.
    """

    image: Image.Image
    exact: NDArray[np.uint8]
    width: int
    height: int
    exposed: bool = False

    @cached_property
    def rgb(self) -> NDArray[np.float32]:
        """height x width x 3, 0 to 1, of `image` without its transparency."""
        return np.asarray(self.image, np.float32)[..., :3] / np.float32(255)

    @cached_property
    def alpha(self) -> NDArray[np.float32]:
        """height x width, 0 to 1; 1 all over where the picture is not really transparent."""
        found = np.asarray(self.image.getchannel("A"), np.float32) / np.float32(255)
        return found if (found < SOLID).mean() >= HOLES else np.ones_like(found)

    @cached_property
    def transparent(self) -> bool:
        """Whether some of it can be seen through; having an alpha channel is not enough."""
        return bool((self.alpha < SOLID).any())

    @cached_property
    def flat(self) -> Image.Image:
        """`image` in RGB, on grey where it is transparent."""
        ground = Image.new("RGBA", self.image.size, (128, 128, 128, 255))
        ground.alpha_composite(self.image)
        return ground.convert("RGB")


def open_pixels(picture: Picture) -> Pixels:
    """Decode a picture.

    Raises:
        InvalidRequestError: it is damaged, or takes too much to decode.
    """
    check_scans(picture)
    most = HEAVY.get(picture.format, MAX_PIXELS)
    if picture.width * picture.height > most:
        raise InvalidRequestError(
            f"has more than {most // 1_000_000} megapixels, too many for {picture.format}; "
            "send PNG or JPEG"
        )
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of metadata that is odd and not used
            Image.open(io.BytesIO(picture.data), formats=FORMATS) as image,
        ):
            image.draft("RGB", (EXACT * 2, EXACT * 2))  # a large JPEG is decoded smaller
            image.load()
            turn, exposed = _taken(image)
            exact = _upright(_plain(_middle(image)), turn)
            small = _upright(_in_srgb(_plain(_shrunk(image)), image.info.get("icc_profile")), turn)
    except Exception:  # a decoder met bytes made to break it: still the sender's fault
        raise InvalidRequestError("is a damaged picture") from None
    width, height = picture.width, picture.height
    if turn and turn.value >= Image.Transpose.ROTATE_90 and turn != Image.Transpose.ROTATE_180:
        width, height = height, width
    return Pixels(small, np.asarray(exact), width, height, exposed)


def _taken(image: Image.Image) -> tuple[Image.Transpose | None, bool]:
    """How a picture is to be turned, and whether a camera says how it was exposed; what it says
    in a way that makes no sense is passed over."""
    try:
        exif = image.getexif()
        return UPRIGHT.get(exif.get(ORIENTATION, 1)), not EXPOSURE.isdisjoint(exif.get_ifd(CAMERA))
    except Exception:
        return None, False


def _middle(image: Image.Image) -> Image.Image:
    width, height = image.size
    left, top = max(0, width - EXACT) // 2, max(0, height - EXACT) // 2
    return image.crop((left, top, min(width, left + EXACT), min(height, top + EXACT)))


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture, `SIDE` long at most, made in two steps so that nothing large is copied."""
    if max(image.size) <= SIDE:
        return image
    size = _fitted(image.size, SIDE)
    if image.mode not in ("L", "RGB", "CMYK", "YCbCr") or "transparency" in image.info:
        if max(image.size) > EXACT * 2:  # their pixels cannot be averaged as they are
            image = image.resize(_fitted(image.size, EXACT * 2), Image.Resampling.NEAREST)
        image = _plain(image)
    factor = max(1, max(image.size) // (SIDE * 2))
    if factor > 1 and min(image.size) >= factor:
        image = image.reduce(factor)
    return _plain(image).resize(size, Image.Resampling.BOX)


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(image: Image.Image) -> Image.Image:
    """In RGBA, whatever it was."""
    if image.mode in DEEP:
        values = np.asarray(image, np.float32)
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
        top = 255.0 if values.max() <= 255 else max(65535.0, float(values.max()))
        top = 1.0 if image.mode == "F" and values.max() <= 1 else top
        image = Image.fromarray((values.clip(0, top) / top * 255).astype(np.uint8))
    return image if image.mode == "RGBA" else image.convert("RGBA")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """With the colours that its profile means; a profile that makes no sense is passed over."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        solid = image.convert("RGB")
        ImageCms.profileToProfile(solid, source, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    solid.putalpha(image.getchannel("A"))
    return solid


def _upright(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return image.transpose(turn) if turn is not None else image
