"""Captions, in the way that a model's captions tell."""

from __future__ import annotations

from typing import Any

import pytest

from eyes import description
from sparkloom.bank.finishes import Finish
from sparkloom.bank.terms import PARTS
from sparkloom.caption import Shown, by_parts, colours, habit_of, look_of, shown_by, without
from sparkloom.sight import Seen
from sparkloom.vision import Colour

TAN = Colour(name="tan", hex="#d2b48c", share=0.2)
GREY = Colour(name="grey", hex="#808080", share=0.5)
CAT = description(
    medium="photograph",
    subject="a cat",
    shot="close-up",
    position="centre",
    light="even",
    contrast="soft",
    palette=(TAN, GREY),
    background="plain white",
    sentence="Photograph of a cat.",
)
PARTS_OF_CAT = {
    "view": "close-up, centred",
    "light": "soft contrast",
    "palette": "grey and tan palette",
    "medium": "photograph",
}


def test_a_description_is_told_by_parts() -> None:
    assert by_parts(CAT) == Shown("a cat, plain white background", PARTS_OF_CAT, CAT.sentence)


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({}, ""),
        ({"people": "several people"}, "people"),
        ({"structure": "tileset"}, "tileset"),
        ({"background": "a dark background"}, "a dark background"),
        ({"subject": "a sign", "text": "OPEN"}, 'a sign, with the words "OPEN"'),
    ],
)
def test_what_an_image_is_of(fields: dict[str, Any], subject: str) -> None:
    assert by_parts(description(**fields)).subject == subject


def test_what_people_said_stays_as_they_said_it() -> None:
    seen = Seen(("a dog", "a cat"), (CAT,), looked=(1,))
    assert shown_by(seen) == [Shown("a dog", {}), by_parts(CAT)]


@pytest.mark.parametrize(
    ("texts", "caption"),
    [
        ((), "Photograph of a cat."),
        (
            ("tok, a red fox", "tok, an owl"),
            "tok, a cat, plain white background, grey and tan palette",
        ),
        (("inkst, a fox asleep", "inkst, owl"), "inkst, a cat, plain white background"),
        (
            ("A wide view of a fox that sleeps in a meadow", "An owl, seen in close-up, in an oak"),
            "a cat, plain white background, close-up, centred",
        ),
    ],
)
def test_a_caption_names_what_the_models_captions_name(
    texts: tuple[str, ...], caption: str
) -> None:
    habit = habit_of(texts)
    parts = habit.parts if texts else PARTS
    assert habit.caption(by_parts(CAT), parts, ()) == caption


def test_the_action_alone_is_the_subject() -> None:
    assert habit_of(()).caption(by_parts(CAT), (), ()) == "a cat, plain white background"
    bare = by_parts(description(light="dark"))
    assert habit_of(()).caption(bare, (), ()) == "low-key light"
    assert habit_of(()).caption(Shown("", {}), (), ()) == "image"


@pytest.mark.parametrize(
    ("unwanted", "kept"),
    [
        ([], ["a red fox, asleep", "an owl"]),
        (["FOX"], ["asleep", "an owl"]),
        (["fo", " "], ["a red fox, asleep", "an owl"]),
        (["red fox", "asleep"], ["an owl"]),
        (["owl"], ["a red fox, asleep"]),
    ],
)
def test_phrases_with_an_unwanted_sequence_are_left_out(
    unwanted: list[str], kept: list[str]
) -> None:
    assert without(["a red fox, asleep", "an owl"], unwanted) == kept


def test_a_sentence_without_unwanted_words() -> None:
    shown = Shown("a cat", {}, "A cat, asleep.")
    assert habit_of(()).caption(shown, PARTS, ["asleep"]) == "A cat"
    assert habit_of(()).caption(shown, PARTS, ["cat", "asleep"]) == "image"


def test_colours_of_several_images_weigh_together() -> None:
    more = description(palette=(TAN, TAN, TAN))
    assert colours([CAT, more]) == "tan and grey palette"
    assert colours([description()]) == ""


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ((), ""),
        (
            ("tok, fox", "tok, owl"),
            "The model's texts are rows of tags of 2 words that begin with \u201ctok\u201d. ",
        ),
        (
            ("A fox sleeps in the long grass", "The owl is awake tonight"),
            "The model's texts are sentences of 5 to 7 words. ",
        ),
    ],
)
def test_how_a_models_texts_speak(texts: tuple[str, ...], sentence: str) -> None:
    assert habit_of(texts).sentence() == sentence


@pytest.mark.parametrize(
    ("seen", "look"),
    [
        (Seen(), Finish()),
        (Seen(("x",), (CAT,), looked=(0,)), Finish(**PARTS_OF_CAT)),
        (
            Seen(("Watercolour painting of a mill, dusk light, a red barn door, a cat",)),
            Finish(light="dusk light", palette="a red barn door", medium="Watercolour painting"),
        ),
        (Seen(("a mill, close-up", "a fox, low sun")), Finish(view="close-up", light="low sun")),
        (Seen(("photograph: a mill", "pixel art of a fox")), Finish(medium="photograph")),
    ],
)
def test_how_images_look(seen: Seen, look: Finish) -> None:
    assert look_of(seen) == look
