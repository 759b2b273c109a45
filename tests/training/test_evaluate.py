"""The measures say what they mean, and twenty sparks run through the engine that ships."""

from __future__ import annotations

import gzip
import json
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import evaluate
from corpus import examples
from evaluate import Item, freely, holders, measure, shipped, shots
from sparkloom.bank import load_bank
from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import Echo
from sparkloom.loom import Sparkloom
from sparkloom.modes.layout import SECTIONS

GOOD = "a fox asleep on a bus seat, ferns through the floor"


@pytest.fixture(autouse=True)
def _no_embeddings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "variety", lambda _: 0.5)


def row(prompt: str, **fields: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "spark": "a fox",
        "images": [],
        "examples": [],
        "editor": None,
        "gold": [],
    }
    return {**asked, "prompts": [prompt], "sections": [[]], **fields}


@pytest.mark.parametrize(
    ("measured", "prompt", "value"),
    [
        ("ends as a finished phrase", GOOD, 100),
        ("ends as a finished phrase", "a fox asleep on the", 0),
        ("ends as a finished phrase", "a fox asleep,", 0),
        ("ends as a finished phrase", 'a fox under a sign "OPEN"', 100),
        ("a 4-gram repeated", GOOD, 0),
        ("a 4-gram repeated", "a fox on a bus, a fox on a bus", 100),
        ("filler and video words", GOOD, 0),
        ("filler and video words", "a fox, masterpiece", 100),
        ("the spark is the literal prefix", GOOD, 100),
        ("the spark is the literal prefix", "A fox asleep", 0),
        ("words added, median", GOOD, 9),
    ],
)
def test_completion(measured: str, prompt: str, value: float) -> None:
    assert measure([row(prompt)], "completion")[measured] == value


def test_where_nothing_was_answered_that_is_all_there_is() -> None:
    assert measure([{"prompts": []}], "inventive") == {"requests answered": 0.0}


def test_requests_without_an_answer_count() -> None:
    rows = [row(GOOD), {**row(GOOD), "prompts": []}]
    assert measure(rows, "completion")["requests answered"] == 50


@pytest.mark.parametrize(("prompt", "value"), [("two foxes asleep", 100), ("an owl", 0)])
def test_inflections_count_as_the_words(prompt: str, value: float) -> None:
    assert measure([row(prompt)], "inventive")["content words occur"] == value


def test_sections_must_be_complete_and_in_order() -> None:
    order = list(SECTIONS)
    rows = [row(GOOD, sections=[sections]) for sections in (order, order[::-1], order[:-1], order)]
    assert measure(rows, "structured")["all sections, in order"] == 50


@pytest.mark.parametrize(
    ("prompt", "form", "copy"),
    [
        ("inkst, a fox, thick line, cream paper", 100, 0),
        ("a fox, thick line, cream paper", 0, 0),
        ("inkst, a fox that sleeps on the seat of an old abandoned bus in the rain", 0, 0),
        ("inkst, an owl on a post, thick line, cream paper", 100, 100),
        ("inkst", 0, 0),
    ],
)
def test_contextual(prompt: str, form: float, copy: float) -> None:
    examples = ["inkst, an owl on a post, thick line", "inkst, a hen, thin line, grey paper"]
    found = measure([row(prompt, examples=examples)], "contextual")
    assert found["agrees with the examples' form"] == form
    assert found["six words of one example alone"] == copy
    assert found["six words of any example"] == copy


def test_a_phrase_of_several_examples_is_no_copy_of_one() -> None:
    examples = [f"tok, {it}, flat shading, three-quarter view, mustard" for it in ("owl", "hen")]
    prompt = "tok, a fox, flat shading, three-quarter view, mustard"
    assert holders(prompt, examples) == [2]
    found = measure([row(prompt, examples=examples)], "contextual")
    assert found["six words of any example"] == 100
    assert found["six words of one example alone"] == 0


@pytest.mark.parametrize(
    ("prompt", "value"),
    [
        ("Add fog behind the mug, keeping the table unchanged.", 100),
        ("Fog behind the mug, keeping the table unchanged.", 0),
        ("Add snow to the roof, keeping the wall unchanged.", 0),
        ("Add fog behind the mug.", 0),
    ],
)
def test_image_editing(prompt: str, value: float) -> None:
    rows = [row(prompt, spark="fog", images=["a mug on a table"])]
    assert measure(rows, "image-editing")["verb, visible target, what stays"] == value


