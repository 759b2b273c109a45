"""Signing in to the page with a key of the API, where keys are set."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from html import escape
from importlib import resources
from urllib.parse import parse_qs

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sparkloom.errors import UnauthorizedError
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
    given: nothing is stored, and a key that is taken from the settings is signed out.

    Args:
        keys: `key:secret` pairs; none lets everybody pass.
    """

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr]) -> None:
        self._app = app
        pairs = (key.get_secret_value().partition(":") for key in keys)
        self._secrets = {name: secret for name, _, secret in pairs}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path
        if path == SIGN_IN and self._secrets:
            await (await self._sign_in(request))(scope, receive, send)
        elif path == "/sign-out":
            response = RedirectResponse("/", 303)
            response.delete_cookie(COOKIE)
            await response(scope, receive, send)
        elif not self._secrets or path in OPEN:
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
        known = self._secrets.get(name, "")
        # Compared even where the name is unknown, so that the time does not tell.
        if not (hmac.compare_digest(secret.encode(), known.encode()) and known):
            return _form("The key and its secret do not belong together. Check both.", 401, name)
        response = RedirectResponse("/", 303)
        until = int(time.time()) + LASTS
        response.set_cookie(
            COOKIE,
            f"{until}.{self._seal(name, until)}.{name}",
            max_age=LASTS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def _who(self, cookie: str) -> str | None:
        """The key that a cookie was given for, unless it is forged or over."""
        until, _, rest = cookie.partition(".")
        seal, _, name = rest.partition(".")
        if not until.isdecimal() or name not in self._secrets:
            return None
        right = hmac.compare_digest(seal.encode(), self._seal(name, int(until)).encode())
        return name if right and time.time() < int(until) else None

    def _seal(self, name: str, until: int) -> str:
        text = f"sparkloom page\n{name}\n{until}".encode()
        return hmac.new(self._secrets[name].encode(), text, hashlib.sha256).hexdigest()


def _form(fault: str = "", status: int = 200, name: str = "") -> Response:
    page = (resources.files("sparkloom.studio") / "sign_in.html").read_text("utf-8")
    told = f'<p class="notice" role="alert">{escape(fault)}</p>' if fault else ""
    page = page.replace("<!-- fault -->", told).replace("<!-- name -->", escape(name))
    return HTMLResponse(page, status)
