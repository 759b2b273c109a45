"""Contextual: a prompt in the form of a model's own examples."""

from __future__ import annotations

from dataclasses import replace

from sparkloom.bank.kinds import ANY, nouns, singular
from sparkloom.bank.subject import FRAMES
from sparkloom.context import Context
from sparkloom.engines import FREE_RUN, Draft, Task
from sparkloom.form import Form, begun
from sparkloom.markup import with_tags
from sparkloom.modes import layout, opening
from sparkloom.modes.brief import brief, fault_of, known, tidy
from sparkloom.modes.cast import casts
from sparkloom.modes.completion import Completion
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest
from sparkloom.tags import count_of, tags_of
from sparkloom.words import content_stems, stem, words

FIELDS = ("prompt",)

MAX_TOKENS = 130
TOKENS_PER_WORD = 2.5
"""Of a row of rare words and marks; prose takes half as many."""

MOST_TOKENS = 500

DIALECT_RUN = 8
"""How many tokens of a model's texts may come again: they say some things alike, such as `set built
from cork`, and so must its prompts. Where that leads to copies, what is usual must do."""

MIN_KEPT = 0.5
"""So large a share of a draft's content words a prompt takes up. A draft is what somebody
means (`make this fly`): of the hand-written answers only a third keep all of its words."""


class Contextual:
    temperature = 0.6
    typical_tokens = 45
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        """The engine goes on from the trigger, so that it cannot forget it."""
        if not shows_form(context):
            return Completion().ask(request, context)
        text = layout.fit(context.subject, context.examples, context.images)
        room = int(context.form.longest * TOKENS_PER_WORD)
        return Task(
            text=f"{text} {context.form.trigger}".rstrip(),
            max_tokens=min(MOST_TOKENS, max(MAX_TOKENS, room)),
            top_p=request.top_p or 0.95,
            stop=("\n",),
            free_run=DIALECT_RUN if context.strict else FREE_RUN,
            brief=brief("contextual", FIELDS, {"Draft": context.subject, **known(context)}),
            options=casts(context.subject, context.examples, context.form.trigger)
            if may_be_cast(request, context)
            else (),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        form = context.form
        if not shows_form(context):
            return in_dialect(Completion().read(request, context, draft), form)
        written, unread = draft.text.strip(), ""
        if draft.answer is not None:
            unread = fault_of("contextual", draft.answer, FIELDS)
            written = "" if unread else tidy(draft.answer["prompt"])
        text = begun(form.trigger, written)
        prompt = begun(form.opening, text)
        asked = request.spark if context.strict and not context.images else ""
        fault = unread or form.fault(prompt) or ("" if takes_up(asked, text) else "drops the draft")
        return Candidate(
            with_tags(prompt, request.spark), added=text, finished=draft.finished, fault=fault
        )


def may_be_cast(request: PromptRequest, context: Context) -> bool:
    """Whether a model's own texts may serve as templates: not where images have something to say,
    nor where the request says how to draw words, nor where that has led to nothing."""
    its_own = context.own and context.strict and not context.images
    return its_own and opening.leaves_drawing(request)


def shows_form(context: Context) -> bool:
    """Whether there are texts to take after: a model's own, or what images show."""
    return context.own or bool(context.images)


def in_dialect(written: Candidate, form: Form) -> Candidate:
    """A candidate as the dialect of a model has it: sentences, or tags with commas between."""
    prompt = written.prompt
    if form.tags:
        counted = count_of(prompt) if form.counts else []
        prompt = ", ".join(dict.fromkeys([*counted, *tags_of(prompt), *form.closing]))
    prompt = begun(form.opening, prompt)
    return replace(written, prompt=prompt, fault=written.fault or form.fault(prompt))


def takes_up(draft: str, prompt: str) -> bool:
    """Whether a prompt has every thing that a draft names, and half of its content words at least.

    Of the hand-written answers nine of ten have them all.
    """
    wanted, had = set(content_stems(draft)), set(content_stems(prompt))
    named = set(map(singular, words(draft))) & nouns().keys() - FRAMES
    things = {stem(one) for one in named if nouns()[one].name != ANY}
    had |= {stem(singular(word)) for word in words(prompt)}
    return things <= had and len(wanted & had) >= MIN_KEPT * len(wanted)
