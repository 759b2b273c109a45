"""References to images in a request: data URLs and asset ids.

A data URL is decoded and its picture's header read; the declared type is never trusted.
Nothing is fetched: a path or a web address is refused.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from pathlib import Path
from typing import NamedTuple

from sparkloom.errors import InvalidRequestError

MAX_BYTES = 6_000_000
MAX_PIXELS = 40_000_000
MAX_SCANS = 50
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF")

_ASSET_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_DATA_URL = re.compile(
    r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+-]+=[\w.+-]*)*)(;base64)?,", re.ASCII | re.IGNORECASE
)


class Picture(NamedTuple):
    """A decoded data URL.

    Attributes:
        data: the file's bytes, in a data URL at most `MAX_BYTES`.
        format: one of `FORMATS`, read from the bytes.
        width: pixels.
        height: pixels.
    """

    data: bytes
    format: str
    width: int
    height: int


def is_data_url(reference: str) -> bool:
    return reference[:5].lower() == "data:"


def data_url_of(path: Path) -> str:
    """A picture's file as a data URL.

    Raises:
        InvalidRequestError: the file cannot be opened, or is not a picture that can be read.
    """
    try:
        data = read_file(path).data
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{path} {error.reason}") from None
    return "data:;base64," + base64.b64encode(data).decode()


def check_reference(reference: str) -> str:
    """What is wrong with a reference, as the end of a sentence; empty if nothing is."""
    if not is_data_url(reference):
        if _ASSET_ID.fullmatch(reference):
            return ""
        return "must be a data URL or an asset id; paths and web addresses are not opened"
    try:
        decode(reference)
    except InvalidRequestError as error:
        return error.reason
    return ""


def decode(data_url: str) -> Picture:
    """Decode a data URL and read its picture's header.

    Raises:
        InvalidRequestError: not base64, not one of `FORMATS`, or too large.
    """
    head = _DATA_URL.match(data_url[:300])
    if head is None or head.group(3) is None:
        raise InvalidRequestError("must be a base64 data URL: data:image/png;base64,...")
    return decode_base64(data_url[head.end() :])


def decode_base64(text: str) -> Picture:
    """As `decode`, of the base64 alone."""
    if len(text) * 3 // 4 > MAX_BYTES + 3:
        raise InvalidRequestError(_too_many_bytes())
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequestError("is not valid base64") from None
    return read_picture(data)


def read_picture(data: bytes, most: int = MAX_BYTES) -> Picture:
    """Read the header of a picture's file.

    Args:
        most: bytes.

    Raises:
        InvalidRequestError: not one of `FORMATS`, or too large.
    """
    if len(data) > most:
        raise InvalidRequestError(_too_many_bytes(most))
    return _read_header(data)


def read_file(path: Path) -> Picture:
    """As `read_picture`, of a file on the disk; no more of it is read than is allowed.

    Raises:
        InvalidRequestError: it cannot be opened, is not one of `FORMATS`, or too large.
    """
    try:
        with path.open("rb") as file:
            return read_picture(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise InvalidRequestError(f"cannot be opened: {error.strerror}") from None


def check_pixels(picture: Picture) -> None:
    """Decode a picture to the end: what is kept shall be whole.

    Raises:
        InvalidRequestError: it is cut off or damaged.
    """
    from PIL import Image

    check_scans(picture)
    try:
        with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
            image.load()
    except Exception:  # a decoder met bytes made to break it: still the sender's fault
        raise InvalidRequestError("is a damaged picture") from None


def check_scans(picture: Picture) -> None:
    """Refuse a JPEG that takes long to decode: each scan goes over all of its pixels again.

    Raises:
        InvalidRequestError: it has far more scans than any program writes.
    """
    scans = picture.data.count(b"\xff\xda") if picture.format == "JPEG" else 0
    if scans > MAX_SCANS:
        raise InvalidRequestError(
            f"is a JPEG with {scans} scans; save it anew with {MAX_SCANS} at most"
        )


def _read_header(data: bytes) -> Picture:
    from PIL import Image, UnidentifiedImageError

    try:
        with (
            warnings.catch_warnings(action="error"),
            Image.open(io.BytesIO(data), formats=FORMATS) as image,
        ):
            name, (width, height) = image.format or "", image.size
            name = "JPEG" if name == "MPO" else name  # what phones write: several JPEGs
    except UnidentifiedImageError:
        raise InvalidRequestError(
            "is not a picture that can be read; send PNG, JPEG, WebP, GIF, AVIF or TIFF"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidRequestError(_too_many_pixels()) from None
    except Exception:  # a decoder met bytes made to break it: still the sender's fault
        raise InvalidRequestError("is a damaged picture") from None
    if width * height > MAX_PIXELS:
        raise InvalidRequestError(_too_many_pixels())
    return Picture(data, name, width, height)


def _too_many_bytes(most: int = MAX_BYTES) -> str:
    return f"is larger than {most // 1_000_000} MB"


def _too_many_pixels() -> str:
    return f"has more than {MAX_PIXELS // 1_000_000} megapixels"
