"""Files that were dropped on the page, made into a model."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from html import escape
from pathlib import Path

from sparkloom.catalog import Catalog
from sparkloom.catalog.folder import IMAGES, Imported, import_folder
from sparkloom.errors import InvalidRequestError
from sparkloom.studio.progress import shares


async def make_model(
    catalog: Catalog,
    project: str,
    files: Sequence[str],
    *,
    name: str,
    base: str | None,
    trigger: str,
) -> AsyncIterator[float | Imported]:
    """Make a model of images and their captions: how much is done, 0 to 1, and then the model.

    Args:
        files: images, `.txt` or `.caption` files of the same names, a `metadata.jsonl`.

    Raises:
        InvalidRequestError: as from `import_folder`; the name is blank; two files have one name.
        NotFoundError: there is no such base model.
    """
    if not name.strip():
        raise InvalidRequestError("Name: give the model one.")
    if not any(Path(file).suffix.lower() in IMAGES for file in files):
        raise InvalidRequestError("Drop the images of the model, with their .txt captions.")
    done = [0.0]
    with tempfile.TemporaryDirectory(prefix="sparkloom-") as folder:
        gather(files, Path(folder))

        def run() -> Imported:
            return import_folder(
                catalog,
                project,
                Path(folder),
                name=name.strip(),
                base=base,
                trigger=trigger.strip(),
                progress=done.append,
            )

        try:
            task = asyncio.create_task(asyncio.to_thread(run))
            async for share in shares(task, done):
                yield share
            yield await task
        except InvalidRequestError as error:
            raise InvalidRequestError(error.reason.replace(f"{folder}/", "")) from None


def gather(files: Sequence[str], folder: Path) -> None:
    """Copy files into one folder, as the catalog reads it.

    Raises:
        InvalidRequestError: two of them have one name, so that captions could not be told apart.
    """
    for file in map(Path, files):
        place = folder / file.name
        if place.exists():
            raise InvalidRequestError(
                f"There are two files named {file.name}. Rename one of them, or keep folders "
                "apart: sparkloom models import FOLDER."
            )
        shutil.copyfile(file, place)


def making(share: float) -> str:
    """How far it is, as HTML."""
    return (
        f'<p class="making" role="status"><label>Making the model <progress max="1" '
        f'value="{share:.3f}"></progress> {share:.0%}</label></p>'
    )


def made(found: Imported) -> str:
    """What became of it, as HTML."""
    refused = "".join(
        f"<li>{escape(f'{path.name} {reason}')}</li>" for path, reason in found.refused
    )
    return (
        f'<p class="done" role="status">Made, of {found.images} images; {found.captions} of them '
        "have captions.</p>"
        + (f'<p>Left out:</p><ul class="avoid">{refused}</ul>' if refused else "")
    )
