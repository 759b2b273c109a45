"""Contextual: a prompt in the form of a model's own examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sparkloom.context import Context
from sparkloom.engines import FREE_RUN, Draft
from sparkloom.form import Form
from sparkloom.modes.contextual import DIALECT_RUN, Contextual, in_dialect, takes_up
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest

INKST = Form("inkst, ", shortest=6, longest=8, most=60)


def read(text: str, context: Context, spark: str = "") -> Candidate:
    draft = Draft(text, tokens=4, finished=True)
    return Contextual().read(PromptRequest(prompt=spark), context, draft)


def test_the_models_examples_and_the_images_stand_before_the_draft() -> None:
    request = PromptRequest(prompt="fox <lora:ink:0.8>")
    context = Context("fox", examples=("inkst, owl",), images=("a red wall",))
    assert Contextual().ask(request, context).text == (
        "context\nexample: inkst, owl\nimage: a red wall\nspark: fox\nprompt:"
    )
    candidate = read(" inkst, fox. ", Context("", own=True), "fox <lora:ink:0.8>")
    assert candidate.prompt == "inkst, fox. <lora:ink:0.8>"
    assert candidate.added == "inkst, fox."


def test_the_engine_goes_on_from_the_trigger_and_has_room_for_a_long_text() -> None:
    task = Contextual().ask(PromptRequest(prompt="fox"), Context("fox", form=INKST, own=True))
    assert task.text.endswith("spark: fox\nprompt: inkst,")
    assert task.max_tokens == 130
    assert task.free_run == DIALECT_RUN
    relaxed = Context("fox", form=INKST, own=True).relaxed()
    assert Contextual().ask(PromptRequest(prompt="fox"), relaxed).free_run == FREE_RUN
    long = Contextual().ask(PromptRequest(), Context("fox", form=Form(longest=100), own=True))
    assert long.max_tokens == 250
    assert (
        Contextual().ask(PromptRequest(), Context("", form=Form(longest=9999), own=True)).max_tokens
        == 500
    )


@pytest.mark.parametrize("text", [" a red fox on ice", " Inkst, a red fox on ice"])
def test_the_trigger_is_in_front_once(text: str) -> None:
    prompt = read(text, Context("fox", form=INKST, own=True)).prompt
    assert prompt.casefold() == "inkst, a red fox on ice"


def test_the_opening_of_a_dialect_is_in_front_and_not_the_engines() -> None:
    form = Form(opening="score_9, masterpiece, ")
    candidate = read(" a fox", Context("fox", form=form, own=True))
    assert candidate.prompt == "score_9, masterpiece, a fox"
    assert candidate.added == "a fox"


def test_without_texts_of_its_own_the_draft_is_gone_on_from_in_the_dialect() -> None:
    context = Context("fox", ("an owl, ink",), form=Form(opening="score_9, ", most=40))
    task = Contextual().ask(PromptRequest(prompt="fox"), context)
    assert task.text == "complete medium\nexample: an owl, ink\nspark: fox\nprompt: fox"
    candidate = read(" asleep in the hay by a door,", context, "fox")
    assert candidate.prompt.startswith("score_9, fox asleep in the hay by a door, ")
    assert candidate.added == " asleep in the hay by a door"
    assert candidate.fault == "is longer than the model takes"
    invented = Contextual().ask(PromptRequest(), context)
    assert invented.text == "invent medium\nexample: an owl, ink\nspark: fox\nprompt:"


def test_a_dialect_of_tags_is_written_in_tags() -> None:
    form = Form(tags=True, counts=True, closing=("rain", "best quality"))
    written = Candidate("A girl in the snow with a red umbrella. Rain.", added="with")
    assert in_dialect(written, form).prompt == (
        "1girl, solo, girl, snow, red umbrella, rain, best quality"
    )
    assert in_dialect(written, replace(form, counts=False, closing=())).prompt == (
        "girl, snow, red umbrella, rain"
    )
    assert in_dialect(written, Form()).prompt == written.prompt


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("red fox on ice", ""),
        ("fox", "is much shorter than the model's texts"),
        ("fox " * 16, "is much longer than the model's texts"),
        ("fox " + "x" * 49, ""),
        ("fox " + "x" * 50 + " ice", "is longer than the model takes"),
    ],
)
def test_what_does_not_have_the_form_has_a_fault(text: str, fault: str) -> None:
    assert read(text, Context("fox", form=INKST, own=True)).fault == fault


def test_half_of_the_drafts_words_must_be_taken_up_unless_images_say_more() -> None:
    context = Context("red fox", own=True)
    assert read("a fox in snow", context, "red fox").fault == ""
    assert read("an owl in snow", context, "red fox").fault == "drops the draft"
    assert read("an owl in snow", context).fault == ""
    assert read("an owl in snow", context.relaxed(), "red fox").fault == ""
    shown = Context("red fox", images=("an owl",))
    assert read("an owl in snow", shown, "red fox").fault == ""
    assert takes_up("", "anything")


def test_every_thing_that_a_draft_names_is_in_the_prompt() -> None:
    assert takes_up("a photo of two white sheep", "inkst, white sheep in a field")
    assert takes_up("foxes asleep", "inkst, a fox asleep")
    assert not takes_up("a small white sheep and a fox", "inkst, small white sheep")
