"""A model in this process that the user has chosen instead of Sparkloom's own.

One that has a chat template follows instructions and is told the brief of a task; any other goes
on from its text, as Sparkloom's own does.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from sparkloom.chat.local import LocalServer
from sparkloom.engines.embedded import Embedded
from sparkloom.engines.engine import Draft, Loadable, Order, Task
from sparkloom.engines.model_file import model_file
from sparkloom.engines.openai import OpenAI
from sparkloom.settings import Settings

PATIENCE = 3600.0
"""Seconds for one draft: a large model on few cores is slow, and nobody else waits for it."""

CHAT_TEMPLATE = b"tokenizer.chat_template"
HEAD_BYTES = 64 * 2**20
"""In so much of a file its description is."""


class Chosen:
    """The engine. It looks at the file, and loads it, when something is written."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._engine: Loadable | None = None

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        with closing(self._opened().write(task, orders)) as drafts:
            yield from drafts

    @property
    def loaded(self) -> bool:
        return self._engine is not None and self._engine.loaded

    def load(self) -> None:
        self._opened().load()

    def close(self) -> None:
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _opened(self) -> Loadable:
        with self._lock:
            if self._engine is None:
                path = model_file(self._settings)
                follows = has_chat_template(path)
                self._engine = (
                    Instructed(path, self._settings) if follows else Embedded(self._settings)
                )
            return self._engine


class Instructed:
    """A model that follows instructions, behind a server of its own in this process.

    It computes one draft at a time and forgets what it has read, so that the bytes of a draft
    follow from its order alone.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self._settings = settings
        self._lock = threading.Lock()
        self._server: LocalServer | None = None
        self._engine: OpenAI | None = None
        self._writing = 0
        self._timer: threading.Timer | None = None

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        engine = self._begin()
        try:
            with closing(engine.write(task, orders)) as drafts:
                yield from drafts
        finally:
            self._end()

    @property
    def loaded(self) -> bool:
        return self._server is not None

    def load(self) -> None:
        self._begin()
        self._end()

    def close(self) -> None:
        with self._lock:
            self._give_back()

    def _begin(self) -> OpenAI:
        with self._lock:
            if self._engine is None:
                self._server = LocalServer(
                    self._path, self._settings.context_tokens, self._settings.threads
                )
                self._engine = OpenAI(self._server.address(PATIENCE))
            self._writing += 1
            if self._timer:
                self._timer.cancel()
            return self._engine

    def _end(self) -> None:
        with self._lock:
            self._writing -= 1
            if self._writing == 0 and self._settings.engine_idle and self._engine:
                self._timer = threading.Timer(self._settings.engine_idle, self._when_idle)
                self._timer.daemon = True
                self._timer.start()

    def _when_idle(self) -> None:
        with self._lock:
            if self._writing == 0:
                self._give_back()

    def _give_back(self) -> None:
        if self._timer:
            self._timer.cancel()
        engine, self._engine = self._engine, None
        server, self._server = self._server, None
        if engine:
            engine.close()
        if server:
            server.close()


def has_chat_template(path: Path) -> bool:
    """Whether a GGUF file says how its model is chatted with."""
    with path.open("rb") as file:
        return CHAT_TEMPLATE in file.read(HEAD_BYTES)
