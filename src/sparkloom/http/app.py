"""The HTTP application: resources, authentication and errors put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from sparkloom import __version__
from sparkloom.http import (
    assets,
    engines,
    faults,
    health,
    ip_detection,
    jobs,
    knowledge,
    looking,
    metrics,
    models,
    not_offered,
    prompts,
    training_images,
    uploads,
)
from sparkloom.http.agents import Agents
from sparkloom.http.auth import Authentication, is_open
from sparkloom.http.body import BodyLimit
from sparkloom.http.headers import SecurityHeaders
from sparkloom.http.origins import Origins
from sparkloom.http.rate_limit import RateLimit
from sparkloom.http.watch import Watch
from sparkloom.keys import KeyRing
from sparkloom.loom import Sparkloom
from sparkloom.observe.traces import trace_to
from sparkloom.studio import owns

SHARED: dict[str, Any] = {
    "allow_methods": ["GET", "POST", "PUT", "DELETE"],
    "allow_headers": ["authorization", "content-type", "mcp-protocol-version", "mcp-session-id"],
    "expose_headers": ["mcp-session-id", "ratelimit-remaining", "retry-after", "x-trace-id"],
}
"""What pages of the origins that the settings allow may send and read."""

KEYS = {name: {"type": "http", "scheme": name} for name in ("basic", "bearer")}
"""The ways to send a key, for the OpenAPI document."""


def make_app(loom: Sparkloom, studio: bool = False) -> FastAPI:
    """The service over a loom. It closes the loom when it stops.

    Args:
        studio: whether it shows the page; that must be `installed`.
    """
    agents = Agents(loom)
    stop_tracing = trace_to(loom.settings.otlp_endpoint)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(loom.catalog.sweep)
        async with agents.sessions():
            yield
        loom.close()
        stop_tracing()

    app = FastAPI(
        title="Sparkloom",
        version=__version__,
        summary="Writes prompts for AI image generation.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.loom = loom
    resources = (
        prompts,
        looking,
        ip_detection,
        assets,
        uploads,
        models,
        training_images,
        knowledge,
        jobs,
        engines,
        not_offered,
    )
    for resource in resources:
        app.include_router(resource.router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.router.routes.append(agents.route)
    if studio:
        from sparkloom.studio.door import add_studio

        add_studio(app, loom)
    faults.install(app)
    # The last one added is the first to see a request.
    settings = loom.settings
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, deadline=settings.deadline)
    app.add_middleware(RateLimit, catalog=loom.catalog, limit=settings.rate_limit)
    apart = {"apart": owns} if studio else {}
    app.add_middleware(Authentication, keys=loom.keys, **apart)
    origins = settings.allowed_origins
    if origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, **SHARED)
    app.add_middleware(
        Origins,
        keys=loom.keys,
        loopback=settings.loopback,
        hosts=settings.allowed_hosts,
        origins=origins,
    )
    app.add_middleware(faults.Faults)
    app.add_middleware(SecurityHeaders, **({"page": owns} if studio else {}))
    app.add_middleware(Watch)
    return _described(app, loom.keys)


def _described(app: FastAPI, keys: KeyRing) -> FastAPI:
    """Have the OpenAPI document say what FastAPI does not know: that no 422 is ever sent, and where
    a key is needed."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        document = make()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                operation["responses"].pop("422", None)
                if keys.required and is_open(method.upper(), path):
                    operation["security"] = []
        if keys.required:
            document["components"]["securitySchemes"] = KEYS
            document["security"] = [{name: []} for name in KEYS]
        for name in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(name, None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
    return app
