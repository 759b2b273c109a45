"""Errors on the wire: one shape for all of them, with a trace id and never a stack trace."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.errors import (
    InternalError,
    InvalidRequestError,
    MethodNotAllowedError,
    NotFoundError,
    SparkloomError,
    TooManyRequestsError,
    UnauthorizedError,
)

log = logging.getLogger("sparkloom")

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["reason", "name", "details", "trace_id", "message"],
    "properties": {
        "reason": {"type": "string", "description": "What is wrong and what to do"},
        "name": {"type": "string", "description": "The kind of error"},
        "details": {"type": "object", "description": "`field` names the faulty field"},
        "trace_id": {"type": "string", "description": "What the log knows the request by"},
        "message": {"type": "string", "description": "The same as `reason`"},
    },
}

ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/json": {"schema": ERROR_SCHEMA}}}
    for status, text in {
        400: "The request is invalid",
        401: "The key is missing or wrong",
        403: "The key may not do this",
        404: "An id is unknown",
        413: "The request is too large",
        429: "Too many requests; `Retry-After` says when to come back",
        500: "A fault of the service",
        503: "The engine, or what the request needs, is not available",
    }.items()
}


class Faults:
    """Answers errors that come from middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def begun(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, begun)
        except Exception as error:
            if started:
                raise
            await answer(error, scope["state"]["trace_id"])(scope, receive, send)


def answer(error: Exception, trace_id: str) -> Response:
    """An error as a response; one that nobody foresaw is logged, and only named."""
    known = _known(error)
    if isinstance(known, InternalError):
        log.error("request %s failed", trace_id, exc_info=error)
    headers = {"x-should-retry": "false"}  # none of these goes away by itself, but one
    if isinstance(known, TooManyRequestsError):
        headers = {"x-should-retry": "true", "retry-after": str(known.details["retry_after"])}
    if isinstance(error, HTTPException):
        headers |= dict(error.headers or {})
    if isinstance(known, UnauthorizedError):
        headers["www-authenticate"] = 'Basic realm="sparkloom", charset="UTF-8"'
    return JSONResponse(known.body(trace_id), known.status, headers)


def install(app: FastAPI) -> None:
    """Have every error of the application answered in the one shape."""

    async def handle(request: Request, error: Exception) -> Response:
        response = answer(error, request.state.trace_id)
        if response.status_code == MethodNotAllowedError.status:
            response.headers["allow"] = ", ".join(_methods(app, request.scope))
        return response

    for kind in (SparkloomError, RequestValidationError, HTTPException, ClientDisconnect):
        app.add_exception_handler(kind, handle)


def _methods(app: FastAPI, scope: Scope) -> list[str]:
    """What a path takes. The header that comes with the error knows one of its routes only."""

    def takes(method: str) -> bool:
        asked = {**scope, "method": method}
        return any(route.matches(asked)[0] == Match.FULL for route in app.routes)

    return [method for method in METHODS if takes(method)]


def _known(error: Exception) -> SparkloomError:
    if isinstance(error, SparkloomError):
        return error
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        field = str(first["loc"][-1])
        return InvalidRequestError(
            f"{field}: {first['msg'].replace('Input should', 'must')}", field=field
        )
    if isinstance(error, ClientDisconnect):
        return InvalidRequestError("body: ended before it was complete", field="body")
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return NotFoundError("There is nothing at this path.")
        if error.status_code == 405:
            return MethodNotAllowedError("This path does not take that method.")
        if error.status_code < 500:
            return InvalidRequestError(str(error.detail))
    return InternalError("The service failed. Its log says more under the trace id.")
