"""A batch on Ray Data: chunks go to workers, each a process with a loom of its own.

The input stays where it is: a reader on the machine of the command hands its rows out, so that the
other machines need neither the file nor a shared folder. The blocks that Ray Data moves hold only
the places of chunks, then their answers, which come back in the order of the input.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Any

from sparkloom import __version__
from sparkloom.batch.answerer import Answered, Answerer, Options, chunk_rows
from sparkloom.batch.format import Chunk, Format
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings

MOST_ROWS = 64
"""Rows of a chunk, unless there are so many that the chunks would be too many."""

MOST_CHUNKS = 10_000
"""Ray Data takes some 20 ms of the command's time for each."""

SHARES = 8
"""Chunks for each worker at least, so that all of them end at about the same time."""


def spread_out(
    shape: Format,
    options: Options,
    settings: Settings,
    first: int,
    start: int,
    workers: int | None,
    address: str | None,
) -> Iterator[tuple[Chunk, Answered]]:
    """Answers of several workers, in the order of the input.

    Args:
        first: the number of the first row; `start`, where it begins in the file.
        workers: how many; one for each core of the cluster if left out.
        address: of a Ray cluster, or `auto`; Ray is started on this machine if left out.

    Raises:
        UnavailableError: Ray is not installed, no cluster answers, or it lost its workers.
    """
    given = worker_settings(settings)
    threads = given["threads"]
    with _connected(address, (workers or 1) * threads) as ray:
        import pyarrow as pa

        count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)) // threads)
        most = max(MOST_ROWS, chunk_rows(settings))
        chunks = shape.plan(*_sizes(shape, first, start, count, most))
        if not chunks:
            return
        places = [
            pa.table({name: [value] for name, value in chunk._asdict().items()}) for chunk in chunks
        ]
        answered = ray.data.from_arrow(places).map_batches(
            _Worker,
            fn_constructor_args=(_reader(ray, shape), shape, options, given, __version__),
            compute=ray.data.ActorPoolStrategy(size=min(count, len(chunks))),
            num_cpus=threads,
            batch_size=1,
            batch_format="pyarrow",
        )
        for table in answered.iter_batches(
            batch_size=1, batch_format="pyarrow", prefetch_batches=0
        ):
            (row,) = table.to_pylist()
            yield (
                Chunk(*(row[name] for name in Chunk._fields)),
                Answered(*(row[name] for name in Answered._fields)),
            )


@contextmanager
def _connected(address: str | None, cores: int) -> Iterator[Any]:
    """Ray, connected to a cluster, or to one of this machine alone that ends with the block.

    What Ray prints goes to standard error: answers may be written to standard output.

    Raises:
        UnavailableError: it is not installed, no cluster answers, or the workers failed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ImportError:
        raise UnavailableError("Several workers need Ray: pip install 'sparkloom[ray]'") from None
    if address and address.count(":") == 1:
        _knock(address)
    with redirect_stdout(sys.stderr):
        try:
            ray.init(
                address=address or "local",
                num_cpus=None if address else cores,
                include_dashboard=None if address else False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise UnavailableError(f"Ray cannot be reached at {address}: {error}") from error
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        try:
            yield ray
        except ray.exceptions.RayError as error:
            raise UnavailableError(f"The workers failed: {_cause(error)}") from error
        finally:
            ray.shutdown()


def _knock(address: str) -> None:
    """Make sure that somebody listens: Ray would go on trying for minutes.

    Raises:
        UnavailableError: nobody does.
    """
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, ValueError) as error:
        raise UnavailableError(f"Ray cannot be reached at {address}: {error}") from error


def worker_settings(settings: Settings) -> dict[str, Any]:
    """The settings of a worker: what the operator chose. What nobody chose is up to the worker's
    machine, save that it takes one core."""
    chosen = settings.model_dump(exclude_unset=True)
    return {"threads": 1, "workers": 1} | chosen


class _Worker:
    """A loom in a process of its own; Ray Data hands it a table with one chunk at a time."""

    def __init__(
        self,
        reader: Any,
        shape: Format,
        options: Options,
        settings: Mapping[str, Any],
        version: str,
    ) -> None:
        if version != __version__:
            raise UnavailableError(
                f"this machine has Sparkloom {__version__}, and the command is {version}"
            )
        self._reader = reader
        self._answer = Answerer(Settings(**settings), shape, options)

    def __call__(self, table: Any) -> Any:
        import pyarrow as pa
        import ray

        (row,) = table.to_pylist()
        chunk = Chunk(**row)
        answered = self._answer(chunk, ray.get(self._reader.read.remote(chunk)))
        values = row | answered._asdict()
        columns = {name: [value] for name, value in values.items()}
        kinds = {name: pa.large_binary() for name in ("output", "errors")}
        return pa.table({name: pa.array(value, kinds.get(name)) for name, value in columns.items()})


class _Reader:
    """Hands out chunks of the input, on the machine where it is."""

    def __init__(self, shape: Format) -> None:
        self._shape = shape

    def read(self, chunk: Chunk) -> bytes:
        return self._shape.read(chunk)


def _reader(ray: Any, shape: Format) -> Any:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return ray.remote(_Reader).options(num_cpus=0, scheduling_strategy=here).remote(shape)


def _sizes(
    shape: Format, first: int, start: int, workers: int, most: int = MOST_ROWS
) -> tuple[int, int, int]:
    """How many rows a chunk has, and where the first begins."""
    rows = sum(chunk.size for chunk in shape.plan(MOST_ROWS, first, start))
    share = max(1, min(most, rows // (SHARES * workers)))
    return max(share, rows // MOST_CHUNKS), first, start


def _cause(error: BaseException) -> str:
    """What a worker said, in a line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:500] if lines else type(error).__name__
