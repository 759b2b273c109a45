"""Sparkloom writes prompts for AI image generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sparkloom.errors import SparkloomError
    from sparkloom.loom import Sparkloom
    from sparkloom.request import PromptRequest
    from sparkloom.response import PromptResponse
    from sparkloom.settings import Settings

__version__ = "0.1.0"
__all__ = ["PromptRequest", "PromptResponse", "Settings", "Sparkloom", "SparkloomError"]

_HOMES = {
    "PromptRequest": "sparkloom.request",
    "PromptResponse": "sparkloom.response",
    "Settings": "sparkloom.settings",
    "Sparkloom": "sparkloom.loom",
    "SparkloomError": "sparkloom.errors",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `sparkloom --help` need not."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
