"""What every answer tells a browser: to guess nothing, to frame nothing, to keep nothing."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}

API_POLICY = "default-src 'none'; frame-ancestors 'none'"

# Nothing is asked of another host. Gradio makes functions of texts, and styles of elements.
PAGE_POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)

LASTING = ("/assets/", "/static/", "/svelte/", "/favicon.ico", "/theme.css")
"""Beginnings of the page's paths that are the same for everybody; what is said of keeping them
stays as it is."""


class SecurityHeaders:
    """Sends these headers with every answer, errors included.

    An answer that does not say how long it may be kept is for its asker only, and not kept.

    Args:
        page: tells of a path whether it is the page's.
    """

    def __init__(self, app: ASGIApp, page: Callable[[str], bool] = lambda _: False) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        page = self._page(path)

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers["content-security-policy"] = PAGE_POLICY if page else API_POLICY
                if not (page and path.startswith(LASTING)):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, headed)
