"""The database: SQLite in a file or PostgreSQL, its transactions and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR, SQLITE_NOTADB
from sqlite3 import OperationalError as DriverError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from sparkloom.catalog.tables import IdentityRow, ProjectRow, Table
from sparkloom.errors import CatalogError
from sparkloom.response import now
from sparkloom.settings import Settings

MIGRATIONS = Path(__file__).with_name("migrations")
PATIENCE = 30
"""Seconds that a writer waits for another."""

DAMAGED = (
    "is damaged, and was left as it is. Put it aside together with its files and bring back a "
    "backup, or begin with an empty catalog."
)
FULL = "has no room left on its disk. Make some and ask again; what was answered is kept."
FAULTS = {
    SQLITE_CORRUPT: DAMAGED,
    SQLITE_NOTADB: DAMAGED,
    SQLITE_FULL: FULL,
    SQLITE_IOERR: "could not be read or written: its disk fails, or has no room left.",
}
"""What is wrong with an SQLite file, by the code of its error."""

POSTGRESQL_FULL = "53100"

FILES_LOCK = 7_205_759  # any number that nothing else in the database locks


class Database:
    """Transactions over the tables, which are brought up to date when it is opened.

    Raises:
        CatalogError: it cannot be reached, it is damaged, or a newer Sparkloom made it.
    """

    def __init__(self, settings: Settings) -> None:
        self._engine = _engine(_url(settings))
        # What only reads must not wait for a writer, so only these begin with SQLite's write lock.
        self._writer = self._engine.execution_options(writes=True)
        self._projects: set[str] = set()
        try:
            self._migrate()
        except CatalogError:
            self.close()
            raise
        except SQLAlchemyError as error:
            self.close()
            place = self._engine.url.set(query={}).render_as_string(hide_password=True)
            if fault := _fault(error):
                raise CatalogError(f"The catalog's database {place} {fault}") from error
            raise CatalogError(
                f"The catalog's database cannot be opened: {type(error).__name__} at {place}. Look "
                "at SPARKLOOM_DATABASE_URL and SPARKLOOM_DATA_DIR."
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing.

        Raises:
            CatalogError: here and below, the database does not answer.
        """
        with _reached(), Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self, project: str | None = None) -> Iterator[Session]:
        """A transaction that is kept whole when the block ends, and undone if it fails.

        Args:
            project: is made if it is not there.
        """
        with _reached(), Session(self._writer) as session, session.begin():
            session.connection()  # begins the transaction, and takes SQLite's lock, now
            if project is not None and project not in self._projects:
                self._make_project(session, project)
            yield session
        if project is not None:
            self._projects.add(project)

    @contextmanager
    def writing_files(self, project: str | None = None) -> Iterator[Session]:
        """As `writing`, where records of files come or go: no sweep sees the half of it."""
        with self.writing(project) as session:
            self._lock_files(session, "pg_advisory_xact_lock_shared")
            yield session

    @contextmanager
    def sweeping(self) -> Iterator[Session]:
        """As `writing`, alone: nobody is between writing a file and its record."""
        with self.writing() as session:
            self._lock_files(session, "pg_advisory_xact_lock")
            yield session

    @cached_property
    def identity(self) -> str:
        """What tells this database from every other."""
        with self.reading() as session:
            return session.scalars(select(IdentityRow.id)).one()

    @property
    def shared(self) -> bool:
        """Whether it is a server, which other machines may use too."""
        return self._engine.dialect.name == "postgresql"

    def insert(self, table: type[Table]) -> Any:
        """An `INSERT` that may say `ON CONFLICT`, which the two databases have apart."""
        dialect: Any = postgresql if self.shared else sqlite
        return dialect.insert(table)

    def close(self) -> None:
        self._engine.dispose()

    def _lock_files(self, session: Session, function: str) -> None:
        # SQLite has one writer at a time anyway.
        if self.shared:
            session.execute(text(f"SELECT {function}({FILES_LOCK})"))

    def _make_project(self, session: Session, project: str) -> None:
        row = {"id": project, "created_at": now()}
        session.execute(self.insert(ProjectRow).values(row).on_conflict_do_nothing())

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if _version(connection) == _newest():
                return
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({FILES_LOCK})"))
            version = _version(connection)
            if version is not None and version > _newest():
                raise CatalogError(
                    f"The catalog's database has tables of version {version}, and this Sparkloom "
                    f"knows {_newest()}: a newer one made it."
                )
            if version != _newest():  # another process may have been first
                _upgrade(connection)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        fault = _fault(error)
        if not fault and not isinstance(error, OperationalError | InterfaceError):
            raise
        raise CatalogError(f"The catalog's database {fault or 'does not answer.'}") from error


def _fault(error: SQLAlchemyError) -> str:
    """What is wrong with the database, the end of a sentence; empty where nobody knows."""
    told = getattr(error, "orig", None)
    if getattr(told, "sqlstate", None) == POSTGRESQL_FULL:
        return FULL
    return FAULTS.get(getattr(told, "sqlite_errorcode", 0) & 0xFF, "")


def _url(settings: Settings) -> URL:
    if given := settings.database_url.get_secret_value():
        url = make_url(given)
        return url.set(drivername="postgresql+psycopg") if "postgres" in url.drivername else url
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogError(f"The catalog's folder cannot be made: {error}.") from error
    return URL.create("sqlite", database=str(settings.data_dir / "catalog.db"))


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        # A connection that the server has closed meanwhile is replaced, not handed out.
        return create_engine(url, pool_pre_ping=True, pool_size=8)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for reads
    _keep_a_log(connection)
    connection.execute("PRAGMA synchronous = FULL")  # what was answered outlives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_a_log(connection: Any) -> None:
    """Switch to WAL. SQLite does not wait for the lock that this takes, so it is tried again."""
    patient_until = monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except DriverError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or monotonic() > patient_until:
                raise
            sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer cannot wait for another, so writers say so at once.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _newest() -> str:
    """The version of the last migration: `v0001_catalog.py` has `0001`."""
    return max(path.stem[1:5] for path in (MIGRATIONS / "versions").glob("v*.py"))


def _version(connection: Connection) -> str | None:
    """The version of the tables; of a database without any, `None`.

    Read without Alembic, whose import takes longer than everything else here.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
