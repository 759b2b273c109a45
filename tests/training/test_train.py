"""The trainer on a tiny model: it learns, and gives the same adapter for the same seed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs pip install '.[train]'")
pytestmark = pytest.mark.filterwarnings("default")  # of torch and peft, about themselves

import tiny
import torch
from peft import PeftModel

import gemma
import train
from corpus import Example
from tokens import Tokens, tokenize

ALPHABET = "ab the am ber ther "


def example(mode: str, number: int) -> Example:
    answer = (ALPHABET * 3)[number % 7 :][: 20 + number % 11]
    return Example(mode, f"the {number}", answer, str(number), dev=False, seen=False)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tiny.Tiny:
    return tiny.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def rows(files: tiny.Tiny) -> list[Tokens]:
    return tokenize([example("inventive", number) for number in range(48)], files.base)


def model(files: tiny.Tiny) -> PeftModel:
    torch.manual_seed(3)
    return gemma.adapted(files.base, rank=4, alpha=8.0)


def test_tokens_are_text_answer_and_end(files: tiny.Tiny) -> None:
    (row,) = tokenize([example("inventive", 1)], files.base)
    pieces = [piece for piece, *_ in tiny.tokens()]
    assert pieces[row.ids[0]] == "<bos>"
    assert pieces[row.ids[-1]] == "<eos>"
    said = "".join(pieces[number] for number in row.ids[row.start : -1]).replace("\u2581", " ")
    assert said == example("inventive", 1).answer
    assert row.characters == len(said)


def test_two_steps_change_the_adapter_and_nothing_else(
    files: tiny.Tiny, rows: list[Tokens]
) -> None:
    trained = model(files)
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    tokens = sum(len(row.ids) for row in rows)
    loss = train.train(trained, rows, rate=1e-2, step_tokens=math.ceil(tokens / 2))
    assert 0 < loss < 20
    for name, value in trained.state_dict().items():
        assert torch.equal(value, before[name]) == ("lora_" not in name), name


def test_it_learns_what_it_is_shown(files: tiny.Tiny, rows: list[Tokens]) -> None:
    trained = model(files)
    shown = [example("inventive", number) for number in range(48)]
    before = train.bits_per_character(trained, shown, rows)["inventive"]
    for seed in range(4):
        train.train(trained, rows, rate=2e-2, seed=seed, step_tokens=200)
    assert train.bits_per_character(trained, shown, rows)["inventive"] < 0.7 * before


def test_the_same_seed_gives_the_same_adapter(
    files: tiny.Tiny, rows: list[Tokens], tmp_path: Path
) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        trained = model(files)
        train.train(trained, rows, rate=1e-2, seed=seed, step_tokens=500)
        gemma.write_adapter(trained, tmp_path / name)
    once = (tmp_path / "one").read_bytes()
    assert once == (tmp_path / "again").read_bytes()
    assert once != (tmp_path / "other").read_bytes()


def test_the_loss_is_that_of_the_answers_alone(files: tiny.Tiny, rows: list[Tokens]) -> None:
    trained = model(files).eval()
    batch = [rows[0], rows[5]]
    with torch.no_grad():
        together = train.nats(trained, batch)
        alone = [train.nats(trained, [row]) for row in batch]
    assert len(together) == sum(len(row.ids) - row.start for row in batch)
    assert np.allclose(together, torch.cat(alone), atol=0.1)  # sums of 16 bits
