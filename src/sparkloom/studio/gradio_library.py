"""Gradio, without what the page has no use for, and opening only what was uploaded."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sparkloom.errors import InvalidRequestError

UNCOUNTED = {
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(sys.maxsize),
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
}
"""Gradio sums up all earlier presses after each one, with pandas, for a page that is not shown."""


def load() -> ModuleType:
    """The module `gradio`.

    Left out while it is imported:

    - the stub file for editors that it writes beside every component;
    - its command line;
    - `mcp`, which it can do without, and which the page's service imports when an agent comes;
    - `pandas`, which is imported when somebody first asks it for something: the page never does.

    It also takes pictures that a browser names by their address and, within another application,
    by their path on this machine; here only what was uploaded is taken.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if "gradio" not in sys.modules:
        found = find_spec("gradio")
        if found is None or found.loader is None:
            raise ModuleNotFoundError("The page needs Gradio: pip install 'sparkloom[studio]'")
        # Its file is run after what it would import is replaced; that is in files of their own.
        package = sys.modules["gradio"] = module_from_spec(found)
        os.environ.update(UNCOUNTED)
        try:
            stubs = importlib.import_module("gradio.component_meta")
            stubs.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]
            command_line: Any = ModuleType("gradio.cli")
            command_line.deploy = None
            others = {"gradio.cli": command_line, "mcp": None, "pandas": _Later("pandas")}
            with _standing_in(others):
                found.loader.exec_module(package)
        except BaseException:
            del sys.modules["gradio"]
            raise
    # Whoever has imported it: what a browser names is not opened.
    files = importlib.import_module("gradio.processing_utils")
    files.async_ssrf_protected_get = _refuse_address  # type: ignore[attr-defined]
    files._check_allowed = _check_allowed  # type: ignore[attr-defined]
    return sys.modules["gradio"]


@contextmanager
def one_application() -> Iterator[None]:
    """Gradio makes its application of 80 routes with every step of building a page, four times in
    all; here none is made. The one that counts is made when the page is mounted."""
    from gradio.routes import App

    make = App.create_app
    App.create_app = staticmethod(lambda *_, **__: None)
    try:
        yield
    finally:
        App.create_app = make


class _Later(ModuleType):
    """Stands for a module until somebody asks it for something."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # what is asked of every module there is
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def _standing_in(others: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Modules in the place of those that nobody has imported yet; None has an import fail."""
    absent = {name: module for name, module in others.items() if name not in sys.modules}
    sys.modules.update(absent)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name, module in absent.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


async def _refuse_address(_: str) -> None:
    raise InvalidRequestError("Addresses are not opened from here: choose a file.")


def _check_allowed(path: str | Path, from_browser: bool) -> None:
    if from_browser:
        uploaded(path)


def uploaded(path: str | Path) -> str:
    """A path that a browser has named, if the file there was uploaded to the page.

    Raises:
        InvalidRequestError: it was not.
    """
    from gradio.utils import get_upload_folder

    if not Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        raise InvalidRequestError("Files of this machine are not opened: upload them.")
    return str(path)
