"""`sparkloom model`: the local model, and those that can take its place."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.output import errors, fail, progress_bar

if TYPE_CHECKING:
    from sparkloom.engines import Draft, Order, Task
    from sparkloom.settings import Settings


app = typer.Typer(help="Build, show and remove the local model.", no_args_is_help=True)


@app.command("build")
def model_build() -> None:
    """Build the local model, or say that it is there."""
    from sparkloom.local_model import local_model

    with errors():
        cache = read_settings().cache_dir
        with progress_bar("Building the local model") as progress:
            model = local_model(cache, progress)
        print(f"{model.path} ({model.size / 1e6:.0f} MB)")


@app.command("show")
def model_show() -> None:
    """Show the local model: where it is, its size, its digest."""
    from sparkloom.local_model import find_model

    with errors():
        cache = read_settings().cache_dir
        model = find_model(cache)
        if model is None:
            fail(f"There is no local model in {cache}. Build it: sparkloom model build")
        print(f"path    {model.path}\nsize    {model.size / 1e6:.0f} MB\nsha256  {model.sha256}")


@app.command("remove")
def model_remove() -> None:
    """Remove the local models of every version."""
    from sparkloom.local_model import remove_models

    with errors():
        cache = read_settings().cache_dir
        print(f"{remove_models(cache) / 1e6:.0f} MB removed from {cache}")


@app.command("list")
def model_list() -> None:
    """List the models that can be used instead of Sparkloom's own."""
    from rich.console import Console
    from rich.table import Table

    from sparkloom.engines.curated import OWN, chosen, curated

    choice = chosen(read_settings().cache_dir)
    table = Table("", "name", "download", "memory", "licence", "good at")
    mark = "" if choice else "*"
    table.add_row(mark, OWN, "none", "200 MB", "Gemma terms of use", "being small, fast and here")
    for name, model in curated().items():
        mark = "*" if choice and choice.name == name else ""
        sizes = f"{model.megabytes} MB", f"{model.memory_megabytes} MB"
        table.add_row(mark, name, *sizes, model.licence, model.good_at)
    Console().print(table)


@app.command("use")
def model_use(
    name: Annotated[str, typer.Argument(help="A name of `sparkloom model list`.")],
) -> None:
    """Fetch a model from the hub, check it, and write with it from now on."""
    from sparkloom.engines.curated import choose

    with errors():
        cache = read_settings().cache_dir
        with progress_bar(f"Fetching {name}") as progress:
            choice = choose(name, cache, progress)
        if choice is None:
            print("Sparkloom's own model writes again.")
            return
        print(f"path    {choice.path}\nsha256  {choice.sha256}")
        if choice.vision_path:
            print(
                f"\nIt looks at pictures as well with\nSPARKLOOM_VISION_FILE={choice.path}\n"
                f"SPARKLOOM_VISION_MMPROJ={choice.vision_path}"
            )


def build_model(settings: Settings) -> None:
    """Build the local model before it is waited for, with a progress bar."""
    from sparkloom.engines.model_file import is_own

    if settings.engine == "embedded" and is_own(settings):
        from sparkloom.local_model import local_model

        with progress_bar("Building the local model (once)") as progress:
            local_model(settings.cache_dir, progress)


class Built:
    """The engine of the settings; its model is built, and that is shown, at the first draft that
    it has to write itself.

    Attributes:
        aside: has what is shown meanwhile stand aside.
    """

    def __init__(self, settings: Settings) -> None:
        from sparkloom.engines import open_engine

        self._settings = settings
        self._engine = open_engine(settings)
        self._built = False
        self.aside: Callable[[], AbstractContextManager[object]] = nullcontext

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        if not task.options and not self._built:
            with self.aside():
                build_model(self._settings)
            self._built = True
        with closing(self._engine.write(task, orders)) as drafts:
            yield from drafts

    def close(self) -> None:
        self._engine.close()
