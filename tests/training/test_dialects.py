"""Examples of contextual in dialects that nobody has."""

from __future__ import annotations

import random
from typing import Any

import dialects
from sparkloom.form import trigger_of
from sparkloom.words import content_stems

ROW: dict[str, Any] = {
    "model": "ink birds",
    "draft": "owl",
    "images": [],
    "examples": ["lnbrd, a heron in reeds, two inks", "lnbrd, a gull on a post, two inks"],
    "prompt": "lnbrd, an owl on a gate, two inks",
}


def test_a_row_in_another_dress_says_the_same_with_one_trigger_and_one_mark() -> None:
    triggers, marks = set(), set()
    for seed in range(60):
        made = dialects.redressed(ROW, random.Random(seed))
        texts = [made["prompt"], *made["examples"]]
        assert (made["draft"], made["model"]) == (ROW["draft"], ROW["model"])
        for text, own in zip(texts, [ROW["prompt"], *ROW["examples"]], strict=True):
            assert set(content_stems(own)) - {"lnbrd"} <= set(content_stems(text))
        triggers.add(trigger_of(texts).rstrip(" ,;:|/-"))
        marks.add(made["prompt"].partition(" an owl on a gate")[0][-1:])
    assert len(triggers) > 20
    assert "lnbrd" not in triggers
    assert len(marks) > 3


def test_a_trigger_that_is_a_sentence_stays() -> None:
    row = {**ROW, "examples": ["On the steppe at dawn, a girl waits by the well. She has a rope."]}
    row["prompt"] = "On the steppe at dawn, a boy waits by the gate. He has a bell."
    for seed in range(20):
        made = dialects.redressed(row, random.Random(seed))
        assert made["prompt"].lower().startswith("on the steppe at dawn, a boy")


def test_a_dialect_that_is_made_up_takes_up_its_draft_in_the_form_of_its_examples() -> None:
    for text, answer in dialects.made_up(80, seed=1):
        lines = text.splitlines()
        shown = [line.removeprefix("example: ") for line in lines if line.startswith("example: ")]
        assert 2 <= len(shown) <= 5
        draft = lines[-2].removeprefix("spark: ")
        assert lines[-1] == "prompt:"
        assert set(content_stems(draft)) <= set(content_stems(answer))
        assert answer.strip() not in shown
        begun = trigger_of([*shown, answer.strip()])
        assert all(one.startswith(begun) for one in [*shown, answer.strip()])


def test_the_same_seed_makes_the_same() -> None:
    assert list(dialects.made_up(5, 3)) == list(dialects.made_up(5, 3))
    assert list(dialects.made_up(5, 3)) != list(dialects.made_up(5, 4))
    made = list(dialects.examples_of([ROW], 2, 1))
    assert len(made) == 2
    assert made == list(dialects.examples_of([ROW], 2, 1))
