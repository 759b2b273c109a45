"""The report: sections in their places, and whether targets are met."""

from __future__ import annotations

from pathlib import Path

import pytest

import report
from report import drop, met, put, spread, write_section


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "report.md"
    monkeypatch.setattr(report, "REPORT", path)
    return path


@pytest.mark.parametrize(
    ("value", "target", "told"),
    [
        ("1.25 s (1.10 to 1.41)", "≤ 1.5 s", "yes"),
        ("1,600 MB", "≤ 600 MB", "no"),
        ("97.3% of 113", "≥ 97 %", "yes"),
        ("-0.5 %", "≤ 5 %", "yes"),
        ("187 of 187", "all", "yes"),
        ("186 of 187", "all", "no"),
        ("100.0% of 493", "all", "yes"),
        ("0 of 374", "0", "yes"),
        ("477", "500", "no"),
        ("NO", "yes", "no"),
        ("5.6 ms, -0.5 ms", "+50 ms", ""),
        ("3", "", ""),
    ],
)
def test_whether_a_target_is_met(value: str, target: str, told: str) -> None:
    assert met(value, target) == told


def test_a_median_stands_with_its_quartiles() -> None:
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0], "{:.1f}", " s") == "3.0 s (2.0 to 4.0)"
    assert spread([1.0, 2.0]) == "1.50"


def test_a_section_takes_the_place_of_the_one_before_and_keeps_its_notes(file: Path) -> None:
    write_section("Speed", "speed", [("a time", "2 s", "≤ 1 s")], ["load"])
    write_section("Memory", "memory", [("all of it", "5 MB", "")])
    file.write_text(file.read_text().replace("plots/load.svg)", "plots/load.svg)\n\nRead this."))
    write_section("Speed", "speed --quick", [("a time", "1 s", "≤ 1 s")], ["load"])
    text = file.read_text()
    assert text.index("## Speed") < text.index("## Memory")
    assert "| a time | 1 s | ≤ 1 s | yes |" in text
    assert "2 s" not in text
    assert text.count("Read this.") == text.count("![Speed: load](plots/load.svg)") == 1


def test_the_machine_comes_first_and_what_failed_can_go(file: Path) -> None:
    put("Speed", "fast")
    put("The machine", "| | |\n|---|---|\n| memory | 8 GiB |", first=True)
    put("The machine", "| | |\n|---|---|\n| memory | 16 GiB |", first=True)
    put("Parts that failed", "one")
    drop("Parts that failed")
    drop("nothing of that name")
    text = file.read_text()
    assert text.startswith("# Benchmark report")
    assert text.index("## The machine") < text.index("## Speed")
    assert "8 GiB" not in text
    assert "Parts that failed" not in text
