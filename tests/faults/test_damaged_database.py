"""A damaged database: it is told, and its file stays as it is, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from servers import server
from sparkloom.catalog import Catalog
from sparkloom.catalog.jobs import JobQuery
from sparkloom.errors import CatalogError
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

JOBS = 60
Damage = Callable[[bytes], bytes]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of a catalog with some jobs."""
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path)) as loom:
        loom.catalog.open()
        for seed in range(JOBS):
            loom.prompt("a heron", mode="completion", seed=seed)
    return tmp_path / "catalog.db"


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"lorem ipsum " * 2000,
        lambda data: data[: len(data) // 2],
        lambda data: data[:60],
        lambda data: bytes(100) + data[100:],
        lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
    ],
    ids=["another file", "cut off", "cut short", "no header", "no pages"],
)
def test_it_is_told_and_nothing_is_written_over_it(database: Path, damage: Damage) -> None:
    database.write_bytes(damaged := damage(database.read_bytes()))
    with (
        Catalog(Settings(data_dir=database.parent)) as catalog,
        pytest.raises(CatalogError, match="is damaged, and was left as it is") as told,
    ):
        catalog.open()
    assert str(database) in told.value.reason
    assert database.read_bytes() == damaged


def test_a_service_does_not_start_over_it(database: Path) -> None:
    database.write_bytes(damaged := b"lorem ipsum " * 2000)
    environment = {
        **os.environ,
        "SPARKLOOM_DATA_DIR": str(database.parent),
        "SPARKLOOM_ENGINE": "echo",
        "SPARKLOOM_PORT": "0",
    }
    command = [sys.executable, "-m", "sparkloom", "serve"]
    ended = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode != 0
    assert "is damaged, and was left as it is" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    assert database.read_bytes() == damaged


def test_damage_below_a_running_service_is_told_and_goes_with_its_cause(
    database: Path, tmp_path: Path
) -> None:
    whole = database.read_bytes()
    with (
        server(tmp_path / "log", data_dir=str(database.parent)) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):
        pages = database.read_bytes()[4096:]
        with database.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * len(pages))
        told = client.get("/v1/jobs", params={"pageSize": 100})
        assert told.status_code == 503
        assert "is damaged" in told.json()["reason"]
        assert str(database) not in told.text
        assert client.get("/health").status_code == 200
    database.write_bytes(whole)
    for rest in database.parent.glob("catalog.db-*"):
        rest.unlink()
    with Catalog(Settings(data_dir=database.parent)) as catalog:
        found = catalog.jobs.page(Settings().project, JobQuery(page_size=100)).items
    assert len(found) == JOBS
