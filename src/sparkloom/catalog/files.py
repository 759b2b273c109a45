"""The files of a catalog: a folder by default, or any store that obstore speaks to."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from sparkloom.errors import CatalogError, NotFoundError
from sparkloom.settings import Settings

NO_ROOM = f"os error {errno.ENOSPC}"
"""How obstore says that a disk is full."""


class Files:
    """Files by name. One is there whole or not at all.

    Raises:
        CatalogError: from everything here, the store cannot be reached.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.files_url or (settings.data_dir.absolute() / "files").as_uri()
        try:
            self._store: Any = (
                from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)
            )
        except (BaseError, ValueError, OSError) as error:
            raise CatalogError(
                f"The catalog's files cannot be reached: {str(error).splitlines()[0]}. "
                "Look at SPARKLOOM_FILES_URL."
            ) from error
        self.place = url

    def write(self, name: str, data: bytes) -> None:
        with self._reached():
            self._store.put(name, data)

    def read(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            NotFoundError: it is not there.
        """
        with self._reached():
            return bytes(self._store.get(name).bytes())

    def names(self) -> Iterator[str]:
        with self._reached():
            for chunk in self._store.list():
                yield from (entry["path"] for entry in chunk)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; one that is not there is no fault."""
        for name in names:
            with suppress(NotFoundError), self._reached():
                self._store.delete(name)

    def remove_unfinished(self) -> None:
        """Remove what a killed process had begun to write. Only a folder can hold such."""
        if isinstance(self._store, LocalStore) and self._store.prefix is not None:
            # obstore writes fox.png as fox.png#1 and then renames it.
            for path in Path(self._store.prefix).glob("*#*"):
                path.unlink(missing_ok=True)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise NotFoundError("The file of this asset is gone.") from None
        except (BaseError, OSError) as error:
            if NO_ROOM in str(error):
                raise CatalogError(
                    "The catalog's files have no room left on their disk. Make some and ask "
                    "again; what was answered is kept."
                ) from error
            raise CatalogError("The catalog's files cannot be reached.") from error
