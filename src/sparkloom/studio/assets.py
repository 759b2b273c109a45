"""The scripts and styles of Gradio's page, from memory.

The page fetches 90 of them. Gradio compresses each of them anew for every browser, and says of none
that it may be kept.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/assets/"
SMALL = 1000
"""Bytes that are not worth compressing."""

KEPT = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
"""Their names change with what is in them."""


KINDS = {".js": "text/javascript"}
"""What systems have different names for."""


class Assets:
    """Answers for the files of a folder at `/assets/`, and leaves all else to the page."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._files = {file.name: file for file in folder.iterdir() if file.is_file()}
        self._read = cache(_read)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._files.get(scope["path"].removeprefix(PATH))
        if file is None or scope["method"] != "GET" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        compressed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        content, encoded = self._read(file, compressed)
        headers = KEPT | ({"content-encoding": "gzip"} if encoded else {})
        kind = KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        await Response(content, headers=headers, media_type=kind)(scope, receive, send)


def _read(file: Path, compressed: bool) -> tuple[bytes, bool]:
    """What is sent of a file, and whether it is compressed."""
    content = file.read_bytes()
    small = len(content) < SMALL
    return (gzip.compress(content, 6), True) if compressed and not small else (content, False)
