"""The plan of a structured prompt: which of a request's phrases belongs to which section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain, repeat

from sparkloom.bank.circumstances import agree
from sparkloom.bank.finishes import finish
from sparkloom.bank.scenes import settings
from sparkloom.bank.seeds import begun, evenly
from sparkloom.bank.terms import Part, named
from sparkloom.context import Context
from sparkloom.modes import layout
from sparkloom.words import phrases, words

WRITTEN = ("subject", "details", "setting")
"""The sections that the engine writes."""

TAKEN: dict[str, Part] = {
    "composition": "view",
    "lighting": "light",
    "palette": "palette",
    "style": "medium",
}
"""The sections that hand-written phrases fill; what the spark says of them comes first."""


class Plan:
    """Which section takes what: the user's phrases, the engine's, or hand-written ones.

    `old fisherman mending nets, oil painting` begins its subject with the first phrase and has
    a style; what belongs to no section goes into the details.

    Args:
        subject: what the picture is of, in plain words.
    """

    def __init__(self, subject: str) -> None:
        first, *more = _parted(subject)
        self._subject = subject
        self.first = first
        self.beginning = f"subject: {first}".rstrip()
        self._given: dict[str, str] = {}
        self._details: list[str] = []
        for phrase in more:
            name = next(iter(_sections_of(phrase)), "")
            if name and name not in self._given:
                self._given[name] = phrase
            else:
                self._details.append(phrase)

    @property
    def grammar(self) -> str:
        """The rest of the subject, then a line a section, of three phrases at most (GBNF)."""
        lines = " ".join(f'"{name}: " {name}' for name in WRITTEN[1:])
        rules = (
            f'{name} ::= phrase (", " phrase){{0,{2 if name == "details" else 1}}} "\\n"'
            for name in WRITTEN[1:]
        )
        begun = r'root ::= (" " [^\n,.;: ]+)* (", " phrase)? "\n" '
        return "\n".join([begun + lines, *rules, r"phrase ::= [^\n,.;:]+"])

    @property
    def options(self) -> tuple[str, ...]:
        """Hand-written sections in the place of the engine's, where the subject is known."""
        rests = begun(self.first)
        told = evenly(rests, self._settings) if rests else zip(repeat(""), self._settings(""))
        return tuple(
            f"{rest}\ndetails: {details}\nsetting: {setting}" for rest, (details, setting) in told
        )

    def _settings(self, rest: str) -> list[tuple[str, str]]:
        """Details and a setting for the subject; those that agree with all that the spark says,
        if there are any."""
        found = settings(self.first + rest)
        fitting = {text for text in {*chain.from_iterable(found)} if agree(text, self._subject)}
        return [pair for pair in found if fitting.issuperset(pair)] or [*found]

    def filled(self, written: Mapping[str, str], context: Context) -> dict[str, str]:
        """The sections in order, with what the engine did not write.

        Args:
            written: its sections.
            context: prompts of the kind that is wanted, and how reference images look.
        """
        sections = {**self._given, **written}
        if self._details and "details" in sections:
            sections["details"] = ", ".join([*self._details, sections["details"]])
        for name, part in TAKEN.items():
            if seen := getattr(context.look, part):
                sections.setdefault(name, seen)
        wanted = {name: part for name, part in TAKEN.items() if name not in sections}
        ending = finish(", ".join(sections.values()), context.near, wanted.values())
        sections |= {name: getattr(ending, part) for name, part in wanted.items()}
        return {name: sections[name] for name in layout.SECTIONS if sections.get(name)}


def _parted(subject: str) -> list[str]:
    """What a subject is of, and the phrases behind it.

    Sentences stay together, up to the last that tells more than parts; so does an enumeration.
    """
    sentences = SENTENCE.split(subject)
    telling = [at for at, text in enumerate(sentences) if not all(map(_sections_of, phrases(text)))]
    last = max(telling, default=0)
    first, *more = phrases(sentences[last]) or [""]
    kept = _listed(first, more)
    if last:  # the sentences before it have phrases of their own
        kept = max((at for at, text in enumerate(more, 1) if not _sections_of(text)), default=0)
    whole = " ".join([*sentences[:last], ", ".join([first, *more[:kept]])])
    return [whole, *more[kept:], *phrases(" ".join(sentences[last + 1 :]))]


def _listed(first: str, more: list[str]) -> int:
    """How many phrases go on with an enumeration: `red`, `white and blue`; `wolves`, `bears`, `and
    foxes`."""
    size = next((at for at, phrase in enumerate(more, 1) if AND.search(phrase)), 0)
    told = {name for phrase in more[:size] for name in _sections_of(phrase)}
    begun = LISTS.search(first) and all(len(words(phrase)) <= LISTED for phrase in more[:size])
    return size if begun and told <= set(_sections_of(words(first)[-1])) else 0


def _sections_of(phrase: str) -> list[str]:
    """The sections whose part a phrase tells, if it tells nothing else."""
    return [name for name, part in TAKEN.items() if _is_about(phrase, part)]


def _is_about(phrase: str, part: Part) -> bool:
    """Whether a phrase tells a part and nothing else: `low sun`, not `lanterns between cliffs`."""
    said = words(phrase)
    if SEEN.match(phrase):
        return part == "view"
    called = next((name for name, names in CALLED.items() if not names.isdisjoint(said[-1:])), "")
    if called:
        return part == called and (len(said) <= PART_WORDS or part in named(phrase))
    if part == "palette":  # `pale green`, but not `a white soup`
        return all(word in QUALIFYING or named(word) == ["palette"] for word in said)
    return len(said) <= PART_WORDS and part in named(phrase)


SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
AND = re.compile(r"\b(?:and|or)\b")
LISTS = re.compile(
    r"\b(?:with|of|in|and|from|between|like|wearing|holding|carrying)(?: [\w'-]+){1,3}$"
)
"""How a phrase ends that an enumeration may begin with."""

SEEN = re.compile(r"(?:seen|viewed) (?:from|through)\b", re.IGNORECASE)
"""How a phrase begins that tells a view."""

LISTED = 4
"""The most words of each phrase of an enumeration."""

PART_WORDS = 3
CALLED: dict[Part, frozenset[str]] = {
    "view": frozenset("view shot angle lens composition background".split()),
    "light": frozenset("light lighting glow shadows".split()),
    "palette": frozenset("palette colours colors tones hues".split()),
    "medium": frozenset(
        "style painting photo photograph photography illustration render rendering art drawing "
        "print".split()
    ),
}
"""What a phrase ends with that is about a part, however long it is."""

QUALIFYING = frozenset(
    "and with on pale dark light bright warm cool soft deep muted dusty rich faded dull "
    "pastel vivid all mostly only".split()
)
"""Words that a row of colours may have beside them."""
