"""So many requests a minute and key, whichever replica they come to."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.catalog import Catalog
from sparkloom.catalog.rates import Rate
from sparkloom.errors import TooManyRequestsError
from sparkloom.http.faults import answer

LIMITED = ("/v1/", "/mcp")
"""Beginnings of the paths that count."""


class RateLimit:
    """Refuses requests of a key beyond its limit, and tells every request what is left.

    Args:
        catalog: where the buckets are kept.
        limit: requests a minute; 0 is none. Without keys everybody shares one bucket.
    """

    def __init__(self, app: ASGIApp, catalog: Catalog, limit: int) -> None:
        self._app = app
        self._catalog = catalog
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._limit or scope["type"] != "http" or not scope["path"].startswith(LIMITED):
            await self._app(scope, receive, send)
            return
        key = scope.get("state", {}).get("key") or ""
        rate = await run_in_threadpool(lambda: self._catalog.rates.take(key, self._limit))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tell(rate, MutableHeaders(scope=message))
            await send(message)

        if rate.allowed:
            await self._app(scope, receive, told)
            return
        refusal = TooManyRequestsError(
            f"This key may ask {rate.limit} times a minute. Come back after the seconds in "
            "Retry-After.",
            retry_after=rate.retry_after,
        )
        await answer(refusal, scope["state"]["trace_id"])(scope, receive, told)


def tell(rate: Rate, headers: MutableHeaders) -> None:
    """The usual headers, as the IETF's draft has them."""
    headers["ratelimit-limit"] = str(rate.limit)
    headers["ratelimit-remaining"] = str(rate.remaining)
    headers["ratelimit-reset"] = str(rate.reset)
