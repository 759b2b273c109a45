"""Training folders as the community keeps them, read into the catalog.

Three layouts are known, and may be nested: images with a caption file of the same name beside
them (`fox.png`, `fox.txt`); kohya's folders `10_tok fox`, whose name is the caption of an image
that has none; and a `metadata.jsonl` that names files and their captions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkloom.catalog.catalog import Catalog
from sparkloom.errors import InvalidRequestError
from sparkloom.reference import check_pixels, read_picture
from sparkloom.request import clean_text

IMAGES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
CAPTIONS = (".txt", ".caption")
METADATA = "metadata.jsonl"
CAPTION_FIELDS = ("text", "caption", "prompt")
TRIGGER = "[trigger]"
"""What ai-toolkit puts the trigger word in place of."""

_KOHYA = re.compile(r"\d+_(.+)")
_NOT_TRAINED_ON = ("reg", "_", ".")
"""Beginnings of folders beside the images: kohya's regularisation images, caches, hidden ones."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """An image and its caption; empty where it has none."""

    path: Path
    caption: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a folder.

    Attributes:
        images: how many images came in; `captions`, how many of them with a caption.
        refused: the images that did not, each with the reason as the end of a sentence.
    """

    model_id: str
    images: int
    captions: int
    refused: list[tuple[Path, str]]


def import_folder(
    catalog: Catalog,
    project: str,
    folder: Path,
    *,
    name: str | None = None,
    base: str | None = None,
    trigger: str = "",
    progress: Callable[[float], None] = lambda _: None,
) -> Imported:
    """Make a model of a training folder. What fails midway leaves nothing behind.

    Args:
        name: of the model; the folder's if left out.
        base: the public model that it is made from.
        trigger: takes the place of `[trigger]` in captions.
        progress: is told how much is done, 0 to 1.

    Raises:
        InvalidRequestError: there is no image in it, a caption file cannot be read, or captions
            have a `[trigger]` and none is given.
        NotFoundError: there is no such base model.
    """
    if base:
        catalog.models.get(project, base)  # a mistyped name shall not be told after an hour
    found = read_folder(folder, trigger)
    refused: list[tuple[Path, str]] = []
    assets: list[str] = []
    captions = 0
    try:
        for number, image in enumerate(found, 1):
            try:
                picture = read_picture(image.path.read_bytes())
                check_pixels(picture)
            except InvalidRequestError as error:
                refused.append((image.path, error.reason))
            else:
                caption = image.caption or None
                added = catalog.assets.add(project, picture, image.path.name, description=caption)
                assets.append(added.id)
                captions += caption is not None
            progress(number / len(found))
        if not assets:
            raise InvalidRequestError(f"None of the {len(found)} images in {folder} can be read.")
        model = catalog.models.create(
            project,
            name=name or folder.resolve().name,
            status="trained",
            base_model_id=base,
            training_images=assets,
        )
    except BaseException:  # an interrupt, too, shall leave no pictures without a model
        for start in range(0, len(assets), 100):
            catalog.assets.delete(project, assets[start : start + 100])
        raise
    return Imported(model.id, len(assets), captions, refused)


def read_folder(folder: Path, trigger: str = "") -> list[Captioned]:
    """The images of a training folder with their captions, in the order of their paths.

    Raises:
        InvalidRequestError: as from `import_folder`.
    """
    found = list(_images(folder, ""))
    if not found:
        raise InvalidRequestError(f"There is no image in {folder}.")
    if not trigger:
        for image in found:
            if TRIGGER in image.caption:
                raise InvalidRequestError(
                    f"The caption of {image.path} has a {TRIGGER}; say what it stands for."
                )
    return [Captioned(image.path, image.caption.replace(TRIGGER, trigger)) for image in found]


def _images(folder: Path, concept: str) -> Iterator[Captioned]:
    """The images of a folder and of those in it.

    Args:
        concept: what kohya takes for the caption of an image that has none.
    """
    told = _metadata(folder / METADATA)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not path.name.lower().startswith(_NOT_TRAINED_ON):
                kohya = _KOHYA.fullmatch(path.name)
                yield from _images(path, kohya.group(1).strip() if kohya else concept)
        elif path.suffix.lower() in IMAGES and not path.name.startswith("."):
            beside = next(filter(Path.is_file, map(path.with_suffix, CAPTIONS)), None)
            caption = told.get(path.name) or (_text(beside) if beside else concept)
            yield Captioned(path, caption)


def _metadata(path: Path) -> dict[str, str]:
    """Captions by the names of their files, as a metadata.jsonl has them."""
    if not path.is_file():
        return {}
    captions = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        try:
            row = json.loads(line)
            caption = next((row[field] for field in CAPTION_FIELDS if row.get(field)), "")
            captions[str(row["file_name"])] = clean_text(str(caption)).strip()
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InvalidRequestError(
                f"{path}, line {number}: is not a JSON object with file_name and text."
            ) from None
    return captions


def _text(path: Path) -> str:
    try:
        return clean_text(path.read_text("utf-8-sig")).strip()
    except ValueError as error:  # not UTF-8, or with control characters
        raise InvalidRequestError(f"{path} cannot be read: {error}.") from None
