"""Eyes for tests: they see what they were told to."""

from __future__ import annotations

from typing import Any

from sparkloom.reference import Picture
from sparkloom.vision import ImageDescription


class Naming:
    """Eyes that name what they were told to."""

    name = "naming"

    def __init__(self, error: Exception | None = None, **fields: Any) -> None:
        self.error = error
        self.fields = fields
        self.looked: list[Picture] = []

    def describe(self, picture: Picture) -> ImageDescription:
        self.looked.append(picture)
        if self.error:
            raise self.error
        return description(**self.fields)

    def close(self) -> None:
        self.looked.clear()


def description(**fields: Any) -> ImageDescription:
    return ImageDescription(**({"sentence": "A cat.", "engine": "offline-1"} | fields))
