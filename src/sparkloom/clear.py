"""Clearing on the path of a request: what is asked, what is known, and what was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace

from sparkloom.bank.finishes import Finish
from sparkloom.context import Context
from sparkloom.modes import Candidate
from sparkloom.protection import Clearing, Replacement, report, reported
from sparkloom.request import PromptRequest
from sparkloom.response import IPDetection
from sparkloom.step import step


class Clear:
    """Describes protected names all along one request.

    Args:
        clearing: who does it; None lets everything pass as it is.
    """

    def __init__(self, clearing: Clearing | None) -> None:
        self._clearing = clearing
        self._asked: tuple[Replacement, ...] = ()
        self._written: dict[str, tuple[Replacement, ...]] = {}

    def request(self, request: PromptRequest) -> PromptRequest:
        """The request as the engine may know it; the spark is cleared too."""
        if self._clearing is None or not request.spark:
            return request
        cleared = self._clearing.clear(request.spark)
        self._asked = cleared.replacements
        return request.model_copy(update={"prompt": cleared.text})

    def context(self, context: Context) -> Context:
        """The context without names, those in a model's own texts and trigger included."""
        if (clearing := self._clearing) is None:
            return context

        def cleared(text: str) -> str:
            return clearing.clear(text).text

        return replace(
            context,
            subject=cleared(context.subject),
            examples=tuple(map(cleared, context.examples)),
            images=tuple(map(cleared, context.images)),
            look=Finish(*map(cleared, astuple(context.look))),
            form=replace(context.form, trigger=cleared(context.form.trigger)),
            guide=cleared(context.guide),
            description=cleared(context.description),
        )

    def candidates(self, written: Iterator[Candidate]) -> Iterator[Candidate]:
        """Candidates without names; one that keeps a name all the same says so."""
        if self._clearing is None:
            yield from written
            return
        for candidate in written:
            with step("clear"):
                cleared = self._cleared(candidate, self._clearing)
            yield cleared

    def detection(self, chosen: Sequence[Candidate]) -> IPDetection | None:
        """What was found and what was written instead; None if nobody asked."""
        if self._clearing is None:
            return None
        found = [("prompt", self._asked)]
        found += [
            (f"prompts[{number}]", self._written[candidate.prompt])
            for number, candidate in enumerate(chosen)
        ]
        return report(
            reported(new.finding, where, new.text) for where, made in found for new in made
        )

    def _cleared(self, candidate: Candidate, clearing: Clearing) -> Candidate:
        whole = clearing.clear(candidate.prompt)
        parts = {name: clearing.clear(text) for name, text in candidate.sections.items()}
        named = whole.left or any(part.left for part in parts.values())
        self._written[whole.text] = whole.replacements
        return replace(
            candidate,
            prompt=whole.text,
            added=clearing.clear(candidate.added).text,
            sections={name: part.text for name, part in parts.items()},
            fault="has a protected name" if named else candidate.fault,
        )


NOTHING_TO_CLEAR = Clear(None)
"""Lets everything pass."""
