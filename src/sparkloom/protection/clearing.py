"""Clearing a text of protected names: each one is described instead, and the result checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sparkloom.protection.descriptions import FILE, Description, read_descriptions
from sparkloom.protection.detector import Detector, Finding
from sparkloom.protection.normalise import fold_name
from sparkloom.protection.wording import ARTISTS, FALLBACK, PLAIN, Replacement, replacement

ROUNDS = 4
"""How often a result is looked over before what is left is given up."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A text without its protected names.

    Attributes:
        text: the text; where nothing was replaced, that of the original to the letter.
        replacements: what was replaced, in order; their places are those of the original.
        left: what the detector still finds in the text; nearly always nothing.
    """

    text: str
    replacements: tuple[Replacement, ...] = ()
    left: tuple[Finding, ...] = ()


class Clearing:
    """Describes what a detector finds. May be shared between threads.

    Args:
        detector: what says which names are protected.
    """

    def __init__(self, detector: Detector) -> None:
        self.detector = detector

    def clear(self, text: str) -> Cleared:
        """A text with every protected name described; cleared once more it stays as it is."""
        findings = self.detector.find(text)
        tries: Counter[Finding] = Counter()
        cleared = Cleared(text)
        for _ in range(ROUNDS):
            replacements = _replacements(text, findings, tries)
            written = _written(text, replacements)
            left = self.detector.find(written)
            cleared = Cleared(written, replacements, tuple(left))
            if not left:
                break
            findings = _once_more(text, findings, tries, replacements, left)
        return cleared


def describe(finding: Finding, tries: int = 0, used: Container[str] = ()) -> Description:
    """What stands for a name.

    Args:
        tries: how often it made a name with the words beside it; each time it gets plainer.
        used: heads that stand in the text already.
    """
    fallback = FALLBACK[finding.kind]
    if finding.kind == "artist":
        fallback = next((other for other in ARTISTS if other.head not in used), fallback)
    written = _table().get(finding.name)
    choices = [*([written] if written else []), fallback, PLAIN[finding.kind]]
    return choices[min(tries, len(choices) - 1)]


def _replacements(
    text: str, findings: Iterable[Finding], tries: Counter[Finding]
) -> tuple[Replacement, ...]:
    made: list[Replacement] = []
    used: set[str] = set()
    end = 0
    for finding in findings:
        if finding.start < end:
            continue  # it went with the one before it
        description = describe(finding, tries[finding], used)
        new = replacement(text, finding, description, again=description.head in used)
        if new.start < end:
            new = replace(new, start=finding.start)
        used.add(description.head)
        made.append(new)
        end = new.end
    return tuple(made)


def _written(text: str, replacements: Iterable[Replacement]) -> str:
    """A text with its replacements made."""
    pieces: list[str] = []
    place = 0
    for new in replacements:
        pieces += text[place : new.start], new.text
        place = new.end
    return "".join((*pieces, text[place:]))


def _once_more(
    text: str,
    findings: Sequence[Finding],
    tries: Counter[Finding],
    replacements: Sequence[Replacement],
    left: Iterable[Finding],
) -> list[Finding]:
    """What to replace next time: as before, plainer where a name came about, and what is new."""
    added = []
    for finding in left:
        shift = 0
        touched = False
        for new in replacements:
            start = new.start + shift
            end = start + len(new.text)
            if finding.start <= end and start <= finding.end:
                tries[new.finding] += 1
                touched = True
            if end <= finding.start:
                shift += len(new.text) - (new.end - new.start)
        if not touched:
            start, end = finding.start - shift, finding.end - shift
            if text[start:end] == finding.text:
                added.append(replace(finding, start=start, end=end))
    return sorted({*findings, *added}, key=lambda finding: finding.start)


@cache
def _table() -> dict[str, Description]:
    """The hand-written descriptions, by folded name."""
    entries = read_descriptions(FILE.read_text(encoding="utf-8"))
    return {fold_name(entry.name): entry.description for entry in entries}