class Said(Echo):
    """An engine that says the same again and again, and keeps what it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[Task] = []

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        self.asked.append(task)
        for _ in orders:
            yield Draft(self.text, tokens=1, finished=True)


def test_a_model_by_itself_is_shown_solved_tasks_and_nothing_is_mended() -> None:
    engine = Said(" asleep, asleep, asleep")
    shown = shots(examples(), 2)["completion"]
    assert shown.count("\n\n") == 2
    assert all(shot.startswith("complete ") for shot in shown.strip().split("\n\n"))
    answer = freely(Item("completion", "a fox"), engine, shown)
    assert answer["prompts"] == ["a fox asleep, asleep, asleep"] * 5
    assert engine.asked[0].text.startswith(shown + "complete medium\n")
    assert engine.asked[0].text.endswith("prompt: a fox")


def test_sections_that_a_model_wrote_by_itself_become_prose() -> None:
    answer = freely(Item("structured", "fox"), Said("subject: a fox\nstyle: ink\n"))
    assert answer["prompts"][0] == "A fox. Ink."
    assert answer["sections"][0] == ["subject", "style"]


def test_twenty_sparks(loom: Sparkloom, tmp_path: Path) -> None:
    texts = [f"a {colour} {thing}" for colour in ("red", "tin") for thing in THINGS]
    bench = tmp_path / "bench.jsonl.gz"
    with gzip.open(bench, "wt", encoding="utf-8") as file:
        for text in texts:
            word = text.split()[-1]
            file.write(json.dumps({"text": text, "words": 3, "spark": word}) + "\n")
    asked = [item for item in evaluate.items(bench, 20) if item.mode == "completion"][:20]
    assert {item.spark for item in asked} == set(texts)
    answer = partial(shipped, loom=loom)
    evaluate.write(tmp_path / "out", asked[:10], answer)
    evaluate.write(tmp_path / "out", asked, answer)  # goes on where it stopped
    rows = evaluate.read(tmp_path / "out", "completion")
    assert [row["spark"] for row in rows] == [item.spark for item in asked]
    found = measure(rows, "completion")
    assert found["the spark is the literal prefix"] == 100
    assert found["ends as a finished phrase"] == 100
    assert found["filler and video words"] == 0
    assert found["requests answered"] >= 90
    assert "| completion: words added, median |" in evaluate.table([tmp_path / "out"])


THINGS = (
    "fox",
    "kettle",
    "tram",
    "lighthouse",
    "violin",
    "orchard",
    "robot",
    "bridge",
    "owl",
    "boot",
)


def test_an_item_is_never_shown_its_own_answers() -> None:
    gold = tuple(load_bank().nearest("fox", 5, 500))
    assert set(Item("inventive", "fox").context().examples) & set(gold)
    assert not set(Item("inventive", "fox", gold=gold).context().examples) & set(gold)


def test_an_instruction_begins_with_a_verb_behind_the_words_that_its_editor_wants() -> None:
    row: evaluate.Row = {"images": ["a dog on a rug"], "spark": "add a hat"}
    told = "add a hat: a straw one. Keep everything else as it is: the dog."
    gemini = row | {"editor": "gemini-2.0-flash"}
    assert evaluate.is_instruction(gemini, f"In the provided image, {told}")
    assert evaluate.is_instruction(row | {"editor": "flux-kontext"}, told.capitalize())
    for wrong in ("", "In the provided image, ", "A hat on the dog, kept.", "Add a hat."):
        assert not evaluate.is_instruction(gemini, wrong)


def test_nothing_is_offered_that_is_held_out() -> None:
    held = "a fox teaching a class of hens to count, chalk dust on every beak, oil pastel."
    options = (
        " teaching a class of hens to count, chalk dust on every beak, oil pastel",
        " asleep",
    )
    task = Task("a fox", max_tokens=9, top_p=1.0, options=options)
    engine = evaluate.HeldOut(Echo(), [held])
    drafts = engine.write(task, iter([Order(seed, 0.5) for seed in range(6)]))
    assert {draft.text for draft in drafts} == {" asleep"}
