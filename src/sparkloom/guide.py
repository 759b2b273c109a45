"""What a model's prompt guide says that can be held against a prompt: words to leave out, length.

A guide is written for people and for engines that follow instructions. The small engine does
not; so what a guide rules out is looked for in what it wrote.
"""

from __future__ import annotations

import re

RULED_OUT_WORDS = 5
"""A longer quotation in a guide is an example of something, not a phrase to leave out."""

_RULE = re.compile(
    r"\b(?:avoid|leave out|(?:never|do not|don['\u2019]t) (?:use|say|write|add|mention|name))\b"
    r"(?P<said>[^.;!?\n]*)",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:but|instead|rather|except|unless|use|say|write|prefer)\b", re.IGNORECASE)
"""What stands behind one of these is wanted, or has a condition."""

_QUOTED = re.compile(r"\"([^\"]+)\"|`([^`]+)`|\u201c([^\u201d]+)\u201d")
_LISTED = re.compile(r"^[\s*_]*:(.*)")
_SEPARATOR = re.compile(r",|\b(?:and|or)\b")
_AT_MOST = re.compile(
    r"(?:at most|no more than|up to|under|fewer than|less than|\d+\s*(?:to|-|\u2013))\s*(\d{1,4})"
    r"\s+words",
    re.IGNORECASE,
)


def ruled_out(guide: str) -> tuple[str, ...]:
    """The words that a guide wants left out, in lower case.

    Those in quotation marks or backticks behind `avoid`, `never write`, `do not use` and the
    like, and the items of a list behind `Avoid:`.

    Args:
        guide: Markdown.
    """
    found: list[str] = []
    for rule in _RULE.finditer(guide):
        said = _TURN.split(rule["said"])[0]
        quoted = ["".join(groups) for groups in _QUOTED.findall(said)]
        listed = _LISTED.match(said)
        found += quoted or (_SEPARATOR.split(listed[1]) if listed else [])
    texts = (text.strip(" *_,'").lower() for text in found)
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text.split()) <= RULED_OUT_WORDS))


def most_words(guide: str) -> int | None:
    """How many words a guide allows (`10 to 40 words`, `at most 30 words`); None if it does not
    say."""
    found = _AT_MOST.search(guide)
    return int(found[1]) if found else None


def has(prompt: str, unwanted: str) -> bool:
    """Whether words occur in a prompt, as whole words and in whatever case."""
    return bool(re.search(rf"(?<!\w){re.escape(unwanted)}(?!\w)", prompt, re.IGNORECASE))
