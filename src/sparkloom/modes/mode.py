"""What every mode does, and which one a request asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.request import Mode, PromptRequest


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prompt that may be returned.

    Attributes:
        prompt: the whole prompt.
        added: the part of it that the engine wrote.
        finished: whether it ends where the engine meant it to.
        sections: the same by sections, in `structured`.
        fault: why it cannot be returned, whatever else is said of it; mostly empty.
        warning: what the user should know of how it was written; mostly empty.
    """

    prompt: str
    added: str
    finished: bool = True
    sections: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    warning: str = ""


class WritingMode(Protocol):
    """One way of writing. Knows no engine.

    Attributes:
        temperature: what is taken where the request names none.
        typical_tokens: how many tokens an engine writes for one candidate, about.
        keeps_words: whether the spark's content words must occur in every result.
    """

    temperature: float
    typical_tokens: int
    keeps_words: bool

    def ask(self, request: PromptRequest, context: Context) -> Task:
        """What to ask an engine."""

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        """What the engine's answer means."""


def mode_for(mode: Mode) -> WritingMode:
    """The way of writing behind a mode's name."""
    from sparkloom.modes.completion import Completion
    from sparkloom.modes.contextual import Contextual
    from sparkloom.modes.image_editing import ImageEditing
    from sparkloom.modes.inventive import Inventive
    from sparkloom.modes.structured import Structured

    modes: dict[Mode, type[WritingMode]] = {
        "completion": Completion,
        "contextual": Contextual,
        "contextual-v2": Contextual,
        "image-editing": ImageEditing,
        "inventive": Inventive,
        "structured": Structured,
    }
    return modes[mode]()
