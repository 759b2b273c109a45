"""A match: words of a text that may be a name, likely or not."""

from __future__ import annotations

from dataclasses import dataclass

from sparkloom.protection.lexicon import Name


@dataclass(frozen=True, slots=True)
class Match:
    """Words that may be a name.

    Attributes:
        first, behind: which words: those from `first` to before `behind`.
        name: the name.
        how: how they are written, where that is not as the name is.
        evidence: what that adds to the confidence that the name is meant.
    """

    first: int
    behind: int
    name: Name
    how: str = ""
    evidence: float = 0.0
