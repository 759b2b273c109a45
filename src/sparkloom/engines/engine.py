"""What every engine can do, and which one the settings ask for."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from sparkloom.settings import EngineName, Settings

FREE_RUN = 3
"""How many tokens in a row may come again where a mode does not say."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A task as it is told to a model that follows instructions and writes the whole.

    Attributes:
        system: what it has to do, in general.
        user: what is asked this time.
        fields: the names of the texts that its answer holds, as a JSON object.
        turns: each draft is told one of them, which its seed chooses; may be none.
        max_tokens: the most tokens of the answer.
    """

    system: str
    user: str
    fields: tuple[str, ...]
    turns: tuple[str, ...] = ()
    max_tokens: int = 500

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of the answer."""
        return {
            "type": "object",
            "properties": {name: {"type": "string"} for name in self.fields},
            "required": list(self.fields),
            "additionalProperties": False,
        }

    def messages(self, seed: int) -> list[dict[str, Any]]:
        """The chat that asks for one draft."""
        turn = [self.turns[seed % len(self.turns)]] if self.turns else []
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": "\n\n".join([self.user, *turn])},
        ]


@dataclass(frozen=True, slots=True)
class Task:
    """What an engine is asked to write: a text to go on from, and the same as a brief.

    An engine follows the one that its model was made for.

    Attributes:
        text: the text to go on from.
        max_tokens: the most tokens to write.
        top_p: the share of probability that tokens are drawn from, above 0 and to 1.
        expected: how many drafts will be asked for, if none is faulty.
        stop: strings that end the writing; they are not part of the draft.
        grammar: the form that a draft must have, in GBNF; empty leaves it free.
        free_run: how many tokens in a row may come again, of the text or of the draft itself,
            before the embedded engine makes that unlikely.
        options: drafts to draw from; where there are any, an engine that goes on from a text
            writes nothing else.
        brief: what a model that follows instructions is told instead.
    """

    text: str
    max_tokens: int
    top_p: float
    expected: int = 1
    stop: tuple[str, ...] = ()
    grammar: str = ""
    free_run: int = FREE_RUN
    options: tuple[str, ...] = ()
    brief: Brief | None = None


class Draft(NamedTuple):
    """What an engine wrote.

    Attributes:
        text: the continuation, without the task's text; for a brief, the answer as it came.
        tokens: how many tokens it took.
        finished: whether the engine came to an end by itself, not at `max_tokens`.
        answer: the texts that a brief asked for, those that could be read; None where the engine
            went on from the task's text.
        warning: what the user should know of how it was written, a sentence; mostly empty.
    """

    text: str
    tokens: int
    finished: bool
    answer: Mapping[str, str] | None = None
    warning: str = ""


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


@runtime_checkable
class Loadable(Engine, Protocol):
    """An engine that has something to load."""

    @property
    def loaded(self) -> bool:
        """Whether it holds a model, or a connection."""

    def load(self) -> None:
        """Load the model, or see whether the server is there, before anything is written.

        Raises:
            UnavailableError: the engine cannot be reached or loaded.
        """


def drawn(task: Task, orders: Iterator[Order]) -> Generator[Draft]:
    """A task's options, each once before one comes again, in an order that text and seed give."""
    left: list[str] = []
    for order in orders:
        if not left:
            left = list(task.options)
            random.Random(f"{order.seed}\n{task.text}").shuffle(left)
        yield Draft(left.pop(), tokens=0, finished=True)


def open_engine(settings: Settings, name: EngineName | None = None) -> Engine:
    """The engine of a name; the one that the settings ask for if left out. Loads nothing yet."""
    name = name or settings.engine
    if name == "echo":
        from sparkloom.engines.echo import Echo

        return Echo()
    if name == "embedded":
        return _embedded(settings)
    from sparkloom.engines.fallback import WithFallback
    from sparkloom.engines.openai import OpenAI, address_of

    server = OpenAI(address_of(settings), settings.engine_thinking_tokens)
    return (
        WithFallback(server, _embedded(settings), "embedded")
        if settings.engine_fallback
        else server
    )


def _embedded(settings: Settings) -> Loadable:
    """Sparkloom's own model, or the one that was chosen instead."""
    from sparkloom.engines.model_file import is_own

    if is_own(settings):
        from sparkloom.engines.embedded import Embedded

        return Embedded(settings)
    from sparkloom.engines.chosen import Chosen

    return Chosen(settings)
