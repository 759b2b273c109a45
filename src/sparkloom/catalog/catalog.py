"""The catalog as a whole: opened when it is first used."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Self

from sparkloom.settings import Settings

if TYPE_CHECKING:
    from sparkloom.catalog.assets import Assets
    from sparkloom.catalog.database import Database
    from sparkloom.catalog.files import Files
    from sparkloom.catalog.jobs import Jobs
    from sparkloom.catalog.keys import Keys
    from sparkloom.catalog.models import Models
    from sparkloom.catalog.rates import Rates
    from sparkloom.catalog.training_images import TrainingImages
    from sparkloom.catalog.uploads import Uploads

# The tables' and the stores' libraries are imported when the catalog is opened: neither
# `sparkloom --help` nor a dry run shall wait for them.


class Catalog:
    """Assets, models and jobs, each in a project that sees nothing of another.

        with Catalog(Settings()) as catalog:
            model = catalog.models.create("proj_default", name="cosy buildings")

    May be shared between threads, and a database between processes. Making one costs nothing;
    the first use opens the database and brings its tables up to date.

    Args:
        settings: where the records and the files are kept.

    Raises:
        CatalogError: from the first use, when the catalog cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = threading.Lock()
        self._opened: Database | None = None

    @cached_property
    def assets(self) -> Assets:
        from sparkloom.catalog.assets import Assets

        return Assets(self._database, self._files)

    @cached_property
    def uploads(self) -> Uploads:
        from sparkloom.catalog.uploads import Uploads

        return Uploads(self._database, self._files, self.assets)

    @cached_property
    def models(self) -> Models:
        from sparkloom.catalog.models import Models

        return Models(self._database)

    @cached_property
    def training_images(self) -> TrainingImages:
        from sparkloom.catalog.training_images import TrainingImages

        return TrainingImages(self._database)

    @cached_property
    def jobs(self) -> Jobs:
        from sparkloom.catalog.jobs import Jobs

        return Jobs(self._database)

    @cached_property
    def rates(self) -> Rates:
        from sparkloom.catalog.rates import Rates

        return Rates(self._database)

    @cached_property
    def keys(self) -> Keys:
        from sparkloom.catalog.keys import Keys

        return Keys(self._database)

    @property
    def identity(self) -> str:
        """What tells this catalog from every other; told to nobody outside of it."""
        return self._database.identity

    def open(self) -> None:
        """Open the catalog now, and not with the first use.

        Raises:
            CatalogError: it cannot be opened, or the files are another's.
        """
        _ = self._files

    def sweep(self) -> None:
        """Remove files without a record and records without a file, as a killed process or
        somebody's hand may have left them. Call it at the start of a service.

        Raises:
            CatalogError: the catalog cannot be opened, or the files are another's.
        """
        from sparkloom.catalog.sweep import sweep

        sweep(self._database, self._files)

    @property
    def _database(self) -> Database:
        from sparkloom.catalog.database import Database

        with self._opening:  # or two threads would bring the tables up to date at a time
            if self._opened is None:
                self._opened = Database(self._settings)
            return self._opened

    @cached_property
    def _files(self) -> Files:
        from sparkloom.catalog.files import Files
        from sparkloom.catalog.sweep import claim

        files = Files(self._settings)
        claim(self._database, files)
        return files

    def close(self) -> None:
        """Give back the connections, if there are any."""
        if self._opened is not None:
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
