"""Gradio, imported in half the time."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def load() -> ModuleType:
    """The module `gradio`.

    While it is imported it writes a stub file for editors beside every component that it has,
    which takes longer than the rest of it. That is switched off; nothing else is.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if "gradio" not in sys.modules:
        found = find_spec("gradio")
        if found is None or found.loader is None:
            raise ModuleNotFoundError("The page needs Gradio: pip install 'sparkloom[studio]'")
        # Its file is run after the one function is replaced, which is in a file of its own.
        package = sys.modules["gradio"] = module_from_spec(found)
        try:
            stubs = importlib.import_module("gradio.component_meta")
            stubs.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]
            found.loader.exec_module(package)
        except BaseException:
            del sys.modules["gradio"]
            raise
    return sys.modules["gradio"]
