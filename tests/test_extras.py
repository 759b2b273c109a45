"""Extras: whoever needs one is told how to install it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPTIONAL = {
    "gradio": "studio",
    "huggingface_hub": "hub",
    "opentelemetry": "otel",
    "pyarrow": "parquet",
    "ray": "ray",
}
"""What is imported here and there, and the extra that brings it."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_every_command_that_is_named_names_an_extra_that_there_is() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    named = {
        (str(file.relative_to(ROOT)), extra)
        for file in files
        for extras in re.findall(r"pip install '(?:sparkloom|\.)\[([^\]]+)\]'", file.read_text())
        for extra in extras.split(",")
    }
    assert {extra for _, extra in named} >= set(OPTIONAL.values())
    assert [one for one in named if one[1] not in PROJECT["optional-dependencies"]] == []


def test_whoever_imports_something_optional_says_how_to_install_it() -> None:
    """In the file itself, or in the file that opens the door to it."""
    doors = {"gradio": "gradio_library.py", "pyarrow": "parquet.py", "ray": "cluster.py"}
    for package, extra in OPTIONAL.items():
        importing = [
            file
            for file in (ROOT / "src").rglob("*.py")
            if re.search(rf"^\s*(?:from|import) {package}\b", file.read_text(), re.MULTILINE)
        ]
        assert importing, package
        door = doors.get(package)
        silent = [
            file.name
            for file in importing
            if f"pip install 'sparkloom[{extra}]'" not in file.read_text()
            and not (door and (file.parent / door).exists())
        ]
        assert silent == [], package


def test_what_is_optional_is_not_needed() -> None:
    needed = " ".join(PROJECT["dependencies"])
    assert [name for name in OPTIONAL if re.search(rf"\b{name.replace('_', '-')}\b", needed)] == []
