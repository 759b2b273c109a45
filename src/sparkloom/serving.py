"""Serving: one server in this process, or several replicas behind one address on Ray Serve."""

from __future__ import annotations

import gc
import importlib
import math
import os
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sparkloom.errors import UnavailableError
from sparkloom.observe.metrics import SHARED
from sparkloom.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from sparkloom.loom import Sparkloom

NAME = "sparkloom"
KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than balancers keep it, so that none of them
sends a request into one that is just being closed."""


NOT_STARTED = 3
"""The exit status of a server that could not start, as uvicorn has it."""

_IMPORTING = threading.Lock()


def prepare() -> None:
    """Import what `serve_one` needs: a second and more, in which others can do something else."""
    from sparkloom.studio import installed

    with _IMPORTING:
        gc.disable()  # it would look through all that is imported again and again, for nothing
        try:
            importlib.import_module("sparkloom.http.app")
            if installed():
                from sparkloom.studio import gradio_library

                gradio_library.load()
        finally:
            gc.enable()


def serve_one(loom: Sparkloom) -> None:
    """Serve until SIGTERM or SIGINT; what waits or runs then is finished.

    With the extra `studio` there is a page; replicas have none, since it keeps its state in one
    process.
    """
    prepare()
    import uvicorn

    from sparkloom.http.app import make_app
    from sparkloom.http.connection import Connection
    from sparkloom.http.server import Server
    from sparkloom.studio import installed

    settings = loom.settings
    app = make_app(loom, studio=installed())
    gc.freeze()
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=Connection,
            log_config=None,
            server_header=False,
            ws="none",
            access_log=False,  # every request has a line with its trace id already
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=math.ceil(settings.deadline) + 5,
        )
    )
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(NOT_STARTED)  # the log says why


def serve_replicas(settings: Settings, number: int) -> None:
    """Serve until SIGTERM or SIGINT; what runs then is finished.

    With `RAY_ADDRESS` the replicas go to that cluster, each to cores of its own; the records and
    the files must then be where all of its machines reach them. Without it Ray is started here,
    and the replicas share the cores.

    Raises:
        UnavailableError: the extra `ray` is not installed.
    """
    try:
        import ray
        from ray import serve
    except ImportError:
        raise UnavailableError(
            "--replicas needs one more package: pip install 'sparkloom[ray]'"
        ) from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "60")  # 5 kills it where cores
    os.environ.setdefault("RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S", "60")  # are busy
    here = "RAY_ADDRESS" not in os.environ
    threads = max(1, settings.threads // number) if here else settings.threads
    share = {"threads": threads, "workers": min(settings.workers, threads)}
    settings = settings.model_copy(update=share)
    with tempfile.TemporaryDirectory(prefix="sparkloom-metrics-") as figures:
        environment = {SHARED: figures} if here else {}  # so that any replica answers for all
        ray.init(include_dashboard=False, runtime_env={"env_vars": environment})
        try:
            serve.start(
                http_options={
                    "host": settings.host,
                    "port": settings.port,
                    "keep_alive_timeout_s": KEEP_ALIVE,
                }
            )
            deployment = serve.deployment(
                name=NAME,
                num_replicas=number,
                logging_config={"enable_access_log": False},  # every request has a line already
                ray_actor_options={"num_cpus": 0 if here else threads},
                # Sparkloom's own queue is the bound; this must not come before it.
                max_ongoing_requests=settings.concurrency + settings.queue_size + 100,
                graceful_shutdown_timeout_s=settings.deadline,
            )(serve.ingress(_application_of(settings))())
            serve.run(deployment.bind(), name=NAME, route_prefix="/")
            _wait_for_the_end()
            serve.shutdown()
        finally:
            ray.shutdown()


def _application_of(settings: Settings) -> Callable[[], FastAPI]:
    """Makes the application of a replica, in the replica."""

    def make() -> FastAPI:
        from sparkloom.http.app import make_app
        from sparkloom.loom import Sparkloom
        from sparkloom.observe.logs import log_to

        log_to(prompts=settings.log_prompts)
        return make_app(Sparkloom(settings))

    return make


def _wait_for_the_end() -> None:
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    print("sparkloom: the replicas are up", flush=True)
    over.wait()
