"""From rows to examples: in the engine's own layout, and nothing given away."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import corpus
from check_gold import GOLD
from corpus import Example
from sparkloom.context import Context
from sparkloom.modes.completion import Completion
from sparkloom.modes.inventive import Inventive
from sparkloom.request import PromptRequest


@pytest.fixture(scope="module")
def made() -> list[Example]:
    return corpus.examples()


def shown(example: Example) -> list[str]:
    """The retrieved examples of a text."""
    lines = example.text.splitlines()
    return [line.removeprefix("example: ") for line in lines if line.startswith("example: ")]


def test_every_mode_is_taught_and_has_rows_held_out(made: list[Example]) -> None:
    modes = {"completion", "inventive", "structured", "contextual", "image-editing"}
    assert {example.mode for example in made if example.dev} == modes
    assert {example.mode for example in made if not example.dev} == modes


def test_no_example_is_the_answer_or_a_sibling(made: list[Example]) -> None:
    siblings: dict[str, set[str]] = {}
    for example in made:
        if example.mode in ("inventive", "image-editing"):
            siblings.setdefault(example.group, set()).add(example.answer.strip())
    for example in made:
        if example.mode != "contextual":
            assert siblings.get(example.group, set()).isdisjoint(shown(example)), example
            assert not any(text.endswith(example.answer.strip()) for text in shown(example))


def test_what_is_held_out_is_never_shown_while_learning(made: list[Example]) -> None:
    held_out = {example.answer.strip() for example in made if example.dev}
    for example in made:
        if not example.dev and example.mode != "contextual":
            assert held_out.isdisjoint(shown(example))


def test_a_group_is_held_out_as_a_whole_and_never_if_the_first_adapter_saw_it(
    made: list[Example],
) -> None:
    groups: dict[str, set[bool]] = {}
    for example in made:
        groups.setdefault(example.group, set()).add(example.dev)
        assert not (example.dev and example.seen)
    assert all(len(values) == 1 for values in groups.values())


def test_the_texts_are_those_that_the_engine_sends(made: list[Example]) -> None:
    for mode, name in ((Completion(), "completion"), (Inventive(), "inventive")):
        example = next(
            e
            for e in made
            if e.mode == name and shown(e) and f"{e.text[:8]}" and "medium" in e.text
        )
        spark = next(
            line.removeprefix("spark: ")
            for line in example.text.splitlines()
            if line[:6] == "spark:"
        )
        task = mode.ask(PromptRequest(prompt=spark), Context(spark, tuple(shown(example))))
        assert task.text == example.text


def test_the_same_seed_gives_the_same_examples(tmp_path: Path) -> None:
    for name in ("completion_3.jsonl", "bank_plain.jsonl"):
        (tmp_path / name).symlink_to(GOLD / name)
    once, again = corpus.examples(tmp_path, seed=4), corpus.examples(tmp_path, seed=4)
    assert once == again
    assert once != corpus.examples(tmp_path, seed=5)


CLEAN: dict[str, Any] = {
    "file": "youmind_gallery",
    "kind": "prompt",
    "form": "prose",
    "text": "A brass orrery on a walnut desk, dust in the light of one tall window, cold morning.",
}


@pytest.mark.parametrize(
    "fault",
    [
        {"text": CLEAN["text"] + " 8k."},
        {"text": CLEAN["text"] + " The camera pans left."},
        {"text": CLEAN["text"] + " --ar 16:9"},
        {"text": CLEAN["text"] + " 1920x1080."},
        {"text": "A brass orrery."},
        {"ip": ["somebody|artist"]},
        {"kind": "edit"},
        {"form": "json"},
        {"domain": "video"},
        {"needs_ref": True},
        {"file": "pickapic_train"},
    ],
)
def test_rows_of_others_are_taken_only_if_they_are_clean(
    fault: dict[str, Any], tmp_path: Path
) -> None:
    data = tmp_path / "data.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as file:
        file.write(json.dumps(CLEAN) + "\n" + json.dumps({**CLEAN, **fault}) + "\n")
    examples = corpus.others(data, 10)
    assert len(examples) == 1
    assert (
        examples[0].text.splitlines()[-1].removeprefix("prompt: ") + examples[0].answer
        == (CLEAN["text"])
    )


def test_portraits_are_few(tmp_path: Path) -> None:
    rows = [{**CLEAN, "text": f"{CLEAN['text']} Number {number}."} for number in range(12)]
    rows += [{**row, "text": f"A woman. {row['text']}"} for row in rows]
    rows.append(
        {**CLEAN, "ip": ["x|artist"], "text": "x", "text_noip": f"Nameless. {CLEAN['text']}"}
    )
    data = tmp_path / "data.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    texts = [f"{e.text.splitlines()[-1]}{e.answer}" for e in corpus.others(data, 12)]
    assert len(texts) == 12
    assert sum("woman" in text for text in texts) <= 2


def test_a_name_that_was_taken_out_stays_out(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        **CLEAN,
        "ip": ["x|artist"],
        "text": "x",
        "text_noip": f"Nameless. {CLEAN['text']}",
    }
    data = tmp_path / "data.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    (example,) = corpus.others(data, 12)
    assert "prompt: Nameless" in example.text


def test_what_is_made_up_or_redressed_tells_nothing_that_is_held_out(made: list[Example]) -> None:
    held_out = {example.answer.strip() for example in made if example.dev}
    more = [*corpus.made_up(20), *corpus.redressed(1)]
    for example in more:
        assert not example.dev
        assert example.answer.strip() not in held_out
        assert held_out.isdisjoint(shown(example))
