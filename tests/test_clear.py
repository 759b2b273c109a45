"""Clearing on the path: what the engine sees, what is returned, and what is told about it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from sparkloom.clear import Clear
from sparkloom.context import Context
from sparkloom.engines import Draft, Order, Task
from sparkloom.errors import EngineError
from sparkloom.form import Form
from sparkloom.loom import Sparkloom
from sparkloom.modes import Candidate
from sparkloom.protection import Clearing, Detector
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings

DRAFTS = (
    ", wet slate roofs by Greg Rutkowski, a heron by the weir",
    ", copper lantern light, Darth Vader under an open gate",
    ", birch trunks and river stones, pale ink wash at dusk",
)
SPARK = "a castle in the style of Greg Rutkowski with Pikachu"


class Naming:
    """An engine that writes names, and remembers what it was shown."""

    def __init__(self, drafts: tuple[str, ...] = DRAFTS) -> None:
        self._drafts = drafts
        self.texts: list[str] = []

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        self.texts.append(task.text)
        for number, _ in enumerate(orders):
            yield Draft(self._drafts[number % len(self._drafts)], tokens=20, finished=True)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(scope="module")
def clearing() -> Clearing:
    return Clearing(Detector())


def test_the_engine_sees_no_name_and_the_answer_has_none() -> None:
    engine = Naming()
    with Sparkloom(Settings(engine="echo"), engine) as loom:
        answer = loom.prompt(
            SPARK, mode="completion", num_results=3, seed=1, ensure_ip_cleared=True
        )
    detector = Detector()
    assert [detector.find(text) for text in (*engine.texts, *answer.prompts)] == [
        [] for _ in (*engine.texts, *answer.prompts)
    ]
    assert "smoky fantasy oil" in engine.texts[0]
    assert all(prompt.startswith("a castle in the style of smoky") for prompt in answer.prompts)


def test_the_answer_tells_what_replaced_each_name() -> None:
    with Sparkloom(Settings(engine="echo"), Naming()) as loom:
        answer = loom.prompt(
            SPARK, mode="completion", num_results=3, seed=1, ensure_ip_cleared=True
        )
    assert answer.ip_detection is not None
    assert not answer.ip_detection.flagged
    told = {(one.found_in, one.text) for one in answer.ip_detection.findings}
    assert {("prompt", "Greg Rutkowski"), ("prompt", "Pikachu")} <= told
    for one in answer.ip_detection.findings:
        assert one.replacement
        if one.found_in == "prompt":
            assert SPARK[one.start : one.end] == one.text
        else:
            number = int(one.found_in.removeprefix("prompts[").removesuffix("]"))
            assert one.replacement in answer.prompts[number]
    assert {where for where, text in told if text == "Darth Vader"} <= {
        f"prompts[{number}]" for number in range(3)
    }
    assert any(text == "Darth Vader" for _, text in told)
    assert answer.job.metadata["output"]["ipDetection"] == answer.ip_detection.wire()
    assert answer.job.metadata["input"]["prompt"] == SPARK


def test_nothing_is_cleared_unless_it_is_asked_for() -> None:
    engine = Naming()
    with Sparkloom(Settings(engine="echo"), engine) as loom:
        answer = loom.prompt(SPARK, mode="completion", num_results=2, seed=1)
    assert all(prompt.startswith(SPARK) for prompt in answer.prompts)
    assert answer.ip_detection is None
    assert "ipDetection" not in answer.wire()


def test_the_first_results_are_the_same_however_many_are_asked_for() -> None:
    with Sparkloom(Settings(engine="echo")) as loom:
        five, two = (
            loom.prompt(
                SPARK, mode="completion", num_results=count, seed=3, ensure_ip_cleared=True
            ).prompts
            for count in (5, 2)
        )
    assert five[:2] == two


def test_a_name_that_cannot_be_cleared_is_never_returned() -> None:
    blocked = ("vigilante", "character", "figure")
    draft = ", a Batman mask on a wet slate roof"
    loom = Sparkloom(Settings(engine="echo", blocked_names=blocked), Naming((draft,)))
    with loom, pytest.raises(EngineError) as caught:
        loom.prompt("a castle,", mode="completion", ensure_ip_cleared=True)
    assert caught.value.details["dropped"] == {"has a protected name": 12}


def test_names_allowed_in_the_settings_pass() -> None:
    with Sparkloom(Settings(engine="echo", allowed_names=("Pikachu",))) as loom:
        answer = loom.prompt("Pikachu,", mode="completion", ensure_ip_cleared=True)
    assert answer.prompts[0].startswith("Pikachu,")


def test_a_name_across_the_end_of_the_spark_is_found(clearing: Clearing) -> None:
    (cleared,) = Clear(clearing).candidates(
        iter([Candidate("a mask of Darth Vader, fog", added=" Vader, fog")])
    )
    assert "Darth" not in cleared.prompt


def test_sections_and_examples_are_cleared_too(clearing: Clearing) -> None:
    clear = Clear(clearing)
    written = Candidate("Batman, rain", "Batman, rain", sections={"subject": "Batman"})
    (cleared,) = clear.candidates(iter([written]))
    assert "Batman" not in " ".join([cleared.prompt, cleared.added, *cleared.sections.values()])
    context = clear.context(Context("Batman", examples=("a house by Greg Rutkowski",)))
    assert clearing.detector.find(" ".join([context.subject, *context.examples])) == []
    form = clear.context(Context("a house", form=Form("Batman, "))).form
    assert clearing.detector.find(form.trigger) == []
    assert form.trigger.endswith(", ")


def test_a_models_guide_and_description_are_cleared(clearing: Clearing) -> None:
    told = Context("a house", guide="Paint as Greg Rutkowski.", description="Batman's houses.")
    cleared = Clear(clearing).context(told)
    assert "Rutkowski" not in cleared.guide
    assert "Batman" not in cleared.description


def test_without_a_clearing_everything_passes() -> None:
    clear = Clear(None)
    request, context = PromptRequest(prompt="Batman"), Context("Batman")
    candidate = Candidate("Batman", "Batman")
    assert clear.request(request) is request
    assert clear.context(context) is context
    assert list(clear.candidates(iter([candidate]))) == [candidate]
    assert clear.detection([candidate]) is None
