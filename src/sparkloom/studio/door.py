"""The page hung into the service, apart from the API."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import Scope

from sparkloom.loom import Sparkloom
from sparkloom.studio import gradio_library
from sparkloom.studio.assets import Assets
from sparkloom.studio.paths import owns
from sparkloom.studio.sign_in import SignIn


class Page(Mount):
    """The route of the page: it takes its own paths and leaves all others alone."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and owns(scope["path"]):
            return super().matches(scope)
        return Match.NONE, {}


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
    app.router.routes.append(Page(mounted.path, app=SignIn(kept, loom.keys)))
