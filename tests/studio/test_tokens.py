"""Estimated tokens."""

from __future__ import annotations

import pytest

from sparkloom.studio.tokens import estimated_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a fox", 2),
        ("a fox, snow.", 5),
        ("85mm f/2.8", 8),
        ("photorealistic", 2),
        ("worm's-eye view", 6),
    ],
)
def test_words_marks_and_digits_count(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens
