"""Request bodies: their size, and reading them as JSON."""

from __future__ import annotations

import json
from typing import Any, NoReturn, TypeVar

from fastapi import Depends
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.errors import InvalidRequestError, TooLargeError
from sparkloom.request import Body

Asked = TypeVar("Asked", bound=Body)


class BodyLimit:
    """Refuses a body that is larger than allowed, declared or not.

    Args:
        most: bytes.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
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


def body_of(kind: type[Asked]) -> Any:
    """A dependency: the body of a request, read as `kind`."""

    async def read(request: Request) -> Asked:
        return kind.parse(await read_json(request))

    return Depends(read)


def takes(kind: type[Body]) -> dict[str, Any]:
    """What the OpenAPI document says of a route with such a body."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": kind.model_json_schema()}},
        }
    }


def takes_many(kind: type[Body]) -> dict[str, Any]:
    """The same of a route whose body is an array of such."""
    schema = {"type": "array", "items": kind.model_json_schema()}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


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
