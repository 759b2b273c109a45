"""Briefs: what instruction-tuned models are told, and when an answer is no use."""

from __future__ import annotations

import pytest

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.form import Form
from sparkloom.modes.brief import UNREADABLE, brief, fault_of, instruction, known, tidy
from sparkloom.modes.completion import Completion, going_on, says_again
from sparkloom.modes.contextual import Contextual
from sparkloom.modes.image_editing import ImageEditing
from sparkloom.modes.inventive import Inventive
from sparkloom.modes.layout import SECTIONS
from sparkloom.modes.structured import Structured
from sparkloom.request import PromptRequest

FILES = ("completion", "inventive", "structured", "contextual", "image_editing")


@pytest.mark.parametrize("name", FILES)
def test_every_mode_has_an_instruction_and_turns(name: str) -> None:
    told, turns = instruction(name)
    assert told.startswith("You ")
    assert "##" not in told
    assert len(set(turns)) == len(turns) >= 4
    assert all(turn.endswith(".") and "\n" not in turn for turn in turns)


def test_a_brief_tells_what_is_there_and_nothing_else() -> None:
    made = brief("inventive", ("prompt",), {"Spark": "a fox", "Empty": "", "List": ["one", "a\nb"]})
    assert made.user == "Spark:\na fox\n\nList:\n- one\n- a b"
    assert made.schema["required"] == ["prompt"]
    assert made.schema["properties"] == {"prompt": {"type": "string"}}


def test_a_draft_is_told_the_turn_that_its_seed_chooses() -> None:
    made = brief("inventive", ("prompt",), {"Spark": "a fox"})
    said = {made.messages(seed)[-1]["content"] for seed in range(len(made.turns))}
    assert said == {f"Spark:\na fox\n\n{turn}" for turn in made.turns}
    assert made.messages(3) == made.messages(3 + len(made.turns))


def test_what_is_known_of_a_model_is_told() -> None:
    form = Form(trigger="inkst, ", shortest=6, longest=12, most=300)
    context = Context(
        "a fox", ("inkst, owl",), ("a red barn",), form=form, own=True, guide="Be brief."
    )
    told = brief("contextual", ("prompt",), known(context)).user
    for text in ("Be brief.", "- inkst, owl", "with:\ninkst,", "6 to 12", "300", "- a red barn"):
        assert text in told
    assert brief("contextual", ("prompt",), known(Context("a fox"))).user == ""


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('  "a fox"\n in snow ', '"a fox" in snow'),
        ('"a fox in snow"', "a fox in snow"),
        ("\u201ca fox\u201d", "a fox"),
        ('"a fox" and "an owl"', '"a fox" and "an owl"'),
        ("- **a fox**, *asleep*", "a fox, asleep"),
        ("1. a fox", "a fox"),
        ("2 * 3 * 4 foxes, snake_case_name", "2 * 3 * 4 foxes, snake_case_name"),
        ("", ""),
    ],
)
def test_what_a_chat_puts_around_a_text_goes(said: str, text: str) -> None:
    assert tidy(said) == text


def test_an_answer_must_have_every_text() -> None:
    assert fault_of("inventive", {}, ("prompt",)) == UNREADABLE
    assert fault_of("inventive", {"prompt": " "}, ("prompt",)) == UNREADABLE
    assert fault_of("inventive", {"prompt": "a fox in the hay"}, ("prompt",)) == ""


@pytest.mark.parametrize(
    "said", ["I'm sorry, but no.", "I\u2019m unable to", "I cannot do that", "As an AI model, I"]
)
def test_a_refusal_is_no_prompt(said: str) -> None:
    assert fault_of("inventive", {"prompt": said}, ("prompt",)) == "is a refusal"


def test_a_long_run_of_the_instruction_is_a_leak() -> None:
    told, turns = instruction("inventive")
    leak = " ".join(told.split()[:12])
    for text in (f"a fox, {leak}", f"a fox. {turns[-3]}"):
        assert fault_of("inventive", {"prompt": text}, ("prompt",)) == "repeats its instructions"


@pytest.mark.parametrize(
    ("spark", "said", "rest"),
    [
        ("a fox", "on a hill", " on a hill"),
        ("a fox", ", on a hill", ", on a hill"),
        ("a fox", "a fox on a hill", " on a hill"),
        ("a fox", "A Fox, on a hill", ", on a hill"),
        ("a fox on", "on a hill", " a hill"),
        ('a sign, "OPEN"', 'A sign, "OPEN" on a door', " on a door"),
        ("a fox. ", "a fox. It runs", " It runs"),
    ],
)
def test_a_continuation_does_not_begin_with_the_spark(spark: str, said: str, rest: str) -> None:
    assert going_on(spark, said) == rest


def test_a_continuation_that_tells_the_spark_anew_is_known() -> None:
    assert says_again("a dragon guarding gold", " a mighty dragon guards its gold")
    assert not says_again("a dragon guarding gold", " in a hall of ice")
    assert not says_again("fox", " a fox")


SPARK = PromptRequest(prompt="(red fox:1.2) <lora:ink:0.8>")
SEEN = Context("red fox", images=("a red fox in snow",))


def whole(**answer: str) -> Draft:
    return Draft("", tokens=9, finished=True, answer=answer)


def test_whole_answers_are_taken_as_they_are() -> None:
    text = "asleep in the hay, low sun, gouache"
    prompt = Completion().read(SPARK, SEEN, whole(continuation=text)).prompt
    assert prompt == f"{SPARK.prompt} {text}"
    assert Inventive().read(SPARK, SEEN, whole(prompt=text)).prompt == f"{text} <lora:ink:0.8>"
    assert Contextual().read(SPARK, SEEN, whole(prompt=text)).prompt == f"{text} <lora:ink:0.8>"
    sections = dict.fromkeys(SECTIONS, "a thing")
    made = Structured().read(SPARK, SEEN, whole(**sections))
    assert made.sections == sections
    assert not made.fault
    edit = ImageEditing().read(SPARK, SEEN, whole(instruction="Turn the fox blue."))
    assert edit.prompt == "Turn the fox blue."


@pytest.mark.parametrize(
    "mode", [Completion(), Inventive(), Contextual(), Structured(), ImageEditing()]
)
def test_an_answer_that_says_nothing_is_a_fault(mode: Completion) -> None:
    assert mode.read(SPARK, SEEN, whole()).fault == UNREADABLE
    assert mode.ask(SPARK, SEEN).brief


def test_a_continuation_that_repeats_is_a_fault() -> None:
    context = Context("a dragon guarding gold")
    request = PromptRequest(prompt="a dragon guarding gold")
    again = whole(continuation="the dragon guards its gold in a hall")
    assert Completion().read(request, context, again).fault == "says the beginning again"
