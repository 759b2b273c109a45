"""People are told by their faces, and only where these are sure."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from sparkloom.vision import faces
from sparkloom.vision.faces import Face, Finder, people_of

SKIN, HAIR = (224, 172, 140), (60, 38, 24)


def crowd(*places: tuple[int, int, int], size: tuple[int, int] = (384, 288)) -> Image.Image:
    """People from the chest up, drawn: each by the middle of the face, and its height."""
    image = Image.new("RGB", size, (120, 150, 170))
    draw = ImageDraw.Draw(image)

    def oval(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        draw.ellipse((x - wide, y - high, x + wide, y + high), fill=colour)

    for x, y, high in places:
        oval(x, y + 1.2 * high, 0.7 * high, 0.75 * high, (40, 60, 110))
        oval(x, y + 0.45 * high, 0.15 * high, 0.2 * high, SKIN)
        oval(x, y - 0.12 * high, 0.46 * high, 0.55 * high, HAIR)
        oval(x, y + 0.02 * high, 0.38 * high, 0.5 * high, SKIN)
        for side in (-0.16, 0.16):
            oval(x + side * high, y - 0.06 * high, 0.085 * high, 0.045 * high, (250, 250, 250))
            oval(x + side * high, y - 0.06 * high, 0.04 * high, 0.042 * high, HAIR)
            oval(x + side * high, y - 0.16 * high, 0.1 * high, 0.02 * high, HAIR)
        oval(x, y + 0.12 * high, 0.06 * high, 0.05 * high, (200, 145, 115))
        oval(x, y + 0.29 * high, 0.13 * high, 0.045 * high, (176, 70, 70))
    return image.filter(ImageFilter.GaussianBlur(1))


@pytest.fixture(scope="module")
def finder() -> Finder:
    finder = Finder(1)
    if finder.faces(Image.new("RGB", (9, 9))) is None:
        pytest.skip("the extra `people` is not installed")
    return finder


@pytest.mark.parametrize(
    "places", [(), ((190, 120, 120),), ((100, 120, 90), (280, 120, 90)), ((60, 60, 40),)]
)
def test_each_face_is_found_once_and_where_it_is(
    finder: Finder, places: tuple[tuple[int, int, int], ...]
) -> None:
    found = [face for face in finder.faces(crowd(*places)) or () if face.sure >= faces.SURE]
    assert len(found) == len(places)
    for face, (x, y, high) in zip(sorted(found, key=lambda face: face.box), places, strict=True):
        left, top, right, bottom = face.box
        assert (left + right) / 2 == pytest.approx(x, abs=high / 5)
        assert (top + bottom) / 2 == pytest.approx(y, abs=high / 5)
        assert bottom - top == pytest.approx(high, rel=0.4)


@pytest.mark.parametrize("size", [(1, 1), (384, 1), (3, 200), (33, 31)])
def test_pictures_of_any_size(finder: Finder, size: tuple[int, int]) -> None:
    assert finder.faces(Image.new("RGB", size)) == []


def face(sure: float, high: float = 50) -> Face:
    return Face(sure, (10, 10, 50, 10 + high))


@pytest.mark.parametrize(
    ("found", "beast", "people"),
    [
        ((), 0.0, None),
        ((face(0.9),), 0.0, "one person"),
        ((face(0.9), face(0.8)), 0.0, "several people"),
        ((face(0.9), face(0.5)), 0.0, None),  # a second that may be one
        ((face(0.9, high=15),), 0.0, None),  # small: others may be beside it
        ((face(0.7),), 0.0, None),
        ((face(0.9),), 0.6, None),  # the face may be the animal's
        ((face(0.9), face(0.8)), 0.6, None),
    ],
)
def test_what_is_told_of_faces(found: tuple[Face, ...], beast: float, people: str | None) -> None:
    likely = np.zeros(1000, np.float32)
    likely[[281, 700]] = beast, 1 - beast
    assert people_of(found, likely, (300, 200)) == people


@pytest.mark.parametrize("name", ["PACKAGE", "WEIGHTS", "WEIGHTS_SHA256"])
def test_without_the_extra_nobody_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(faces, name, "none-such")
    assert Finder(1).faces(crowd((190, 120, 120))) is None
