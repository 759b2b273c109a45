"""Data URLs and pictures: whatever comes, it is a picture or the sender's fault."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import atheris
from mutation import mutate

with atheris.instrument_imports(include=["sparkloom.reference", "sparkloom.vision", "PIL"]):
    from PIL import Image

    Image.init()  # the readers of all formats
    from sparkloom.errors import InvalidRequestError
    from sparkloom.reference import (
        FORMATS,
        MAX_PIXELS,
        check_pixels,
        check_reference,
        decode,
        read_picture,
    )
    from sparkloom.vision.pixels import EXACT, SIDE, open_pixels

URL = b"data:"


def take(data: bytes) -> None:
    """A data URL, or the bytes of a picture."""
    try:
        if data.startswith(URL):
            text = data.decode("latin-1")
            fault = check_reference(text)
            picture = decode(text)
            assert not fault
        else:
            picture = read_picture(data)
        assert picture.format in FORMATS
        assert 0 < picture.width * picture.height <= MAX_PIXELS
        check_pixels(picture)
        pixels = open_pixels(picture)
    except InvalidRequestError as error:
        if not error.reason:
            raise
        return
    assert pixels.image.mode == "RGBA"
    assert max(pixels.image.size) <= SIDE
    assert max(pixels.exact.shape[:2]) <= EXACT
    assert pixels.rgb.min() >= 0
    assert pixels.rgb.max() <= 1
    assert pixels.flat.size == pixels.image.size


def pictures() -> Iterator[bytes]:
    """Small pictures of each format, some moving, some deep, with and without transparency."""
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "F"):
        image = Image.new("L", (9, 7), 128).convert("RGB" if mode == "P" else "L")
        image = Image.new("I;16", (9, 7), 999) if mode == "I;16" else image.convert(mode)
        for name in FORMATS:
            file = io.BytesIO()
            try:
                image.save(file, name, save_all=name in ("GIF", "WEBP", "TIFF"))
            except (OSError, ValueError, KeyError):
                continue  # the format has no such pixels
            yield file.getvalue()
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (32, 16), "teal").save(file, "JPEG", exif=exif, progressive=True)
    yield file.getvalue()


def fuzz(minutes: float, seed: int) -> None:
    found = list(pictures())
    urls = [b"data:image/png;base64," + base64.b64encode(data) for data in found[:6]]
    words = [b"data:", b";base64,", b"image/", b"IHDR", b"IDAT", b"iCCP", b"Exif\0\0", b"\xff\xda"]
    words += [b"\xff\xc0", b"\xff\xc2", b"ANIM", b"VP8L", b"VP8X", b"GIF89a", b"II*\0", b"MM\0*"]
    mutate(
        take, minutes, seed, [*found, *urls, URL], [*words, b"ftypavif", b"acTL", b"fdAT", b"tRNS"]
    )
