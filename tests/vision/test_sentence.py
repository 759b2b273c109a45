"""One English sentence of what is certain."""

from __future__ import annotations

import pytest

from sparkloom.vision import Colour
from sparkloom.vision.sentence import sentence_of

BROWN, TAN, GREY = (
    Colour(name=name, hex="#7a4e2b", share=0.2) for name in ("brown", "tan", "grey")
)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({}, "Image."),
        ({"palette": (TAN,)}, "Image, in tan."),
        ({"medium": "illustration", "palette": (BROWN, TAN)}, "Illustration, in brown and tan."),
        (
            {
                "medium": "photograph",
                "subject": "a tabby cat",
                "shot": "close-up",
                "position": "centre",
                "light": "even",
                "contrast": "soft",
                "palette": (BROWN, BROWN, TAN, GREY),
                "background": "plain black",
            },
            "Photograph of a tabby cat, close-up, centred, soft contrast, in brown, tan and grey, "
            "against a plain black background.",
        ),
        (
            {
                "medium": "pixel art",
                "structure": "sprite",
                "position": "upper left",
                "light": "bright",
                "background": "transparent",
                "text": "GO",
            },
            "Pixel-art sprite, at the upper left, bright, high-key light, on a transparent "
            'background, with the text "GO".',
        ),
        (
            {"medium": "photograph", "people": "several people", "background": "plain white"},
            "Photograph of people, against a plain white background.",
        ),
        (
            {"subject": "a guitar", "people": "one person", "position": "left"},
            "Image of a guitar, with a person, on the left.",
        ),
        ({"structure": "sprite sheet", "position": "left"}, "Sprite sheet, on the left."),
    ],
)
def test_sentence(known: dict[str, object], sentence: str) -> None:
    assert sentence_of(known) == sentence
