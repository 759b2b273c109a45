"""What every engine can do, and which one the settings ask for."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sparkloom.settings import Settings


@dataclass(frozen=True, slots=True)
class Task:
    """What an engine is asked to write.

    Attributes:
        text: the text to go on from.
        max_tokens: the most tokens to write.
        top_p: the share of probability that tokens are drawn from, above 0 and to 1.
        expected: how many drafts will be asked for, if none is faulty.
        stop: strings that end the writing; they are not part of the draft.
        grammar: the form that a draft must have, in GBNF; empty leaves it free.
        options: drafts to draw from; where there are any, nothing else is written.
    """

    text: str
    max_tokens: int
    top_p: float
    expected: int = 1
    stop: tuple[str, ...] = ()
    grammar: str = ""
    options: tuple[str, ...] = ()


class Draft(NamedTuple):
    """What an engine wrote.

    Attributes:
        text: the continuation, without the task's text.
        tokens: how many tokens it took.
        finished: whether the engine came to an end by itself, not at `max_tokens`.
    """

    text: str
    tokens: int
    finished: bool


class Order(NamedTuple):
    """One draft that is asked for.

    Attributes:
        seed: 0 to 2**32 - 1. The same task and order give the same bytes.
        temperature: 0 to 2; at 0 the likeliest token is taken every time.
    """

    seed: int
    temperature: float


class Engine(Protocol):
    """Somebody who writes."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        """Drafts of a task, one an order, in their order.

        Works ahead of what was taken by as many drafts as it can write side by side, and not
        beyond `task.expected`. Close the generator to stop.

        Raises:
            InvalidRequestError: the text is longer than the engine's window.
            UnavailableError: the engine cannot be reached or loaded.
        """

    def close(self) -> None:
        """Give back what the engine holds; the next task takes it anew."""


def drawn(task: Task, orders: Iterator[Order]) -> Generator[Draft]:
    """A task's options, each once before one comes again, in an order that text and seed give."""
    left: list[str] = []
    for order in orders:
        if not left:
            left = list(task.options)
            random.Random(f"{order.seed}\n{task.text}").shuffle(left)
        yield Draft(left.pop(), tokens=0, finished=True)


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings ask for. Loads nothing yet."""
    if settings.engine == "echo":
        from sparkloom.engines.echo import Echo

        return Echo()
    from sparkloom.engines.embedded import Embedded

    return Embedded(settings)
