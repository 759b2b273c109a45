"""Authentication: `Basic key:secret` or `Bearer secret`, held against hashes in constant time."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.errors import UnauthorizedError
from sparkloom.keys import Key, KeyRing

OPEN_PATHS = frozenset({"/health"})
"""What may be asked without a key."""


OPEN_PART = re.compile(r"/v1/uploads/[^/]+/parts/[^/]+")
"""Where a part of an upload is put: its address holds a token that is as good as a key."""


def is_open(method: str, path: str) -> bool:
    """Whether the API may be asked this without a key."""
    return path in OPEN_PATHS or (method == "PUT" and OPEN_PART.fullmatch(path) is not None)


class Authentication:
    """Lets requests with a known key pass, and notes its name as `request.state.key`.

    Args:
        keys: those that are known; where none is needed, everything passes.
        apart: tells of a path whether something else asks for the key there.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: KeyRing,
        apart: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._keys = keys
        self._apart = apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_open(scope):
            await self._keys.refresh()
            if self._keys.required:
                key = self._check(Headers(scope=scope).get("authorization", ""))
                scope.setdefault("state", {})["key"] = key
        await self._app(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        return is_open(scope["method"], scope["path"]) or self._apart(scope["path"])

    def _check(self, header: str) -> str:
        scheme, _, credentials = header.partition(" ")
        if not header:
            raise UnauthorizedError("A key is needed: send Authorization: Basic or Bearer.")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(credentials, validate=True)
            except (binascii.Error, ValueError):
                raise UnauthorizedError("The Basic credentials are not base64.") from None
            key = self._named(given.decode("utf-8", "surrogateescape"))
        elif scheme.lower() == "bearer":
            secret = (
                credentials.strip().encode("latin-1", "replace").decode("utf-8", "surrogateescape")
            )
            key = self._keys.find(secret) or self._named(secret)
        else:
            raise UnauthorizedError("The authorization scheme must be Basic or Bearer.")
        if key is None:
            raise UnauthorizedError("The key is not known here.")
        return key.name

    def _named(self, pair: str) -> Key | None:
        name, _, secret = pair.partition(":")
        return self._keys.find(secret, name)
