"""Authentication: `Basic key:secret` or `Bearer secret`, compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.errors import UnauthorizedError

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
        keys: `key:secret` pairs; none lets everything pass.
        apart: tells of a path whether something else asks for the key there.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Sequence[SecretStr],
        apart: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._apart = apart
        pairs = [key.get_secret_value().encode() for key in keys]
        self._names = [pair.partition(b":")[0].decode() for pair in pairs] * 2
        self._basic = pairs
        self._bearer = [pair.partition(b":")[2] for pair in pairs] + pairs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._basic and not self._is_open(scope):
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
            known = self._basic
        elif scheme.lower() == "bearer":
            given, known = credentials.strip().encode("latin-1", "replace"), self._bearer
        else:
            raise UnauthorizedError("The authorization scheme must be Basic or Bearer.")
        # Every key is compared, so that the time does not tell which one was near.
        same = [hmac.compare_digest(given, key) for key in known]
        if not sum(same):
            raise UnauthorizedError("The key is not known here.")
        return self._names[same.index(True)]
