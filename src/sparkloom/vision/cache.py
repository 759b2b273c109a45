"""Descriptions that were made before, kept in files by content and by whose they are."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from sparkloom.reference import Picture
from sparkloom.vision.description import ImageDescription
from sparkloom.vision.eyes import Eyes

MOST = 10_000
"""How many descriptions are kept; each is about 1 kB."""

SPARE = MOST // 10
"""How many go at once when there are too many."""


class Remembering:
    """Eyes that look at each picture once.

    A file that cannot be read is made anew; a folder that cannot be written is done without.

    Args:
        eyes: who looks at what was not seen before.
        folder: where descriptions are kept; made if missing.
    """

    def __init__(self, eyes: Eyes, folder: Path) -> None:
        self._eyes = eyes
        self._folder = folder

    @property
    def name(self) -> str:
        return self._eyes.name

    def describe(self, picture: Picture) -> ImageDescription:
        """What a picture shows, from memory if it was seen before.

        Raises:
            InvalidRequestError: the picture is damaged.
            UnavailableError: the eyes cannot be loaded or reached.
        """
        path = self._path(picture)
        try:
            found = ImageDescription.model_validate_json(path.read_bytes())
            os.utime(path)  # those that are asked for stay
        except (OSError, ValidationError):
            found = self._eyes.describe(picture)
            if not found.warnings:  # what went wrong once need not go wrong again
                self._keep(path, found)
        return found

    def close(self) -> None:
        """Give back what the eyes hold; the next picture takes it anew."""
        self._eyes.close()

    def _path(self, picture: Picture) -> Path:
        key = hashlib.sha256(self._eyes.name.encode() + b"\0" + picture.data).hexdigest()
        return self._folder / f"{key}.json"

    def _keep(self, path: Path, description: ImageDescription) -> None:
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._folder, suffix=".partial", delete=False
            ) as file:
                partial = Path(file.name)
                try:
                    file.write(description.model_dump_json())
                    file.close()
                    partial.replace(path)
                except OSError:
                    partial.unlink(missing_ok=True)
                    raise
            self._sweep()

    def _sweep(self) -> None:
        """Drop those not asked for the longest when there are too many."""
        with os.scandir(self._folder) as entries:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries]
        if len(found) > MOST:
            for _, path in sorted(found)[: len(found) - MOST + SPARE]:
                Path(path).unlink(missing_ok=True)
