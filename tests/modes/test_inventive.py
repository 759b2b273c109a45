"""Inventive: a new prompt around the spark."""

from __future__ import annotations

import pytest

from sparkloom.bank.scenes import inventions
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.inventive import Inventive, restored
from sparkloom.request import PromptRequest


def test_the_answer_is_the_prompt_and_tags_come_back() -> None:
    request = PromptRequest(prompt="fox <lora:ink:0.8>")
    task = Inventive().ask(request, Context("fox", examples=("an owl",)))
    assert task.text == "invent medium\nexample: an owl\nspark: fox\nprompt:"
    draft = Draft(" A fox asleep in the hay. ", tokens=7, finished=True)
    candidate = Inventive().read(request, Context("fox"), draft)
    assert candidate.prompt.startswith("A fox asleep in the hay. ")
    assert candidate.prompt.endswith(". <lora:ink:0.8>")
    assert candidate.added == "A fox asleep in the hay."


@pytest.mark.parametrize(
    ("spark", "opening", "whole"),
    [
        ("fox", "A fox asleep", "A fox asleep"),
        ("old fisherman, oil painting", "An old fisherman", "An old fisherman, oil painting"),
        ("a fox, oil painting", "Oil painting of a fox.", "Oil painting of a fox."),
        ("a fox; snow. dusk", "A fox in snow,", "A fox in snow, dusk"),
        ("", "A fox", "A fox"),
    ],
)
def test_phrases_of_the_spark_that_were_dropped_come_back(
    spark: str, opening: str, whole: str
) -> None:
    assert restored(spark, opening) == whole


def test_a_spark_of_marks_alone_is_written_for() -> None:
    assert Inventive().ask(PromptRequest(prompt="..."), Context("...")).grammar


def test_from_a_spark_that_is_a_long_sentence_the_prompt_goes_on() -> None:
    spark = "a keeper " + "who walks the cliff path " * 5 + "home"
    request, context = PromptRequest(prompt=spark), Context(spark)
    assert Inventive().ask(request, context).text.endswith(f"prompt: {spark}")
    draft = Draft(" with a lantern in her hand,", tokens=7, finished=True)
    assert Inventive().read(request, context, draft).prompt.startswith(f"{spark} with a lantern")


def test_an_opening_has_room_for_the_spark() -> None:
    spark = "two old women who share one umbrella on a windy bridge"
    grammar = Inventive().ask(PromptRequest(prompt=spark), Context(spark)).grammar
    assert f"{{{len(spark.split()) - 1}}}" in grammar


def test_a_known_subject_is_put_into_hand_written_scenes() -> None:
    assert Inventive().ask(PromptRequest(prompt="fox"), Context("fox")).options == inventions("fox")


def test_a_spark_that_gets_lost_each_time_is_gone_on_from() -> None:
    request, context = PromptRequest(prompt="bottle on ice"), Context("bottle on ice").relaxed()
    assert Inventive().ask(request, context).text.endswith("prompt: bottle on ice")
    draft = Draft(" beside a bowl of limes,", tokens=6, finished=True)
    prompt = Inventive().read(request, context, draft).prompt
    assert prompt.startswith("bottle on ice beside a bowl of limes, ")
    assert "invent" in Inventive().ask(PromptRequest(), Context("fox").relaxed()).text
