"""What the commands show: answers, progress, faults."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn

import typer


def print_json(body: dict[str, Any]) -> None:
    import json

    print(json.dumps(body, ensure_ascii=False), flush=True)


@contextmanager
def errors() -> Iterator[None]:
    """Say what went wrong in one sentence, and end with 1."""
    from sparkloom.errors import SparkloomError

    try:
        yield
    except SparkloomError as error:
        fail(error.reason)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more
        raise typer.Exit(0) from None


def fail(reason: str) -> NoReturn:
    typer.echo(f"sparkloom: {reason}", err=True)
    raise typer.Exit(1)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error that shows itself when something is done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=1.0, visible=False)
        yield lambda done: bar.update(task, completed=done, visible=True)


@contextmanager
def waiting(label: str) -> Iterator[Callable[[], AbstractContextManager[object]]]:
    """Something that moves on standard error.

    Yields:
        what has it stand aside for a block, so that a progress bar may take its place.
    """
    from rich.console import Console

    with Console(stderr=True).status(f"{label}...") as status:

        @contextmanager
        def aside() -> Iterator[None]:
            status.stop()
            yield
            status.start()

        yield aside
