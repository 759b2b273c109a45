"""Structured: a complete prompt made of ordered sections, and the sections as data."""

from __future__ import annotations

from collections.abc import Mapping

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.markup import with_tags
from sparkloom.modes import layout
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest

GRAMMAR = (
    "root ::= "
    + " ".join(f'"{name}: " line' for name in layout.SECTIONS)
    + '\nline ::= [^\\n]+ "\\n"'
)
"""Every section, in order, a line each."""


class Structured:
    temperature = 0.7
    typical_tokens = 75
    keeps_words = True

    def ask(self, request: PromptRequest, context: Context) -> Task:
        return Task(
            text=layout.structure(context.subject, "medium"),
            max_tokens=200,
            top_p=request.top_p or 0.95,
            grammar=GRAMMAR,
        )

    def read(self, request: PromptRequest, draft: Draft) -> Candidate:
        sections = layout.read_sections(draft.text)
        prompt = prose(sections)
        return Candidate(
            prompt=with_tags(prompt, request.spark),
            added=prompt,
            finished=len(sections) == len(layout.SECTIONS),
            sections=sections,
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
            sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
    return " ".join(sentences)


SENTENCES = (("subject", "details", "setting"), ("composition", "lighting"), ("palette", "style"))
