"""Batches on a real Ray cluster: two nodes on this machine, each with one core."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

pytest.importorskip("ray", reason="needs pip install '.[ray]'")
pytestmark = pytest.mark.filterwarnings("default")  # of Ray, about itself

import rows
from ray.cluster_utils import Cluster

from sparkloom.batch.answerer import Options
from sparkloom.batch.cluster import MOST_CHUNKS, MOST_ROWS, _sizes, _Worker, worker_settings
from sparkloom.batch.jsonl import Jsonl
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    try:
        yield cluster
    finally:
        cluster.shutdown()


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_two_nodes_write_what_one_process_writes(
    tmp_path: Path, cluster: Cluster, kind: str
) -> None:
    source = tmp_path / f"in.{kind}"
    if kind == "jsonl":
        rows.write_jsonl(source, rows.sparks(150))
    else:
        pq.write_table(rows.table(rows.sparks(150)), source, row_group_size=40)
    alone, spread = tmp_path / f"alone.{kind}", tmp_path / f"spread.{kind}"
    rows.run(source, alone)
    # A worker takes a core, and no node has two.
    rows.run(source, spread, "--ray", cluster.address, "--workers", "2")
    assert spread.read_bytes() == alone.read_bytes()
    errors = [Path(f"{path}.errors.jsonl").read_bytes() for path in (alone, spread)]
    assert errors[0] == errors[1]
    assert len(errors[0].splitlines()) == 3


def test_a_batch_that_is_killed_on_the_cluster_goes_on_without_it(
    tmp_path: Path, cluster: Cluster
) -> None:
    source = rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(1500))
    target, whole = tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    process = rows.start(source, target, "--ray", cluster.address)
    state = Path(f"{target}.checkpoint/state.json")
    while process.poll() is None:
        if state.exists() and '"rows": 0,' not in state.read_text():
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    _, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    assert not target.exists()
    rows.run(source, target)
    rows.run(source, whole)
    assert target.read_bytes() == whole.read_bytes()
    assert len(rows.read_jsonl(target)) == 1470


def test_ray_starts_on_this_machine_alone(tmp_path: Path) -> None:
    source = rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(20))
    alone = tmp_path / "alone.jsonl"
    rows.run(source, alone)
    with rows.start(source, "-", "--workers", "2") as process:
        printed, said = process.communicate()
    assert process.returncode == 0, said
    assert printed == alone.read_text()  # Ray has printed nothing in between


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = rows.write_jsonl(tmp_path / "in.jsonl", rows.sparks(2))
    with rows.start(source, tmp_path / "out.jsonl", "--ray", "127.0.0.1:1") as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert "sparkloom: Ray cannot be reached at 127.0.0.1:1" in said


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    form = Jsonl(rows.write_jsonl(tmp_path / "in.jsonl", []))
    with pytest.raises(UnavailableError, match="this machine has Sparkloom"):
        _Worker(None, form, Options(1), {}, "0.0.0")


def test_a_worker_takes_one_core_unless_the_operator_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen: dict[str, Any] = {"engine": "echo"}
    monkeypatch.setenv("SPARKLOOM_PROJECT", "proj_x")
    monkeypatch.delenv("SPARKLOOM_DATA_DIR")
    given = worker_settings(Settings(**chosen))
    assert given == {"engine": "echo", "project": "proj_x", "threads": 1, "workers": 1}
    assert worker_settings(Settings(threads=3))["threads"] == 3


@pytest.mark.parametrize(("count", "size"), [(5, 1), (64, 4), (5000, MOST_ROWS)])
def test_chunks_are_many_enough_for_all_workers(tmp_path: Path, count: int, size: int) -> None:
    form = Jsonl(rows.write_jsonl(tmp_path / "in.jsonl", [{}] * count))
    assert _sizes(form, 1, 0, 2) == (size, 1, 0)
    assert _sizes(form, 1, 0, 2, most=2)[0] == min(size, 2)


def test_chunks_are_not_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Jsonl(rows.write_jsonl(tmp_path / "in.jsonl", [{}] * 5000))
    monkeypatch.setattr("sparkloom.batch.cluster.MOST_CHUNKS", 10)
    assert _sizes(form, 1, 0, 2)[0] == 500
    assert MOST_CHUNKS > 10
