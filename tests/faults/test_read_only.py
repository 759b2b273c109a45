"""A cache that cannot be written: what is in it is used, and what is missing is told or done
without."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny
from disks import disk

from conftest import picture
from sparkloom.errors import LocalModelError
from sparkloom.local_model.store import find_model, local_model
from sparkloom.vision.cache import Remembering
from sparkloom.vision.description import ImageDescription


class Looking:
    name = "looking"

    def describe(self, picture: object) -> ImageDescription:
        return ImageDescription(sentence="a heron", engine=self.name)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local model that takes no time and no room."""
    tiny.stand_in(tiny.make(tmp_path), monkeypatch.setattr)


@pytest.mark.usefixtures("_tiny")
def test_a_model_in_it_is_used(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 64) as cache:
        built = local_model(cache.path)
        cache.close_writing()
        assert local_model(cache.path) == find_model(cache.path) == built


@pytest.mark.usefixtures("_tiny")
def test_a_model_that_is_damaged_is_told(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 64) as cache:
        built = local_model(cache.path)
        damaged = bytearray(built.path.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        built.path.write_bytes(damaged)
        cache.close_writing()
        with pytest.raises(LocalModelError, match=r"Read-only.*make it writable"):
            local_model(cache.path)


def test_descriptions_are_made_anew(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 1) as cache:
        cache.close_writing()
        eyes = Remembering(Looking(), cache.path / "descriptions")
        assert [eyes.describe(picture()).sentence for _ in range(2)] == ["a heron"] * 2
