"""Completion: the spark stays to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkloom.bank.scenes import happenings
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.completion import Completion, join
from sparkloom.request import PromptRequest


@pytest.mark.parametrize(
    ("spark", "added", "prompt"),
    [
        ("a dragon guarding", " a gate ", "a dragon guarding a gate"),
        ("a dragon guarding ", " a gate", "a dragon guarding a gate"),
        ("red fox,", ", snow", "red fox, snow"),
        ("red fox, ", " snow", "red fox, snow"),
        ("red fox", ", snow", "red fox, snow"),
        ("A fox.", "It runs", "A fox. It runs"),
        ("a fox\n", " in snow", "a fox\nin snow"),
        ("", " a fox in snow\n", "a fox in snow"),
    ],
)
def test_the_spark_and_what_was_added_meet_well(spark: str, added: str, prompt: str) -> None:
    assert join(spark, added) == prompt


@given(spark=st.text(min_size=1).filter(lambda text: not text.isspace()), added=st.text())
def test_the_spark_is_always_a_literal_prefix(spark: str, added: str) -> None:
    assert join(spark, added).startswith(spark)


def test_a_task_shows_the_engine_plain_words() -> None:
    request = PromptRequest.parse({"prompt": "(red fox:1.2), <lora:ink:0.8> snow"})
    task = Completion().ask(request, Context("red fox, snow"))
    assert task.text.endswith("prompt: red fox, snow")
    draft = Draft(" on a hill above the frozen lake,", tokens=9, finished=True)
    prompt = Completion().read(request, Context("red fox, snow"), draft).prompt
    beginning = "(red fox:1.2), <lora:ink:0.8> snow on a hill above the frozen lake, "
    assert prompt.startswith(beginning)
    assert len(prompt) > len(beginning)


@pytest.mark.parametrize("wrote", [" It sleeps on a wall.", " One ear up, eyes half closed"])
def test_what_follows_a_sentence_ends_as_one(wrote: str) -> None:
    context, draft = Context("A fox runs."), Draft(wrote, 9, True)
    candidate = Completion().read(PromptRequest(prompt="A fox runs."), context, draft)
    assert candidate.prompt.endswith(".")


def test_after_a_sentence_a_new_one_begins() -> None:
    ask = Completion().ask
    after = ask(PromptRequest(prompt="A fox runs."), Context("a fox"))
    within = ask(PromptRequest(prompt="a fox"), Context("a fox"))
    assert "[A-Z]" in after.grammar
    assert "[A-Z]" not in within.grammar


def test_the_request_chooses_top_p() -> None:
    task = Completion().ask(PromptRequest(prompt="a fox", top_p=0.3), Context("a fox"))
    assert task.top_p == 0.3


def test_without_a_spark_something_is_invented() -> None:
    task = Completion().ask(PromptRequest(), Context("an owl"))
    assert task.text.startswith("invent")
    draft = Draft(" An owl asleep on a gate post.", 9, True)
    prompt = Completion().read(PromptRequest(), Context("an owl"), draft).prompt
    assert prompt.startswith("An owl asleep on a gate post. ")


def test_a_known_subject_goes_on_with_a_hand_written_scene() -> None:
    task = Completion().ask(PromptRequest(prompt="a fox"), Context("a fox"))
    assert task.options == happenings("a fox")
    for option in (task.options[0], task.options[-1]):
        draft = Draft(option, tokens=0, finished=True)
        prompt = Completion().read(PromptRequest(prompt="a fox"), Context("a fox"), draft).prompt
        assert prompt == f"a fox{option}" or prompt.startswith(
            (f"a fox{option}, ", f"a fox{option}. ")
        )
