"""The opening that the engine writes, and what is made of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sparkloom.bank.finishes import Finish
from sparkloom.context import Context
from sparkloom.form import Form
from sparkloom.modes import opening
from sparkloom.modes.opening import WANTED_WORDS
from sparkloom.request import PromptRequest


@pytest.mark.parametrize(
    ("clause", "prompt"),
    [
        ("a fox asleep", "a fox asleep, low sun, rust and bone"),
        ("A fox sleeps.", "A fox sleeps. Low sun, rust and bone."),
    ],
)
def test_phrases_stand_behind_commas_or_as_a_sentence(clause: str, prompt: str) -> None:
    assert opening.attach(clause, Finish(light="low sun", palette="rust and bone")) == prompt
    assert opening.attach(clause, Finish()) == clause


def test_a_finish_can_be_a_sentence_of_its_own() -> None:
    ending = Finish(light="low sun", medium="gouache")
    assert opening.attach("a fox asleep", ending, "sentence") == "a fox asleep. Low sun, gouache."
    first = opening.attach("a fox asleep", ending, "medium first")
    assert first == "a fox asleep. Gouache, low sun."
    alone = opening.attach("a fox asleep", Finish(light="low sun"), "medium first")
    assert alone == "a fox asleep, low sun"


def test_a_row_of_phrases_and_a_dialect_go_on_with_commas() -> None:
    for number in range(12):
        added = f" in the hay {'o' * number}"
        assert "." not in opening.finished("a fox, snow", added, Context(""))
        assert "." not in opening.finished("a fox", added, Context("", form=Form(most=400)))
    forms = {"." in opening.finished("a fox", f" in hay {'o' * n}", Context("")) for n in range(12)}
    assert forms == {True, False}


def test_what_the_prompt_names_is_not_named_again() -> None:
    said = opening.finished("a photo of a red fox at dusk, close-up", " on a step", Context(""))
    assert said == " on a step"


def test_a_prompt_is_finished_up_to_the_words_wanted() -> None:
    for spark in ("a fox", "an owl on a roof", "a kettle", "two old friends"):
        said = opening.finished(spark, " with a letter under one arm", Context(""))
        assert re.match(" with a letter under one arm[,.] ", said)
        assert len(said.split()) >= 15


def test_the_comma_at_which_an_opening_ends_is_no_part_of_it() -> None:
    assert opening.clause(" a fox in the hay, ") == " a fox in the hay"
    assert opening.clause("A fox sleeps.") == "A fox sleeps."


def test_the_grammar_asks_for_as_many_words_as_are_needed() -> None:
    assert "{3}" in opening.grammar()
    assert "{11}" in opening.grammar(least=12)
    assert re.match(r'root ::= " " \[A-Z\]', opening.grammar(opening.NEW_SENTENCE))


@pytest.mark.parametrize(
    ("fields", "images", "drawn"),
    [
        ({}, (), True),
        ({"seed": 7}, (), True),
        ({"temperature": 0}, (), False),
        ({"topP": 0.5}, (), False),
        ({"prompt": "fox"}, ("a wall",), False),
        ({}, ("a wall",), True),
    ],
)
def test_scenes_are_drawn_unless_the_engine_is_told_how_or_images_say_what(
    fields: dict[str, Any], images: tuple[str, ...], drawn: bool
) -> None:
    request = PromptRequest.parse(fields)
    assert opening.may_be_drawn(request, Context("fox", images=images)) is drawn
    seen = Context("fox", images=images, look=Finish(medium="fresco"))
    assert opening.may_be_drawn(request, seen) is (request.temperature is request.top_p is None)


def test_what_images_look_like_finishes_the_prompt() -> None:
    context = Context("", look=Finish(light="low-key light", medium="watercolour painting"))
    said = opening.finished("a fox at dusk", " on a step", context)
    assert said.endswith("watercolour painting")
    assert "low-key light" not in said  # the spark has a light of its own
    assert "low-key light" in opening.finished("a fox", " on a step", context)


def test_a_longer_prompt_says_more_after_the_same_opening() -> None:
    said = {
        length: [
            opening.finished(spark, " in a deep and quiet place", Context("", length=length))
            for spark in ("a fox", "an old boat", "a market", "a drum", "an oak")
        ]
        for length in WANTED_WORDS
    }
    for short, medium, long in zip(*said.values(), strict=True):
        assert len(short) < len(medium) <= len(long)
    assert said["medium"] != said["long"]
