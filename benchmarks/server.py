"""A server that starts at once: what takes long is loaded before the process forks."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

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


def fork(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """A new process that serves; it does nothing else than one that was started anew."""
    context = multiprocessing.get_context("forkserver")
    # The process that is forked looks for modules here only if it is told so.
    folders = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, folders)))
    context.set_forkserver_preload(["server"])
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process
