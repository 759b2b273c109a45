"""Inventive: something new around the spark."""

from __future__ import annotations

from sparkloom.bank.scenes import inventions
from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.markup import with_tags
from sparkloom.modes import layout, opening
from sparkloom.modes.brief import brief, fault_of, known, tidy
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest
from sparkloom.words import content_stems, phrases

FIELDS = ("prompt",)

LONG_PHRASE = 20
"""The most words of a phrase that an opening can take up."""


class Inventive:
    temperature = 0.9
    typical_tokens = 15
    keeps_words = True

    def ask(self, request: PromptRequest, context: Context) -> Task:
        if goes_on(request, context):
            from sparkloom.modes.completion import Completion

            return Completion().ask(request, context)
        return Task(
            text=layout.invent(context.subject, "medium", context.examples, context.images),
            max_tokens=opening.MAX_TOKENS,
            top_p=request.top_p or 0.95,
            grammar=opening.grammar(least=max(opening.MIN_WORDS, _longest(context.subject))),
            brief=brief("inventive", FIELDS, {"Spark": context.subject, **known(context)}),
            options=inventions(context.subject, context.length)
            if opening.may_be_drawn(request, context)
            else (),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if goes_on(request, context):
            from sparkloom.modes.completion import Completion

            return Completion().read(request, context, draft)
        if draft.answer is not None:
            fault = fault_of("inventive", draft.answer, FIELDS)
            text = "" if fault else tidy(draft.answer["prompt"])
            prompt = with_tags(text, request.spark)
            return Candidate(prompt, added=text, finished=draft.finished, fault=fault)
        added = opening.clause(draft.text.strip())
        said = restored(context.subject, added)
        own = len(context.subject.split())
        prompt = opening.finished(context.subject, said, context, more=own)
        return Candidate(with_tags(prompt, request.spark), added=added, finished=draft.finished)


def goes_on(request: PromptRequest, context: Context) -> bool:
    """Whether a prompt goes on from the spark's own words: where it says much, and where an engine
    that was to say it anew has lost some of it each time."""
    return says_much(context.subject) or (bool(request.spark) and not context.strict)


def says_much(spark: str) -> bool:
    """Whether a spark has a phrase so long that an opening has no room to say it anew: the
    prompt goes on from it instead."""
    return _longest(spark) > LONG_PHRASE


def restored(spark: str, opening: str) -> str:
    """An opening with those phrases of the spark behind it that it has dropped.

    A spark such as `old fisherman, oil painting` has phrases that belong to the end of a prompt.
    """
    said = set(content_stems(opening))
    dropped = [phrase for phrase in phrases(spark)[1:] if not said >= set(content_stems(phrase))]
    return ", ".join([opening.rstrip(",.;:"), *dropped]) if dropped else opening


def _longest(spark: str) -> int:
    """The words of its longest phrase: an opening needs room to say them."""
    return max((len(phrase.split()) for phrase in phrases(spark)), default=0)
