"""Completion: the user's words stay to the letter, and the prompt goes on from them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sparkloom.bank.scenes import happenings
from sparkloom.context import LONG_SUBJECT, Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout, opening
from sparkloom.modes.brief import brief, fault_of, known, tidy
from sparkloom.modes.inventive import Inventive
from sparkloom.modes.mode import Candidate
from sparkloom.request import Length, PromptRequest
from sparkloom.words import WORD, content_stems, words

FIELDS = ("continuation",)

SAID_AGAIN = 0.6
"""A continuation with so large a share of the spark's content words says it anew."""


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
            brief=brief("completion", FIELDS, {"The beginning": context.subject, **known(context)}),
            options=happenings(context.subject, context.length)
            if opening.may_be_drawn(request, context)
            else (),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if not request.spark:
            return Inventive().read(request, context, draft)
        if draft.answer is not None:
            return self._whole(request, context, draft.answer, draft.finished)
        added = opening.clause(draft.text)
        rest = opening.finished(request.spark, added, context)
        if ends_sentence(request.spark) and not ends_sentence(rest):
            rest += "."
        return Candidate(join(request.spark, rest), added=added, finished=draft.finished)

    def _whole(
        self, request: PromptRequest, context: Context, answer: Mapping[str, str], finished: bool
    ) -> Candidate:
        """A continuation that is taken as it is."""
        fault = fault_of("completion", answer, FIELDS)
        added = "" if fault else going_on(context.subject, tidy(answer["continuation"]))
        if not fault and says_again(context.subject, added):
            fault = "says the beginning again"
        return Candidate(
            join(request.spark, added) if added else request.spark,
            added=added,
            finished=finished,
            fault=fault,
        )


def ends_sentence(spark: str) -> bool:
    """Whether what follows must be a new sentence."""
    return spark.rstrip().endswith((".", "!", "?"))


def going_on(spark: str, continuation: str) -> str:
    """A continuation without the spark, or the end of it, in front; it begins with a space or a
    mark."""
    said = [(found[0].lower(), found.end()) for found in WORD.finditer(continuation)]
    before = words(spark)
    for size in range(min(len(before), len(said)), 0, -1):
        if before[-size:] == [word for word, _ in said[:size]]:
            continuation = continuation[said[size - 1][1] :]
            marks = re.findall(r"[^\w\s]*\s*\Z", spark)[0].strip()
            continuation = continuation.removeprefix(marks)
            break
    rest = continuation.lstrip()
    return rest if rest[:1] in (*",.;:!?",) else f" {rest}"


def says_again(spark: str, continuation: str) -> bool:
    """Whether a continuation tells the spark in other words instead of going on."""
    told = set(content_stems(spark))
    again = told & set(content_stems(continuation))
    return len(told) > 1 and len(again) >= SAID_AGAIN * len(told)


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
