"""What the commands read: settings, lines, images."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkloom.cli.options import ModeName
from sparkloom.cli.output import fail

if TYPE_CHECKING:
    from sparkloom.settings import Settings


def read_settings(**chosen: Any) -> Settings:
    from pydantic import ValidationError

    from sparkloom.settings import Settings

    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = f"SPARKLOOM_{str(fault['loc'][0]).upper()}"
        fail(f"The setting {name} is wrong: {fault['msg']}.")


def read_lines(always: bool = False) -> Iterator[str]:
    """The lines of standard input; one empty spark where there is nobody to write them.

    Args:
        always: whether there is an empty spark, too, where the input has no line.
    """
    if sys.stdin is None or sys.stdin.isatty():
        yield ""
        return
    lines = (line.rstrip("\r\n") for line in sys.stdin)
    for line in filter(str.strip, lines):
        always = False
        yield line
    if always:
        yield ""


def read_references(mode: ModeName, images: list[str]) -> dict[str, Any]:
    """The images of the command line as fields of a request: files as data URLs."""
    from sparkloom.reference import data_url_of

    given = [data_url_of(Path(name)) if Path(name).exists() else name for name in images]
    if mode == ModeName.image_editing:
        return {"image": given[0] if given else None, "images": given[1:] or None}
    return {"images": given or None}
