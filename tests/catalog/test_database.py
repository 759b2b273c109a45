"""The database: tables brought up to date, transactions kept whole."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.database import Database
from sparkloom.catalog.tables import ProjectRow, Table
from sparkloom.errors import CatalogError
from sparkloom.settings import Settings


def url_of(settings: Settings) -> str:
    url = settings.database_url.get_secret_value() or f"sqlite:///{settings.data_dir}/catalog.db"
    return url.replace("postgresql:", "postgresql+psycopg:")


def test_the_migrations_make_the_tables_that_the_code_has(stored: Settings) -> None:
    Database(stored).close()
    engine = create_engine(make_url(url_of(stored)))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()


def test_opening_again_changes_nothing(stored: Settings) -> None:
    first = Database(stored)
    second = Database(stored)
    assert first.identity == second.identity != ""
    first.close()
    second.close()


def test_many_may_open_an_empty_database_at_a_time(stored: Settings) -> None:
    def open_one(_: int) -> str:
        database = Database(stored)
        identity = database.identity
        database.close()
        return identity

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(open_one, range(6)))) == 1


def test_a_database_of_a_newer_version_is_refused(stored: Settings) -> None:
    database = Database(stored)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(CatalogError, match="a newer one made it"):
        Database(stored)


def test_a_current_database_is_opened_without_alembic(stored: Settings) -> None:
    Database(stored).close()
    code = (
        "import sys; from sparkloom.catalog.database import Database; "
        "from sparkloom.settings import Settings; Database(Settings()).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    environment = {
        "SPARKLOOM_DATA_DIR": str(stored.data_dir),
        "SPARKLOOM_DATABASE_URL": stored.database_url.get_secret_value(),
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_a_failed_transaction_leaves_nothing(stored: Settings) -> None:
    database = Database(stored)
    with pytest.raises(RuntimeError, match="fox"), database.writing("proj_1"):
        raise RuntimeError("fox")
    with database.reading() as session:
        assert session.get(ProjectRow, "proj_1") is None
    with database.writing("proj_1"):
        pass
    with database.reading() as session:
        assert session.get(ProjectRow, "proj_1") is not None
    database.close()


def test_readers_do_not_wait_for_a_writer(stored: Settings) -> None:
    database = Database(stored)
    with database.writing("proj_1"), database.reading() as session:
        assert session.get(ProjectRow, "proj_1") is None
    database.close()


def test_writers_take_turns(stored: Settings) -> None:
    with Catalog(stored) as catalog, ThreadPoolExecutor(8) as pool:
        catalog.assets.add("proj_1", picture(), "fox.png")
        added = list(
            pool.map(lambda n: catalog.assets.add(f"proj_{n % 3}", picture(), "fox.png"), range(40))
        )
        assert len({asset.id for asset in added}) == 40
        for asset in added:
            assert catalog.assets.content(asset.owner_id, asset.id).data == picture().data


def test_a_sweep_waits_for_who_is_writing_a_file(stored: Settings) -> None:
    database = Database(stored)
    begun, done = threading.Event(), threading.Event()

    def sweep() -> None:
        begun.set()
        with database.sweeping():
            done.set()

    with database.writing_files():
        thread = threading.Thread(target=sweep)
        thread.start()
        assert begun.wait(5)
        assert not done.wait(0.3)
    assert done.wait(10)
    thread.join()
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/catalog.db",
        "postgresql://fox:swordfish@127.0.0.1:1/catalog?connect_timeout=2",
        "postgresql://fox@127.0.0.1:1/catalog?connect_timeout=2&password=swordfish",
    ],
)
def test_a_database_out_of_reach_is_named_without_its_password(url: str) -> None:
    with pytest.raises(CatalogError, match="SPARKLOOM_DATABASE_URL") as caught:
        Database(Settings(database_url=SecretStr(url)))
    assert "swordfish" not in caught.value.reason


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogError, match="folder cannot be made"):
        Database(Settings(data_dir=tmp_path / "file" / "data"))


def test_a_database_that_stops_answering_is_said(stored: Settings) -> None:
    database = Database(stored)
    with pytest.raises(CatalogError, match="does not answer"), database.reading():
        raise OperationalError("SELECT 1", {}, Exception("connection lost"))
    database.close()


class ToldError(Exception):
    """What a driver says: SQLite in codes, PostgreSQL in states."""

    def __init__(self, code: int = 0, state: str = "") -> None:
        self.sqlite_errorcode, self.sqlstate = code, state


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("", {}, ToldError(sqlite3.SQLITE_FULL)), "no room left on its disk"),
        (OperationalError("", {}, ToldError(state="53100")), "no room left on its disk"),
        (OperationalError("", {}, ToldError(sqlite3.SQLITE_IOERR | 10 << 8)), "its disk fails"),
        (
            DatabaseError("", {}, ToldError(sqlite3.SQLITE_CORRUPT)),
            "is damaged, and was left as it is",
        ),
        (InterfaceError("", {}, ToldError()), "does not answer"),
    ],
)
def test_what_is_wrong_with_a_database_is_said(
    tmp_path: Path, error: DBAPIError, said: str
) -> None:
    database = Database(Settings(data_dir=tmp_path))
    with pytest.raises(CatalogError, match=said), database.reading():
        raise error
    database.close()


def test_a_fault_of_our_own_is_not_the_database_s(stored: Settings) -> None:
    database = Database(stored)
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("INSERT INTO projects (id) VALUES (NULL)"))
    database.close()


def test_a_sqlite_catalog_is_durable_and_in_wal_mode(tmp_path: Path) -> None:
    database = Database(Settings(data_dir=tmp_path))
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()
