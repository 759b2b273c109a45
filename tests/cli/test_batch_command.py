"""`sparkloom batch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import check_fault, run

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_a_batch_tells_what_became_of_it(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"prompt": "a fox"}\n{"prompt": "a", "seed": "x"}\n{"prompt": "b"}\n')
    command = ("batch", str(source), str(target), "--mode", "completion", "-n", "2", "--seed", "7")
    result = run(*command)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("3 rows in ")
    assert f", 1 of them put aside in {target}.errors.jsonl: " in result.stderr
    assert result.stderr.endswith(" tokens a second, 4 prompts, seed 7\n")
    answers = [json.loads(line) for line in target.read_text().splitlines()]
    assert [len(answer["prompts"]) for answer in answers] == [2, 2]
    check_fault(run(*command), f"{target} is there already", "--force")
    assert run(*command, "--force").exit_code == 0


def test_a_batch_without_an_answer_ends_with_1(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a fox"}\n')
    result = run("batch", str(source), str(tmp_path / "out.jsonl"))
    assert result.exit_code == 1
    assert result.stderr.endswith("sparkloom: No row could be answered.\n")
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_a_batch_of_what_is_not_there_is_told(tmp_path: Path) -> None:
    check_fault(run("batch", str(tmp_path / "in.jsonl"), "-"), "There is no file")
