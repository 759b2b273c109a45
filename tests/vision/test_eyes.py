"""The eyes that the settings ask for."""

from __future__ import annotations

from pathlib import Path

from conftest import picture
from sparkloom.settings import Settings
from sparkloom.vision import ImageDescription, open_eyes
from sparkloom.vision.offline import Offline


def test_they_remember_in_the_cache_folder(tmp_path: Path) -> None:
    eyes = open_eyes(Settings(cache_dir=tmp_path))
    assert eyes.name == Offline(Settings()).name
    assert not list(tmp_path.iterdir())  # nothing is loaded yet
    eyes.close()


def test_what_was_seen_is_not_looked_at_again(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    eyes = open_eyes(settings)
    found = eyes.describe(picture())
    (path,) = (tmp_path / "descriptions").iterdir()
    assert ImageDescription.model_validate_json(path.read_bytes()) == found
    changed = found.model_copy(update={"sentence": "As it was written."})
    path.write_text(changed.model_dump_json())
    assert open_eyes(settings).describe(picture()) == changed
