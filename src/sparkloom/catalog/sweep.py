"""Files and records kept together: whose files these are, and what a killed process left."""

from __future__ import annotations

import logging

from sqlalchemy import delete, exists, select

from sparkloom.catalog.database import Database
from sparkloom.catalog.files import Files
from sparkloom.catalog.tables import AssetRow
from sparkloom.catalog.uploads import pending
from sparkloom.errors import CatalogError, NotFoundError

log = logging.getLogger("sparkloom")

MARK = "catalog"
"""The file that names the database that the others belong to."""


def claim(database: Database, files: Files) -> None:
    """Make sure that the files are this database's, and an empty place its own.

    Raises:
        CatalogError: they are not: one of two settings is wrong. Going on would lead to a sweep
            that takes every picture for a leftover.
    """
    if _owner(files) == database.identity:
        return
    with database.sweeping() as session:
        owner = _owner(files)  # another process may have been first
        used = session.scalar(select(exists(select(AssetRow.id))))
        if owner is None and not used and next(files.names(), None) is None:
            files.write(MARK, database.identity.encode())
        elif owner != database.identity:
            raise CatalogError(
                f"The files at {files.place} are not those of the catalog's database. Look at "
                "SPARKLOOM_FILES_URL, SPARKLOOM_DATABASE_URL and SPARKLOOM_DATA_DIR."
            )


def sweep(database: Database, files: Files) -> None:
    """Remove files without a record, and records without a file."""
    with database.sweeping() as session:
        there = set(files.names()) - {MARK}
        recorded = dict(session.execute(select(AssetRow.file, AssetRow.id)).all())
        for file in recorded.keys() - there:
            log.warning("asset %s is removed: its file is gone", recorded[file])
            session.execute(delete(AssetRow).where(AssetRow.file == file))
        coming = pending(session)  # their parts have no record of their own
        parts = {file for file in there if file.partition(".")[0] in coming}
        orphans = there - recorded.keys() - parts
        files.remove(orphans)
        files.remove_unfinished()
    if orphans:
        log.warning("%d files without a record were removed", len(orphans))


def _owner(files: Files) -> str | None:
    try:
        return files.read(MARK).decode()
    except NotFoundError:
        return None
