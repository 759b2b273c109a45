"""Structured: a complete prompt made of ordered sections, and the sections as data."""

from __future__ import annotations

from collections.abc import Mapping

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.markup import with_tags
from sparkloom.modes import layout, opening
from sparkloom.modes.brief import brief, fault_of, known, tidy
from sparkloom.modes.mode import Candidate
from sparkloom.modes.plan import Plan
from sparkloom.request import PromptRequest
from sparkloom.words import capitalised


class Structured:
    temperature = 0.7
    typical_tokens = 40
    keeps_words = True

    def ask(self, request: PromptRequest, context: Context) -> Task:
        plan = Plan(context.subject)
        return Task(
            text=layout.structure(context.subject, "medium", context.images) + plan.beginning,
            max_tokens=120,
            top_p=request.top_p or 0.95,
            grammar=plan.grammar,
            brief=brief(
                "structured", layout.SECTIONS, {"Spark": context.subject, **known(context)}
            ),
            options=plan.options if opening.may_be_drawn(request, context) else (),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if draft.answer is not None:
            return self._whole(request, draft.answer, draft.finished)
        plan = Plan(context.subject)
        written = layout.read_sections(plan.beginning + draft.text)
        sections = plan.filled(written, context)
        prompt = prose(sections)
        return Candidate(
            prompt=with_tags(prompt, request.spark),
            added=", ".join(written.values()).removeprefix(plan.first).lstrip(" ,"),
            finished=len(sections) == len(layout.SECTIONS),
            sections=sections,
        )

    def _whole(
        self, request: PromptRequest, answer: Mapping[str, str], finished: bool
    ) -> Candidate:
        """All sections as they were written."""
        sections = {name: text for name in layout.SECTIONS if (text := tidy(answer.get(name, "")))}
        prompt = prose(sections)
        return Candidate(
            prompt=with_tags(prompt, request.spark),
            added=", ".join(sections.values()),
            finished=finished,
            sections=sections,
            fault=fault_of("structured", answer, layout.SECTIONS),
        )


def prose(sections: Mapping[str, str]) -> str:
    """The sections in order, as three sentences: what, how it is seen, how it is made.

    The model's own wording of its sections drifts from them; this one cannot.
    """
    sentences = []
    for names in SENTENCES:
        parts = [sections[name].strip(" .,;") for name in names if name in sections]
        if parts:
            sentence = ", ".join(parts)
            sentences.append(f"{capitalised(sentence)}.")
    return " ".join(sentences)


SENTENCES = (("subject", "details", "setting"), ("composition", "lighting"), ("palette", "style"))
