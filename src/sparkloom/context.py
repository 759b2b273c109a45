"""What is known beside the words of a request, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from sparkloom.bank import load_bank
from sparkloom.markup import plain
from sparkloom.request import PromptRequest

EXAMPLES = 3
EXAMPLE_WORDS = 80
"""The most words of all examples together: each one costs the engine time to read."""

LONG_SUBJECT = 35
"""From so many words on a subject sets its own tone, and examples would be copied."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the writing takes into account.

    Attributes:
        subject: what the picture is of: the spark in plain words, or a subject that was drawn
            where there is none.
        examples: hand-written prompts near the spark, the nearest first, or a model's own.
        images: what the reference images show, one by one.
    """

    subject: str
    examples: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


def gather(request: PromptRequest, seed: int) -> Context:
    """The context of a request.

    Args:
        seed: what is drawn where the spark says too little depends on it.
    """
    bank = load_bank()
    subject = plain(request.spark) or bank.subject(seed)
    if len(subject.split()) >= LONG_SUBJECT:
        return Context(subject)
    return Context(subject, tuple(bank.nearest(subject, EXAMPLES, EXAMPLE_WORDS, seed)))
