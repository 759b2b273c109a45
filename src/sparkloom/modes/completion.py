"""Completion: the user's words stay to the letter, and the prompt goes on from them."""

from __future__ import annotations

from sparkloom.bank.scenes import happenings
from sparkloom.context import LONG_SUBJECT, Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout, opening
from sparkloom.modes.inventive import Inventive
from sparkloom.modes.layout import Length
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest


class Completion:
    temperature = 0.75
    typical_tokens = 15
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        if not request.spark:  # there is nothing to go on from
            return Inventive().ask(request, context)
        length: Length = "long" if len(context.subject.split()) >= LONG_SUBJECT else "medium"
        return Task(
            text=layout.complete(context.subject, length, context.examples, context.images),
            max_tokens=opening.MAX_TOKENS,
            top_p=request.top_p or 0.95,
            grammar=opening.grammar(
                opening.NEW_SENTENCE if ends_sentence(request.spark) else opening.GOES_ON
            ),
            options=happenings(context.subject) if opening.may_be_drawn(request, context) else (),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if not request.spark:
            return Inventive().read(request, context, draft)
        added = opening.clause(draft.text)
        rest = opening.finished(request.spark, added, context)
        return Candidate(join(request.spark, rest), added=added, finished=draft.finished)


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
