"""References to images: data URLs of real pictures, asset ids, and what poses as them."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, features

from sparkloom.errors import InvalidRequestError
from sparkloom.reference import (
    FORMATS,
    MAX_BYTES,
    MAX_SCANS,
    Picture,
    check_pixels,
    check_reference,
    check_scans,
    decode,
    decode_base64,
    is_data_url,
    read_file,
    read_picture,
)


def picture(name: str = "PNG", size: tuple[int, int] = (7, 5), mode: str = "RGB") -> bytes:
    """A real picture's file."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, name)
    return file.getvalue()


def data_url(data: bytes, declared: str = "image/png") -> str:
    return f"data:{declared};base64,{base64.b64encode(data).decode()}"


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and ends before its pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT"
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + end


PNG = picture()


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_of_every_format_is_read(name: str) -> None:
    if name == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = picture(name)
    assert decode(data_url(data)) == (data, name, 7, 5)
    assert check_reference(data_url(data)) == ""


@pytest.mark.parametrize(
    "declared", ["image/png", "image/jpeg", "text/html", "application/octet-stream", ""]
)
def test_the_declared_type_is_ignored(declared: str) -> None:
    assert decode(data_url(picture("JPEG"), declared)).format == "JPEG"


def test_parameters_of_the_declared_type_are_ignored() -> None:
    assert decode(data_url(PNG, "image/png;name=fox.png;charset=utf-8")).format == "PNG"


def test_only_the_header_is_read() -> None:
    assert decode(data_url(png_header(640, 480)))[1:] == ("PNG", 640, 480)


@pytest.mark.parametrize("name", ["BMP", "ICO", "PPM", "PDF", "TGA"])
def test_a_picture_of_another_format_is_refused(name: str) -> None:
    assert "send PNG, JPEG, WebP" in check_reference(data_url(picture(name), "image/png"))


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"",
        b"\0" * 64,
    ],
    ids=["svg", "xml", "html", "postscript", "empty", "zeros"],
)
def test_what_poses_as_a_png_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="is not a picture that can be read"):
        decode(data_url(data))


@pytest.mark.parametrize("length", range(1, 33))
def test_a_truncated_header_is_refused(length: int) -> None:
    with pytest.raises(InvalidRequestError, match=r"is not a picture|is a damaged picture"):
        decode(data_url(PNG[:length]))


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name: str) -> None:
    if name == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = picture(name)
    for position in range(min(len(data), 64)):
        broken = data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :]
        for file in (data[:position], broken):
            fault = check_reference(data_url(file))
            assert fault.startswith(("is ", "has ")) or decode(data_url(file)).data == file


@pytest.mark.parametrize("size", [(0, 5), (7, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int]) -> None:
    assert check_reference(data_url(png_header(*size)))


@pytest.mark.parametrize(
    "body",
    ["!!!!", "AAA", "AAAA\n", "AA==AA", "_-_-", "AAAA AAAA", "%41%41", "ÄÖÜß", "\ud83e"],
)
def test_wrong_base64_is_refused(body: str) -> None:
    assert check_reference(f"data:image/png;base64,{body}") == "is not valid base64"


@pytest.mark.parametrize(
    "reference",
    [
        "data:",
        "data:,fox",
        "data:image/png,fox",
        "data:image/png;base64",
        "data:image/svg+xml;utf8,<svg/>",
        "data:image/png;base64;AAAA",
        "data:" + "x" * 400 + ";base64,AAAA",
        "DATA:,fox",
    ],
)
def test_a_data_url_must_be_in_base64(reference: str) -> None:
    assert check_reference(reference).startswith("must be a base64 data URL")


@pytest.mark.parametrize(
    ("size", "fault"),
    [(MAX_BYTES, ""), (MAX_BYTES + 1, "is larger than 6 MB"), (7_000_000, "is larger than 6 MB")],
)
def test_a_file_has_at_most_6_mb(size: int, fault: str) -> None:
    assert check_reference(data_url(PNG + b"\0" * (size - len(PNG)))) == fault


@pytest.mark.parametrize(
    ("size", "fault"),
    [
        ((8000, 5000), ""),
        ((8000, 5001), "has more than 40 megapixels"),
        ((40_000_001, 1), "has more than 40 megapixels"),
        ((20_000, 10_000), "has more than 40 megapixels"),
        ((2**31 - 1, 2**31 - 1), "has more than 40 megapixels"),
    ],
)
def test_a_picture_has_at_most_40_megapixels(size: tuple[int, int], fault: str) -> None:
    assert check_reference(data_url(png_header(*size))) == fault


def test_a_large_picture_in_a_small_file_is_refused() -> None:
    data = picture(size=(8000, 5001), mode="1")
    assert len(data) < 10_000
    with pytest.raises(InvalidRequestError, match="has more than 40 megapixels"):
        decode(data_url(data))


@pytest.mark.parametrize("reference", ["a", "asset_1", "GzF9-x.2", "9", "a" * 200])
def test_an_asset_id_is_accepted(reference: str) -> None:
    assert check_reference(reference) == ""
    assert not is_data_url(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "/etc/passwd",
        "./fox.png",
        "../fox.png",
        "images/fox.png",
        "C:\\fox.png",
        "~root",
        ".hidden",
        "http://example.com/fox.png",
        "https://example.com/fox.png",
        "file:///etc/passwd",
        "ftp://example.com/fox.png",
        "//example.com/fox.png",
        "asset 1",
        "asset_1\n",
        "asset_1\0",
        "füchse",
        "\ud83e",
        " data:image/png;base64,AAAA",
        "a" * 201,
    ],
)
def test_a_path_or_an_address_is_refused(reference: str) -> None:
    assert "paths and web addresses are not opened" in check_reference(reference)


@pytest.mark.parametrize("reference", ["data:,", "DATA:,", "Data:image/png;base64,AAAA"])
def test_a_data_url_is_known_in_any_case(reference: str) -> None:
    assert is_data_url(reference)


@pytest.mark.parametrize("reference", ["", "data", "data;", "xdata:,", " data:,"])
def test_other_texts_are_no_data_urls(reference: str) -> None:
    assert not is_data_url(reference)


@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_picture_has_all_of_its_pixels(name: str) -> None:
    check_pixels(read_picture(picture(name)))


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_that_is_cut_off_is_damaged(name: str) -> None:
    whole = picture(name, (300, 300))
    with pytest.raises(InvalidRequestError, match="damaged"):
        check_pixels(read_picture(whole[: len(whole) - len(whole) // 3]))


def test_bare_base64_is_read_like_a_data_url() -> None:
    assert decode_base64(base64.b64encode(PNG).decode()) == decode(data_url(PNG))
    with pytest.raises(InvalidRequestError, match="base64"):
        decode_base64(data_url(PNG))


def test_a_file_is_read_no_further_than_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(bytes(MAX_BYTES + 2))
    with pytest.raises(InvalidRequestError, match="larger than 6 MB"):
        read_file(path)
    with pytest.raises(InvalidRequestError, match="cannot be opened"):
        read_file(tmp_path)
    path.write_bytes(picture())
    assert read_file(path) == read_picture(picture())


def test_a_jpeg_of_countless_scans_is_not_decoded() -> None:
    data = picture("JPEG")
    many = Picture(data + b"\xff\xda" * (MAX_SCANS + 1), "JPEG", 8, 6)
    with pytest.raises(InvalidRequestError, match="scans; save it anew"):
        check_pixels(many)
    check_scans(Picture(data + b"\xff\xda" * (MAX_SCANS + 1), "PNG", 8, 6))
