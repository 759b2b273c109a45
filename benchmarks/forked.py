"""What a forked server does. What takes long is loaded here, once, before the process forks."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping

import uvicorn
from fastapi import FastAPI

from sparkloom.bank import load_bank
from sparkloom.bank.finishes import load_finishes
from sparkloom.cli import app

for library in (
    "sparkloom.catalog.models",
    "sparkloom.catalog.sweep",
    "sparkloom.engines.echo",
    "sparkloom.http.app",
    "sparkloom.modes.completion",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
):
    importlib.import_module(library)
load_bank()
load_finishes()


def serve(port: int, environment: Mapping[str, str]) -> None:
    """`sparkloom serve`, in this process and in silence."""
    os.environ.update(environment)
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        app(["serve", "--port", str(port)])


def serve_nothing(port: int) -> None:
    """FastAPI with a route that does nothing: what there is to compare with."""
    nothing = FastAPI()

    @nothing.get("/health")
    def answer() -> dict[str, str]:
        return {"status": "ok"}

    uvicorn.run(nothing, port=port, log_level="critical")
