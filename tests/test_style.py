"""What images and texts have in common."""

from __future__ import annotations

from eyes import description
from sparkloom.style import traits_of_images, traits_of_texts
from sparkloom.vision import Colour

TAN = Colour(name="tan", hex="#d2b48c", share=0.2)


def test_phrases_that_half_of_the_texts_have() -> None:
    texts = ["tok, fox, flat shading", "tok, owl, Flat shading.", "tok, elk, grainy", "tok, eel"]
    assert traits_of_texts(texts) == ["flat shading"]
    assert traits_of_texts(texts[:1]) == []
    assert traits_of_texts([]) == []


def test_traits_that_half_of_the_images_have() -> None:
    images = [
        description(medium="photograph", light="dark", contrast="soft", palette=(TAN,)),
        description(medium="photograph", light="bright", contrast="soft", shot="close-up"),
        description(medium="painting", contrast="strong", background="plain white"),
    ]
    assert traits_of_images(images) == ["photograph", "tan palette", "soft contrast"]
    assert traits_of_images([]) == []
    assert traits_of_images([description()]) == []
