"""Completion: the user's words stay to the letter, and the prompt goes on from them."""

from __future__ import annotations

from sparkloom.context import LONG_SUBJECT, Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.inventive import Inventive
from sparkloom.modes.layout import Length
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest

GRAMMAR = r"root ::= {start} [^\n]{{30}} [^\n]*"
"""At least 30 characters: a small model takes a spark that is a sentence for a finished prompt."""


class Completion:
    temperature = 0.75
    typical_tokens = 45
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        if not request.spark:  # there is nothing to go on from
            return Inventive().ask(request, context)
        length: Length = "long" if len(context.subject.split()) >= LONG_SUBJECT else "medium"
        return Task(
            text=layout.complete(context.subject, length, context.examples),
            max_tokens=120,
            top_p=request.top_p or 0.95,
            grammar=GRAMMAR.format(start='" " [A-Z]' if ends_sentence(request.spark) else '""'),
        )

    def read(self, request: PromptRequest, draft: Draft) -> Candidate:
        return Candidate(
            prompt=join(request.spark, draft.text), added=draft.text, finished=draft.finished
        )


def ends_sentence(spark: str) -> bool:
    """Whether what follows must be a new sentence."""
    return spark.rstrip().endswith((".", "!", "?"))


def join(spark: str, added: str) -> str:
    """The spark to the letter, then what was added, with one space where one belongs."""
    if not spark:
        return added.strip()
    tail = added.rstrip()
    if spark.rstrip()[-1] in ",;:":
        tail = " " + tail.lstrip(" ,;:")
    if spark[-1].isspace():
        return spark + tail.lstrip()
    if tail[:1].isalnum() and not spark[-1].isalnum():
        return f"{spark} {tail}"
    return spark + tail
