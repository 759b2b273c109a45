"""The offline eyes, on pictures made here, with the real nets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sparkloom.errors import InvalidRequestError
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings
from sparkloom.vision import ImageDescription, offline
from sparkloom.vision.classifier import Classifier, Look
from sparkloom.vision.offline import Offline
from sparkloom.vision.subject import COMIC, Subject


@pytest.fixture(scope="module")
def eyes() -> Iterator[Offline]:
    eyes = Offline(Settings(threads=2))
    yield eyes
    eyes.close()


def file(image: Image.Image) -> Picture:
    data = io.BytesIO()
    image.save(data, "PNG")
    return read_picture(data.getvalue())


def disc() -> Image.Image:
    image = Image.new("RGB", (300, 200), (240, 240, 235))
    ImageDraw.Draw(image).ellipse((30, 60, 110, 140), fill=(200, 30, 30))
    return image


def sprite() -> Image.Image:
    """A little man of hard pixels, like those of old games."""
    rows = (
        "..rrrr..",
        ".rssssr.",
        ".sbssbs.",
        ".ssssss.",
        "bbrrrrbb",
        "b.rrrr.b",
        "..bbbb..",
        "..b..b..",
    )
    colours = {"r": (180, 30, 40, 255), "s": (240, 200, 160, 255), "b": (30, 30, 60, 255)}
    image = Image.new("RGBA", (24, 24))
    for y, row in enumerate(rows * 2):
        for x, letter in enumerate(row):
            if letter in colours:
                image.putpixel((x + 8, y + 4), colours[letter])
    return image.resize((192, 192), Image.Resampling.NEAREST)


def test_composition_and_colours(eyes: Offline) -> None:
    found = eyes.describe(file(disc()))
    assert found.position == "left"
    assert found.shot == "medium shot"
    assert found.background in ("plain off-white", "plain white")
    assert [colour.hex for colour in found.palette] == ["#f0f0eb", "#c81e1e"]
    assert found.light == "bright"
    assert found.symmetric is False
    assert found.transparent is False
    assert found.people is None
    assert found.engine == eyes.name
    assert found.sentence.endswith("background.")


def test_eyes_that_read_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for reads in (False, True):
        monkeypatch.setattr(offline, "can_read", lambda reads=reads: reads)
        names.append(Offline(Settings()).name)
    assert names[1] == f"{names[0]}-ocr"


def test_a_sprite_is_named_by_what_it_is_not_by_what_it_shows(eyes: Offline) -> None:
    found = eyes.describe(file(sprite()))
    assert (found.medium, found.structure, found.subject) == ("pixel art", "sprite", None)
    assert found.shot is None
    assert found.position is None
    assert found.background == "transparent"
    assert found.sentence.startswith("Pixel-art sprite, ")


def test_the_same_picture_has_the_same_description(eyes: Offline) -> None:
    picture = file(disc())
    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(lambda _: eyes.describe(picture).model_dump_json(), range(3)))
    assert len(found) == 1
    eyes.close()
    assert eyes.describe(picture).model_dump_json() in found


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (2, 2)])
@pytest.mark.parametrize("mode", ["RGB", "LA"])
def test_tiny_and_thin_pictures(eyes: Offline, size: tuple[int, int], mode: str) -> None:
    found = eyes.describe(file(Image.new(mode, size)))
    assert isinstance(found, ImageDescription)
    assert found.subject is None


def test_noise_has_no_subject(eyes: Offline) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    assert eyes.describe(file(Image.fromarray(noise))).subject is None


def test_a_damaged_picture_is_refused(eyes: Offline) -> None:
    whole = file(Image.radial_gradient("L"))
    with pytest.raises(InvalidRequestError, match="damaged"):
        eyes.describe(whole._replace(data=whole.data[:-300]))


def seen_as(
    monkeypatch: pytest.MonkeyPatch, medium: str | None, sure: float, comic: float = 0.0
) -> None:
    """What the nets say, whatever there is to see."""
    likely = np.zeros(1000, np.float32)
    likely[COMIC] = comic
    look = Look(likely, np.zeros(1280, np.float32))
    monkeypatch.setattr(Classifier, "look", lambda *_: look)
    monkeypatch.setattr(offline, "medium_of", lambda *_, **__: medium)
    monkeypatch.setattr(offline, "subject_of", lambda *_: Subject("a horse", sure))


@pytest.mark.parametrize(
    ("medium", "sure", "subject"),
    [
        ("photograph", 0.35, "a horse"),
        ("illustration", 0.6, "a horse"),
        ("flat icon", 0.9, None),
        ("pixel art", 0.9, None),
    ],
)
def test_who_is_named(
    eyes: Offline, monkeypatch: pytest.MonkeyPatch, medium: str, sure: float, subject: str | None
) -> None:
    seen_as(monkeypatch, medium, sure)
    found = eyes.describe(file(disc()))
    assert found.subject == subject
    assert found.confidence == (sure if subject else None)


def test_a_comic_is_no_photograph(eyes: Offline, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_as(monkeypatch, "photograph", 0.2, comic=0.8)
    assert eyes.describe(file(disc())).medium is None
