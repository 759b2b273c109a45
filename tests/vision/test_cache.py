"""Descriptions are kept by content and by eyes, and a damaged one is made anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import picture
from sparkloom.errors import InvalidRequestError
from sparkloom.reference import Picture
from sparkloom.vision import ImageDescription, cache
from sparkloom.vision.cache import Remembering


class Counting:
    """Eyes that count how often they look."""

    def __init__(self, name: str = "counting-1", warnings: tuple[str, ...] = ()) -> None:
        self.name, self.looks, self.closed, self.warnings = name, 0, False, warnings

    def describe(self, picture: Picture) -> ImageDescription:
        self.looks += 1
        if picture.format == "GIF":
            raise InvalidRequestError("is a damaged picture")
        said = f"{picture.width} by {picture.height}, é."
        return ImageDescription(sentence=said, engine=self.name, warnings=self.warnings)

    def close(self) -> None:
        self.closed = True


def test_a_picture_is_looked_at_once(tmp_path: Path) -> None:
    eyes = Counting()
    first = Remembering(eyes, tmp_path / "new" / "folder")
    found = first.describe(picture())
    assert found.sentence == "8 by 6, é."
    assert Remembering(eyes, tmp_path / "new" / "folder").describe(picture()) == found
    assert eyes.looks == 1
    first.describe(picture("red"))
    assert eyes.looks == 2
    first.close()
    assert eyes.closed


def test_other_eyes_look_for_themselves(tmp_path: Path) -> None:
    Remembering(Counting(), tmp_path).describe(picture())
    other = Counting("counting-2")
    seen = Remembering(other, tmp_path)
    assert seen.name == "counting-2"
    assert seen.describe(picture()).engine == "counting-2"
    assert other.looks == 1


@pytest.mark.parametrize("content", [b"", b'{"sentence": "half', b"\xff\x00", b"[]", b'{"x": 1}'])
def test_a_damaged_entry_is_made_anew(tmp_path: Path, content: bytes) -> None:
    eyes = Counting()
    seen = Remembering(eyes, tmp_path)
    found = seen.describe(picture())
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert seen.describe(picture()) == found
    assert eyes.looks == 2
    assert ImageDescription.model_validate_json(path.read_bytes()) == found


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    eyes = Counting()
    seen = Remembering(eyes, tmp_path / "file")
    assert seen.describe(picture()) == seen.describe(picture())
    assert eyes.looks == 2


def test_what_comes_with_a_warning_is_not_kept(tmp_path: Path) -> None:
    eyes = Counting(warnings=("The model did not answer.",))
    seen = Remembering(eyes, tmp_path)
    seen.describe(picture())
    seen.describe(picture())
    assert eyes.looks == 2


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    eyes = Counting()
    seen = Remembering(eyes, tmp_path)
    for _ in range(2):
        with pytest.raises(InvalidRequestError):
            seen.describe(picture(name="GIF"))
    assert eyes.looks == 2
    assert not list(tmp_path.iterdir())


def test_those_not_asked_for_the_longest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST", 5)
    monkeypatch.setattr(cache, "SPARE", 2)
    eyes = Counting()
    seen = Remembering(eyes, tmp_path)
    colours = ["red", "green", "blue", "white", "black"]
    for age, colour in enumerate(colours):
        known = set(tmp_path.iterdir())
        seen.describe(picture(colour))
        (new,) = set(tmp_path.iterdir()) - known
        os.utime(new, (age + 1, age + 1))
    seen.describe(picture("red"))  # asked for again: now the youngest
    seen.describe(picture("teal"))
    assert len(list(tmp_path.iterdir())) == 3
    looks = eyes.looks
    for colour in ("red", "teal", "black"):
        seen.describe(picture(colour))
    assert eyes.looks == looks
