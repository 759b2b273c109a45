"""`sparkloom check`."""

from __future__ import annotations

import json

import pytest
from command import run

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_names_are_told_and_end_with_one() -> None:
    result = run("check", "a red barn", "Batman by Greg Rutkowski")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first == "fictional-character: Batman  (The name of a character.)"
    assert second.startswith("artist-style: Greg Rutkowski  (")


def test_no_names_end_with_nothing() -> None:
    result = run("check", stdin="a red barn\na fox by Monet\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_findings_are_told_as_json_a_text_a_line() -> None:
    result = run("check", "--json", stdin="a red barn\nBatman\n")
    assert result.exit_code == 1
    flagged = [json.loads(line)["ipDetection"]["flagged"] for line in result.stdout.splitlines()]
    assert flagged == [False, True]
