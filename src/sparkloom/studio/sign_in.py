"""Signing in to the page with a key of the API, where keys are set."""

from __future__ import annotations

import hmac
import time
from html import escape
from importlib import resources
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.errors import UnauthorizedError
from sparkloom.keys import KeyRing, proof_of
from sparkloom.studio.paths import SIGN_IN

COOKIE = "sparkloom"
LASTS = 30 * 86_400
"""Seconds until a person has to sign in again."""

MOST = 10_000
"""Bytes of a form that is sent to sign in."""

OPEN = ("/favicon.ico", "/robots.txt", "/theme.css")


class SignIn:
    """Lets those who have signed in pass to the page, and notes their key as `state.key`.

    Who signed in is told by a cookie that only the holder of the key's secret can have been
    given: nothing is stored, and a key that is taken away is signed out.

    Args:
        keys: those that are known; where none is needed, everybody passes.
    """

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._keys.refresh()
        request = Request(scope, receive)
        path = request.url.path
        if path == SIGN_IN and self._keys.required:
            await (await self._sign_in(request))(scope, receive, send)
        elif path == "/sign-out":
            response = RedirectResponse("/", 303)
            response.delete_cookie(COOKIE)
            await response(scope, receive, send)
        elif not self._keys.required or path in OPEN:
            await self._app(scope, receive, send)
        elif key := self._who(request.cookies.get(COOKIE, "")):
            scope.setdefault("state", {})["key"] = key
            await self._app(scope, receive, send)
        elif request.method == "GET" and path == "/":
            await RedirectResponse(SIGN_IN, 303)(scope, receive, send)
        else:
            raise UnauthorizedError("Sign in again: load the page anew. What you typed is kept.")

    async def _sign_in(self, request: Request) -> Response:
        if request.method != "POST":
            return _form()
        if int(request.headers.get("content-length", MOST + 1)) > MOST:
            return _form("The key is too long.", 400)
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, secret = (form.get(field, [""])[0].strip() for field in ("key", "secret"))
        if not self._keys.find(secret, name):
            return _form("The key and its secret do not belong together. Check both.", 401, name)
        response = RedirectResponse("/", 303)
        until, proof = str(int(time.time()) + LASTS), proof_of(secret).hex()
        response.set_cookie(
            COOKIE,
            f"{until}.{proof}.{self._keys.seal(COOKIE, until, proof, name)}.{name}",
            max_age=LASTS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def _who(self, cookie: str) -> str | None:
        """The key that a cookie was given for, unless it is forged or over."""
        parts = cookie.split(".", 3)
        if len(parts) < 4:
            return None
        until, proof, seal, name = parts
        right = self._keys.seal(COOKIE, until, proof, name)
        if not hmac.compare_digest(seal.encode(), right.encode()) or time.time() >= int(until):
            return None
        key = self._keys.find(bytes.fromhex(proof), name)
        return key and key.name


def _form(fault: str = "", status: int = 200, name: str = "") -> Response:
    page = (resources.files("sparkloom.studio") / "sign_in.html").read_text("utf-8")
    told = f'<p class="notice" role="alert">{escape(fault)}</p>' if fault else ""
    page = page.replace("<!-- fault -->", told).replace("<!-- name -->", escape(name))
    return HTMLResponse(page, status)
