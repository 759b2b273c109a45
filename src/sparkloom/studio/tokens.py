"""About how many tokens a text has. No image model's own tokenizer is at hand; this is a guess."""

from __future__ import annotations

import re

LETTERS = 9
"""A word of up to so many letters is mostly one token to CLIP and T5; a longer one is more."""

_PIECE = re.compile(r"\d|[^\W\d_]+|[^\w\s]")


def estimated_tokens(text: str) -> int:
    """The tokens of an English text as CLIP and T5 count them, begin and end not included.

    A digit and a mark are a token each, a word one and another for every `LETTERS` letters more.
    """
    return sum(1 + (len(piece) - 1) // LETTERS for piece in _PIECE.findall(text))
