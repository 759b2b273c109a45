"""Request bodies: their size, and reading them as JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn, TypeVar, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.errors import InvalidRequestError, TooLargeError
from sparkloom.request import Asked, Body, request_schema

Kind = TypeVar("Kind", bound=Body)


class BodyLimit:
    """Refuses a body that is larger than allowed, declared or not, or that takes too long.

    Args:
        most: bytes.
        deadline: seconds until all of it must have arrived.
    """

    def __init__(self, app: ASGIApp, most: int, deadline: float) -> None:
        self._app = app
        self._most = most
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received, complete = 0, False
        until = asyncio.get_running_loop().time() + self._deadline

        async def limited() -> Message:
            nonlocal received, complete
            try:  # what comes after the body is that the client hangs up, at any time
                async with asyncio.timeout_at(None if complete else until):
                    message = await receive()
            except TimeoutError:
                raise InvalidRequestError(
                    f"body: did not arrive within {self._deadline:g} seconds", field="body"
                ) from None
            complete = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > self._most:
                self._refuse()
            return message

        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._most:
            self._refuse()
        await self._app(scope, limited, send)

    def _refuse(self) -> NoReturn:
        raise TooLargeError(
            f"body: is larger than {self._most / 1e6:.0f} MB", field="body", limit=self._most
        )


def body_of(kind: type[Kind]) -> Any:
    """A dependency: the body of a request, read as `kind`."""

    async def read(request: Request) -> Kind:
        return kind.parse(await read_json(request))

    return Depends(read)


def takes(kind: type[Body]) -> dict[str, Any]:
    """What the OpenAPI document says of a route with such a body."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _schema_of(kind)}},
        }
    }


def asks(kind: type[Asked]) -> dict[str, Any]:
    """The same of a route that is asked for something: what is optional may be left out."""
    content = {"application/json": {"schema": request_schema(kind)}}
    return {"requestBody": {"required": True, "content": content}}


def takes_many(kind: type[Body]) -> dict[str, Any]:
    """The same of a route whose body is an array of such."""
    schema = {"type": "array", "items": _schema_of(kind)}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def _schema_of(kind: type[Body]) -> dict[str, Any]:
    """A body's schema in one piece: references to `$defs` lead nowhere in an OpenAPI document."""
    schema = kind.model_json_schema()
    kinds = schema.pop("$defs", {})

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(item) for item in part]
        if not isinstance(part, dict):
            return part
        named = kinds[part["$ref"].rpartition("/")[2]] if "$ref" in part else {}
        rest = {name: value for name, value in part.items() if name != "$ref"}
        return {name: whole(value) for name, value in (named | rest).items()}

    return cast(dict[str, Any], whole(schema))


async def read_json(request: Request) -> Any:
    """The body as JSON. NaN, infinities and broken Unicode are not JSON.

    Raises:
        InvalidRequestError: it is none.
    """
    try:
        return json.loads((await request.body()).decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise InvalidRequestError("body: is not UTF-8", field="body") from None
    except RecursionError:
        raise InvalidRequestError("body: is nested too deeply", field="body") from None
    except ValueError as error:
        raise InvalidRequestError(f"body: is not JSON: {error}", field="body") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")
