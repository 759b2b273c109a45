"""The page hung into the service, apart from the API."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sparkloom.loom import Sparkloom
from sparkloom.studio import gradio_library
from sparkloom.studio.assets import Assets
from sparkloom.studio.paths import owns
from sparkloom.studio.sign_in import SignIn

HEADERS = {
    # Nothing is asked of another host. Gradio makes functions of texts, and styles of elements.
    "content-security-policy": "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Page(Mount):
    """The route of the page: it takes its own paths and leaves all others alone."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and owns(scope["path"]):
            return super().matches(scope)
        return Match.NONE, {}


class Headers:
    """Sends the page's headers with everything that is its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, headed)


def add_studio(app: FastAPI, loom: Sparkloom) -> None:
    """Show the page at `/` of a service.

    Raises:
        ModuleNotFoundError: Gradio is not installed.
    """
    gradio = gradio_library.load()
    loom.keys.read()  # the page is another where people sign in
    from sparkloom.studio.page import CSS, HEAD, ICON, SCRIPT, THEME, make_page

    with gradio_library.one_application():
        page = make_page(loom)
    gradio.mount_gradio_app(
        app,
        page,
        "/",
        css_paths=CSS,
        favicon_path=str(ICON),
        js=SCRIPT.read_text("utf-8"),
        head=HEAD,
        theme=THEME,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="6mb",
    )
    mounted = cast(Mount, app.router.routes.pop())  # what Gradio has put there last
    page.app = mounted.app
    kept = Assets(mounted.app, Path(str(gradio.__file__)).parent / "templates/frontend/assets")
    app.router.routes.append(Page(mounted.path, app=Headers(SignIn(kept, loom.keys))))
