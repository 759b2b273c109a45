"""Clearing a text of protected names: each one is described instead, and the result checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sparkloom.protection.descriptions import FILE, Description, read_descriptions
from sparkloom.protection.detector import Detector
from sparkloom.protection.finding import Finding
from sparkloom.protection.normalise import fold_name
from sparkloom.protection.wording import ARTISTS, FALLBACK, PLAIN, Replacement, replacement

ROUNDS = 4
"""How often other words are tried before what is left is cut out, and how often that is done
before all the text is."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A text without its protected names.

    Attributes:
        text: the text; where nothing was replaced, that of the original to the letter.
        replacements: what was replaced, in order; their places are those of the original.
        left: what had to be cut out, every description having made a name with the words beside
            it; nearly always nothing.
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
        """A text with every protected name described; cleared once more it stays as it is.

        The detector looks at what comes out until it finds nothing, whatever the text.
        """
        made, left = self._described(text)
        stubborn = tuple(left)
        for _ in range(ROUNDS):
            if not left:
                break
            made = _without(text, made, left)
            left = self.detector.find(_written(text, made))
        if left:
            made = (Replacement(0, len(text), "", left[0]),)
        return Cleared(_written(text, made), made, stubborn)

    def _described(self, text: str) -> tuple[tuple[Replacement, ...], list[Finding]]:
        """What to write for the names in a text, and what is found in it after that."""
        findings = self.detector.find(text)
        tries: Counter[Finding] = Counter()
        made: tuple[Replacement, ...] = ()
        left = findings
        for _ in range(ROUNDS):
            made = _replacements(text, findings, tries)
            left = self.detector.find(_written(text, made))
            if not left:
                break
            findings = _once_more(text, findings, tries, made, left)
        return made, left


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
        again, several = description.head in used, _is_plural(finding.name)
        beside = bool(made) and text[end : finding.start] == " "
        new = replacement(text, finding, description, again, several, beside)
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


def _without(
    text: str, made: Iterable[Replacement], cuts: Sequence[Finding]
) -> tuple[Replacement, ...]:
    """Replacements with parts of what they make of a text cut out of it."""
    pieces: list[tuple[int, int, str, Finding | None]] = []
    place = 0
    for new in made:
        pieces.append((place, new.start, text[place : new.start], None))
        pieces.append((new.start, new.end, new.text, new.finding))
        place = new.end
    pieces.append((place, len(text), text[place:], None))
    changed = []
    behind = nearest = 0
    for start, end, words, finding in pieces:
        low, behind = behind, behind + len(words)
        while nearest < len(cuts) and cuts[nearest].end <= low:
            nearest += 1
        kept, done, here = "", 0, nearest
        while here < len(cuts) and cuts[here].start < behind:
            first = max(cuts[here].start - low, 0)
            last = min(cuts[here].end - low, len(words))
            if finding is None:
                changed.append(Replacement(start + first, start + last, "", cuts[here]))
            kept, done, here = kept + words[done:first], last, here + 1
        if finding is not None:
            changed.append(Replacement(start, end, kept + words[done:], finding))
    return tuple(changed)


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


def _is_plural(name: str) -> bool:
    """Whether a name is one of the table with an s: "ewoks"."""
    one, known = name.removesuffix("s"), _table()
    return one != name and name in known and known[name] == known.get(one)


@cache
def _table() -> dict[str, Description]:
    """The hand-written descriptions, by folded name."""
    entries = read_descriptions(FILE.read_text(encoding="utf-8"))
    return {fold_name(entry.name): entry.description for entry in entries}
