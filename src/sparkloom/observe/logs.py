"""Structured logs: JSON a line, or columns on a terminal, with the trace id of the request."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from sparkloom.observe.traces import trace_id

FOREIGN = ("uvicorn", "uvicorn.error", "uvicorn.access")
"""Loggers that bring handlers of their own."""


def log_to(stream: TextIO = sys.stderr, prompts: bool = False) -> None:
    """Write the logs of this process, other libraries' included, to a stream.

    Args:
        prompts: whether the words of a prompt may be in them. If not, an error that nobody
            foresaw is told by its name and its place in the code, for its words may be those.
    """
    terminal = stream.isatty()
    common: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_id,
        structlog.processors.format_exc_info if prompts else _without_words,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=common,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer()
            if terminal
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in FOREIGN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else a line for every call of an engine


def _add_trace_id(_: Any, __: str, event: EventDict) -> EventDict:
    if current := trace_id.get():
        event.setdefault("trace_id", current)
    return event


def _without_words(_: Any, __: str, event: EventDict) -> EventDict:
    """An error by its name and its place, and so those that led to it."""
    exc_info = event.pop("exc_info", None)
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    told = []
    while isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        told.append("\n".join([type(error).__name__, *places]))
        error = error.__cause__ or error.__context__
    if told:
        event["exception"] = "\n".join(told)
    return event
