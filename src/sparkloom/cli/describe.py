"""`sparkloom describe`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.output import errors, print_json, waiting

if TYPE_CHECKING:
    from sparkloom.vision import ImageDescription


def describe(
    images: Annotated[list[Path], typer.Argument(help="The files of the images.")],
    as_json: Annotated[bool, typer.Option("--json", help="A description a line.")] = False,
) -> None:
    """Say what IMAGES show; end with 1 if one of them cannot be read."""
    from contextlib import closing

    from sparkloom.errors import InvalidRequestError
    from sparkloom.reference import read_file
    from sparkloom.vision import open_eyes

    failed = False
    with errors(), closing(open_eyes(read_settings())) as eyes:
        for path in images:
            try:
                picture = read_file(path)
                with waiting("Looking"):
                    found = eyes.describe(picture)
            except InvalidRequestError as error:
                failed = True
                typer.echo(f"sparkloom: {path} {error.reason}", err=True)
                continue
            if as_json:
                print_json({"file": str(path), **found.model_dump(exclude_none=True)})
            else:
                _print_description(path, found)
    raise typer.Exit(1 if failed else 0)


def _print_description(path: Path, found: ImageDescription) -> None:
    """A table of what is certain, with a swatch of each colour."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(path.name), caption=Text(found.sentence), show_header=False)
    shown = found.model_dump(
        exclude_none=True, exclude={"sentence", "palette"}, exclude_defaults=True
    )
    for name, value in shown.items():
        table.add_row(name.replace("_", " "), Text(_cell(value)))
    colours = Text()
    for colour in found.palette:
        colours.append("\n" if colours else "")
        colours.append("    ", f"on {colour.hex}")
        colours.append(f" {colour.hex} {colour.share:4.0%} {colour.name}")
    if colours:
        table.add_row("palette", colours)
    Console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(value)
    return f"{value:.0%}" if isinstance(value, float) else str(value)
