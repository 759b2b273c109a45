"""Which paths of the service are the page's."""

from __future__ import annotations

SIGN_IN = "/sign-in"

_PATHS = frozenset(
    "/ /config /favicon.ico /manifest.json /robots.txt /sign-in /sign-out /theme.css".split()
)
_FOLDERS = ("/assets/", "/gradio_api/", "/static/", "/svelte/")
"""Where Gradio keeps its scripts and answers its page."""


def owns(path: str) -> bool:
    """Whether a path is the page's. Everything else stays the API's."""
    return path in _PATHS or path.startswith(_FOLDERS)
