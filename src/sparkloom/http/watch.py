"""Every request seen from outside: its trace, its time, a line in the log."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.observe.metrics import HTTP_SECONDS
from sparkloom.observe.traces import trace_id, tracing
from sparkloom.studio import owns

log = logging.getLogger("sparkloom")

QUIET = ("/health", "/metrics")
"""What is asked every few seconds and not worth a line."""


class Watch:
    """Gives every request a trace id and tells operators of it. Queries, which may hold words of
    a user, are not told."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        method, path = scope["method"], scope["path"]
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-trace-id"] = trace_id.get()
            await send(message)

        what = {"http.request.method": method, "url.path": path}
        with tracing(method, Headers(scope=scope), **what) as note:
            scope.setdefault("state", {})["trace_id"] = trace_id.get()
            try:
                await self._app(scope, receive, seen)
            finally:
                took = perf_counter() - started
                route = route_of(scope)
                note(
                    f"{method} {route}",
                    **{"http.response.status_code": status, "http.route": route},
                )
                HTTP_SECONDS.labels(known(method), route, status).observe(took)
                if path not in QUIET:
                    told: dict[str, Any] = {"method": method, "path": path, "status": status}
                    told |= {"key": scope["state"].get("key"), "seconds": round(took, 3)}
                    log.info("request", extra=told)


def route_of(scope: Scope) -> str:
    """The path with the names of its parameters in their places; empty where nothing is there."""
    if "endpoint" not in scope:
        return ""
    if owns(scope["path"]):  # the page's files are many: its folders tell enough
        return f"/{scope['path'].split('/')[1]}"
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))


def known(method: str) -> str:
    """A method for a label; whatever a client makes up is one and the same."""
    return method if method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else "?"
