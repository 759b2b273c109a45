"""`sparkloom batch`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.model import build_model
from sparkloom.cli.options import (
    ClearOption,
    EngineOption,
    LengthOption,
    ModeName,
    TemperatureOption,
    TopPOption,
)
from sparkloom.cli.output import errors, fail

if TYPE_CHECKING:
    from sparkloom.batch import Status


def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN", help="JSONL, CSV or Parquet, a request a row; - is standard input."
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT", help="The answers, likewise; - is standard output.")
    ],
    mode: Annotated[
        ModeName | None, typer.Option(help="How to write, where a row does not say.")
    ] = None,
    number: Annotated[
        int | None, typer.Option("-n", "--num-results", help="Prompts per row, 1-5.")
    ] = None,
    temperature: TemperatureOption = None,
    top_p: TopPOption = None,
    length: LengthOption = None,
    clear: ClearOption = False,
    seed: Annotated[
        int | None, typer.Option(help="The seeds of rows without one follow from it.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv or parquet; else the name tells.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer; above 1 with Ray.")
    ] = None,
    engine: EngineOption = None,
    ray: Annotated[str | None, typer.Option(help="A Ray cluster: auto, or its address.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew, and write over what is there.")
    ] = False,
) -> None:
    """Answer a file of requests; go on where an earlier run was interrupted.

    What a row says comes before the options.
    """
    from sparkloom.batch import run_batch

    fields = {
        "mode": mode and mode.value,
        "numResults": number,
        "temperature": temperature,
        "topP": top_p,
        "length": length and length.value,
        "ensureIPCleared": clear or None,
    }
    with errors():
        settings = read_settings(engine=engine)
        if not ray:
            build_model(settings)
        with _batch_progress() as progress:
            status = run_batch(
                source,
                target,
                settings,
                fields=fields,
                seed=seed,
                form=form,
                workers=workers,
                ray=ray,
                force=force,
                progress=progress,
            )
    rate, speed = (count / max(status.seconds, 1e-9) for count in (status.rows, status.tokens))
    put_aside = f", {status.failed:,} of them put aside" if status.failed else ""
    where = f" in {status.errors}" if status.errors else ""
    typer.echo(
        f"{status.rows:,} rows in {status.seconds:.1f} s{put_aside}{where}: {rate:,.1f} rows and "
        f"{speed:,.0f} tokens a second, {status.prompts:,} prompts, seed {status.seed}",
        err=True,
    )
    if status.rows and status.failed == status.rows:
        fail("No row could be answered.")


@contextmanager
def _batch_progress() -> Iterator[Callable[[Status], None]]:
    """Rows, their rate and the time left, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("Starting", total=None)
        begun = time.monotonic()

        def show(status: Status) -> None:
            done = status.rows - status.earlier
            rate = done / max(time.monotonic() - begun, 1e-9)
            failed = f", {status.failed:,} put aside" if status.failed else ""
            bar.update(
                task,
                description=f"{status.rows:,} rows{failed}, {rate:,.1f} a second",
                completed=status.place,
                total=status.size,
            )

        yield show
