"""Hostile and odd pictures: a clear error, or the right pixels."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from sparkloom.errors import InvalidRequestError
from sparkloom.reference import MAX_SCANS, Picture, decode, read_picture
from sparkloom.vision.pixels import EXACT, SIDE, open_pixels

TEAL = (0, 128, 128)
GREY = 90
"""What TEAL is without its colour."""


def saved(image: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_head(width: int, height: int) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)


def bomb(width: int, height: int) -> bytes:
    """A small file that unpacks to much."""
    rows = zlib.compress(bytes(1000) * (height * (width * 3 + 1) // 1000), 9)
    return png_head(width, height) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


REFUSED = {
    "a decompression bomb": lambda: bomb(7000, 7000),
    "a bomb by its header alone": lambda: png_head(100_000, 100_000) + chunk(b"IEND", b""),
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "HTML behind PNG's first bytes": lambda: b"\x89PNG\r\n\x1a\n<html>",
    "no bytes": lambda: b"",
    "PDF": lambda: b"%PDF-1.7\n",
    "the magic number alone": lambda: b"\xff\xd8\xff",
    "a size of nothing": lambda: png_head(0, 5) + chunk(b"IEND", b""),
    "PostScript, which Pillow would run": lambda: (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
    ),
    "a format that is not taken": lambda: saved(Image.new("RGB", (8, 8)), "BMP"),
}


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_picture_is_refused_by_its_header(made: Callable[[], bytes]) -> None:
    with pytest.raises(InvalidRequestError, match=r"picture|megapixels"):
        read_picture(made())


def test_the_declared_type_is_not_believed() -> None:
    posing = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
    with pytest.raises(InvalidRequestError, match="not a picture"):
        decode(f"data:image/png;base64,{posing}")
    jpeg = base64.b64encode(saved(Image.new("RGB", (8, 8), TEAL), "JPEG")).decode()
    assert decode(f"data:image/png;base64,{jpeg}").format == "JPEG"


def scans(many: int) -> bytes:
    """A JPEG whose last scan comes again and again."""
    whole = saved(Image.radial_gradient("L"), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * many + whole[-2:]


@pytest.mark.parametrize(
    "data",
    [
        saved(Image.radial_gradient("L"))[:-400],
        saved(Image.radial_gradient("L"), "JPEG")[:900],
        saved(Image.radial_gradient("L"), "WEBP")[:-50],
        saved(Image.radial_gradient("L"), "TIFF")[:-900],
        png_head(64, 64) + chunk(b"IDAT", b"no stream") + chunk(b"IEND", b""),
    ],
    ids=["PNG", "JPEG", "WebP", "TIFF", "a wrong stream"],
)
def test_a_truncated_or_damaged_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="damaged"):
        open_pixels(Picture(data, "PNG", 256, 256))


def test_a_jpeg_of_countless_scans_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(InvalidRequestError, match="scans; save it anew"):
        open_pixels(read_picture(scans(MAX_SCANS)))
    assert open_pixels(read_picture(scans(2))).width == 256


def _cmyk() -> bytes:
    return saved(Image.new("RGB", (40, 30), TEAL).convert("CMYK"), "JPEG", quality=95)


def _palette() -> bytes:
    image = Image.new("P", (40, 30), 1)
    image.putpalette([255, 0, 0, *TEAL])
    return saved(image)


def _animated() -> bytes:
    later = [Image.new("RGB", (40, 30), "red")]
    return saved(
        Image.new("RGB", (40, 30), TEAL), "GIF", save_all=True, append_images=later, duration=9
    )


def _profiled() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(Image.new("RGB", (40, 30), TEAL), icc_profile=profile)


ODD = {
    "CMYK": _cmyk,
    "a palette": _palette,
    "animated GIF": _animated,
    "animated WebP": lambda: saved(
        Image.new("RGB", (40, 30), TEAL),
        "WEBP",
        save_all=True,
        append_images=[Image.new("RGB", (40, 30), "red")],
        lossless=True,
    ),
    "a profile": _profiled,
    "a profile of nonsense": lambda: saved(
        Image.new("RGB", (40, 30), TEAL), icc_profile=b"nonsense" * 20
    ),
    "AVIF": lambda: saved(Image.new("RGB", (40, 30), TEAL), "AVIF", quality=95),
    "several JPEGs": lambda: saved(
        Image.new("RGB", (40, 30), TEAL),
        "MPO",
        save_all=True,
        append_images=[Image.new("RGB", (40, 30))],
    ),
    "a polyglot: PNG, then a ZIP and a script": lambda: (
        saved(Image.new("RGB", (40, 30), TEAL)) + b"PK\x03\x04<script>alert(1)</script>"
    ),
    "Adobe RGB's place, EXIF of nonsense": lambda: saved(
        Image.new("RGB", (40, 30), TEAL), "JPEG", exif=b"Exif\0\0nonsense", quality=95
    ),
}


@pytest.mark.parametrize("made", ODD.values(), ids=ODD.keys())
def test_odd_pictures_have_the_right_colour(made: Callable[[], bytes]) -> None:
    pixels = open_pixels(read_picture(made()))
    assert (pixels.width, pixels.height) == (40, 30)
    assert pixels.rgb.mean((0, 1)) * 255 == pytest.approx(TEAL, abs=6)
    assert not pixels.transparent


@pytest.mark.parametrize("mode", ["I;16", "I"])
def test_sixteen_bits_are_scaled_not_cut(mode: str) -> None:
    deep = Image.fromarray(np.full((30, 40), 128 * 257, np.uint16)).convert(mode)
    pixels = open_pixels(read_picture(saved(deep, "PNG" if mode == "I;16" else "TIFF")))
    assert pixels.rgb.mean() * 255 == pytest.approx(128, abs=1)


@pytest.mark.parametrize(("value", "seen"), [(0.5, 128), (float("nan"), 0)])
def test_numbers_with_a_point(value: float, seen: int) -> None:
    image = Image.fromarray(np.full((30, 40), value, np.float32))
    pixels = open_pixels(read_picture(saved(image, "TIFF")))
    assert pixels.rgb.mean() * 255 == pytest.approx(seen, abs=1)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_real_transparency(mode: str) -> None:
    image = Image.new("RGBA", (40, 30), (*TEAL, 255))
    image.paste((0, 0, 0, 0), (0, 0, 20, 30))
    data = saved(image.convert("LA")) if mode == "LA" else saved(image)
    if mode == "PA":
        data = saved(image, "GIF", transparency=0)
    pixels = open_pixels(read_picture(data))
    assert pixels.transparent
    assert pixels.alpha.mean() == pytest.approx(0.5, abs=0.02)
    assert pixels.flat.getpixel((2, 2)) == (128, 128, 128)


def test_an_alpha_channel_alone_is_no_transparency() -> None:
    image = Image.new("RGBA", (100, 100), (*TEAL, 255))
    image.putpixel((5, 5), (0, 0, 0, 0))
    pixels = open_pixels(read_picture(saved(image)))
    assert not pixels.transparent
    assert pixels.alpha.min() == 1


@pytest.mark.parametrize("orientation", range(1, 10))
def test_a_turned_picture_stands_upright(orientation: int) -> None:
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 60, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = open_pixels(read_picture(saved(image, "JPEG", exif=exif, quality=95)))
    turned = orientation in (5, 6, 7, 8)
    assert (pixels.width, pixels.height) == ((40, 60) if turned else (60, 40))
    assert pixels.rgb.shape[:2] == pixels.exact.shape[:2] == (pixels.height, pixels.width)
    middle = {1: (4, 30), 2: (4, 30), 3: (35, 30), 4: (35, 30), 5: (30, 4), 6: (30, 35)}
    middle |= {7: (30, 35), 8: (30, 4), 9: (4, 30)}
    assert pixels.rgb[middle[orientation]] == pytest.approx([1, 0, 0], abs=0.1)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (3, 2000)])
def test_thin_and_tiny_pictures(size: tuple[int, int]) -> None:
    pixels = open_pixels(read_picture(saved(Image.new("RGB", size, TEAL))))
    assert (pixels.width, pixels.height) == size
    assert max(pixels.image.size) == min(SIDE, max(size))
    assert max(pixels.exact.shape[:2]) <= EXACT
    assert pixels.rgb[0, 0] * 255 == pytest.approx(TEAL, abs=1)


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("size", [(2500, 1500), (500, 300)])
def test_large_pictures_are_made_small(mode: str, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, TEAL)
    if mode == "I;16":
        image = Image.fromarray(np.full(size[::-1], GREY * 257, np.uint16))
    pixels = open_pixels(read_picture(saved(image.convert(mode))))
    assert pixels.image.size == (SIDE, round(SIDE * 0.6))
    assert pixels.exact.shape == (min(EXACT, size[1]), min(EXACT, size[0]), 4)
    seen = TEAL if mode in ("RGB", "P", "RGBA") else (GREY,) * 3
    assert pixels.rgb.mean((0, 1)) * 255 == pytest.approx(seen, abs=2)


def test_a_format_that_takes_much_to_decode_may_be_less_large() -> None:
    with pytest.raises(InvalidRequestError, match="16 megapixels, too many for WEBP"):
        open_pixels(Picture(b"", "WEBP", 4001, 4000))


def test_a_profile_changes_what_the_numbers_mean() -> None:
    image = Image.new("RGB", (20, 20), (120, 200, 40))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    twisted = bytearray(lab)
    red, green = lab.index(b"rXYZ") + 4, lab.index(b"gXYZ") + 4
    twisted[red : red + 4], twisted[green : green + 4] = lab[green : green + 4], lab[red : red + 4]
    swapped = open_pixels(read_picture(saved(image, icc_profile=bytes(twisted))))
    assert swapped.rgb[0, 0] * 255 == pytest.approx([200, 120, 40], abs=8)


def test_a_camera_says_how_it_took_the_picture() -> None:
    image, exif = Image.new("RGB", (40, 30), TEAL), Image.Exif()
    exif[0x010F] = "A maker of cameras and of scanners"
    assert not open_pixels(read_picture(saved(image, "JPEG", exif=exif))).exposed
    exif.get_ifd(0x8769)[0x829A] = 1 / 250
    assert open_pixels(read_picture(saved(image, "JPEG", exif=exif))).exposed
    assert open_pixels(read_picture(saved(image, "WEBP", exif=exif))).exposed


def test_what_a_camera_says_may_make_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Image.Image) -> Image.Exif:
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(Image.Image, "getexif", broken)
    pixels = open_pixels(read_picture(saved(Image.new("RGB", (40, 30), TEAL), "JPEG")))
    assert (pixels.width, pixels.height, pixels.exposed) == (40, 30, False)
