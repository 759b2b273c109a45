"""Which names the service goes by, and whose web pages may use it.

A browser sends requests for whatever page it shows. Without this a page from anywhere could have
the browser of somebody who runs Sparkloom upload, delete and ask for prompts.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.errors import ForbiddenError
from sparkloom.http.auth import OPEN_PATHS
from sparkloom.keys import KeyRing

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing; browsers do not show their answers to other pages."""


class Origins:
    """Refuses requests to other names, and from pages of other origins.

    Args:
        keys: without any, a service on loopback goes by the names of loopback only.
        loopback: whether it listens to this machine only.
        hosts: the names that it goes by; none leaves it at that.
        origins: whose pages may use it beside its own: `https://app.example.com`.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: KeyRing,
        *,
        loopback: bool,
        hosts: Collection[str] = (),
        origins: Collection[str] = (),
    ) -> None:
        self._app = app
        self._keys = keys
        self._loopback = loopback
        self._hosts = hosts
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            await self._keys.refresh()
            headers = Headers(scope=scope)
            self._check_host(headers.get("host", ""))
            if scope["method"] not in SAFE and self._foreign(headers):
                raise ForbiddenError(
                    "A web page of another origin may not do this. If it shall, name its origin "
                    "in SPARKLOOM_ALLOWED_ORIGINS."
                )
        await self._app(scope, receive, send)

    def _check_host(self, host: str) -> None:
        known = self._hosts
        if not known and self._loopback and not self._keys.required:
            known = LOOPBACK
        if known and (urlsplit(f"//{host}").hostname or "") not in known:
            raise ForbiddenError(
                "The service does not go by the name of this Host header. If it shall, set "
                "SPARKLOOM_ALLOWED_HOSTS."
            )

    def _foreign(self, headers: Headers) -> bool:
        """Whether a browser sends this for a page from elsewhere; what is no browser does not."""
        origin = headers.get("origin")
        if origin in self._origins:
            return False
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        return origin is not None and urlsplit(origin).netloc != headers.get("host")
