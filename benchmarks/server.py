"""A server that starts at once: what takes long is loaded before the process forks."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

import sparkloom.catalog.models
import sparkloom.catalog.sweep
import sparkloom.engines.echo
import sparkloom.http.app
import sparkloom.modes.completion  # noqa: F401
from sparkloom.bank import load_bank
from sparkloom.bank.finishes import load_finishes
from sparkloom.cli import app

load_bank()
load_finishes()


def serve(port: int, environment: Mapping[str, str]) -> None:
    """`sparkloom serve`, in this process and in silence."""
    os.environ.update(environment)
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        app(["serve", "--port", str(port)])


def fork(port: int, environment: Mapping[str, str]) -> BaseProcess:
    """A new process that serves; it does nothing else than one that was started anew."""
    context = multiprocessing.get_context("forkserver")
    # The process that is forked looks for modules here only if it is told so.
    folders = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, folders)))
    context.set_forkserver_preload(["server"])
    process = context.Process(target=serve, args=(port, environment), daemon=True)
    process.start()
    return process
