"""Contextual: a prompt in the form of a model's own examples."""

from __future__ import annotations

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.markup import with_tags
from sparkloom.modes import layout
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest


class Contextual:
    temperature = 0.75
    typical_tokens = 45
    keeps_words = True

    def ask(self, request: PromptRequest, context: Context) -> Task:
        return Task(
            text=layout.fit(context.subject, context.examples, context.images),
            max_tokens=130,
            top_p=request.top_p or 0.95,
            stop=("\n",),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:  # noqa: ARG002
        prompt = draft.text.strip()
        return Candidate(with_tags(prompt, request.spark), added=prompt, finished=draft.finished)
