"""Examples of what the hand-written tables tell."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sparkloom.bank import load_bank
from told import told


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [
        {"kind": "prompt", "text": "a dog asleep on a sofa."},
        {"kind": "prompt", "text": "a cat", "words": 2},
        {"kind": "prompt", "text": "make it night in the yard", "needs_ref": True},
        {"kind": "instruction", "text": "remove the man on the left"},
        {"kind": "prompt", "text": "a hero on a hill", "ip": True},
    ]
    path = tmp_path / "prompts.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def test_nouns_words_and_sparks_of_others_are_gone_on_from(data: Path) -> None:
    made = list(told(30, data, 1, frozenset()))
    modes = {mode for mode, _, _, _ in made}
    assert modes == {"completion", "inventive"}
    for mode, spark, text, answer in made:
        if mode == "completion":
            assert text.endswith(f"spark: {spark}\nprompt: {spark}")
            assert answer.startswith((" ", ","))
        else:
            assert text.endswith(f"spark: {spark}\nprompt:")
        assert len(answer.split()) > 6
    others = [spark for _, spark, _, _ in made if spark.startswith("a dog")]
    assert others == ["a dog asleep on a sofa"]


def test_what_is_held_out_is_not_shown() -> None:
    prompts = frozenset(load_bank().prompts)
    assert all("example:" not in text for _, _, text, _ in told(20, None, 1, prompts))


def test_the_same_seed_makes_the_same() -> None:
    assert list(told(5, None, 3, frozenset())) == list(told(5, None, 3, frozenset()))
