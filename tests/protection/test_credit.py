"""Who is credited is an artist; where something is, is no credit."""

from __future__ import annotations

import pytest
from searching import found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a fox by Quill Zanderfoot, ink", ["Quill Zanderfoot"]),
        ("a fox in the style of Ann Marie Zanderfoot", ["Ann Marie Zanderfoot"]),
        ("a fox by A. J. Zanderfoot-Quill", ["A. J. Zanderfoot-Quill"]),
        ("a fox by Quill Zan Derfoot Zed", ["Quill Zan Derfoot"]),
        ("a fox by Qu1ll 2anderfoot", ["Qu1ll 2anderfoot"]),
        ("a fox by \uff31uill \uff3aanderfoot", ["\uff31uill \uff3aanderfoot"]),
        ("a fox by Q u i l l Z a n d e r", ["Q u i l l Z a n d e r"]),
        ("a fox by Greg Rutkowski Zanderfoot", ["Greg Rutkowski"]),
        ("a fox by quill zanderfoot", []),
        ("a fox by Zanderfoot", []),
        ("a fox by Zanderfoot Q", []),
        ("a fox by Old River House", []),
        ("a fox by Claude Monet Zanderfoot", []),
        ("a fox by 1960 Zanderfoot", []),
        ("a fox by 1 2 3 4 5 6 7 8 9", []),
        ("a boat by Lake Windermere, pastel", []),
        ("a picnic by River Cherwell", []),
        ("a bench by Zanderfoot Street", []),
        ("a field of Quill Zanderfoot", []),
    ],
)
def test_who_is_credited_is_an_artist(text: str, names: list[str]) -> None:
    assert found(text) == names
