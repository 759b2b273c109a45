"""Running the parts: one that fails is named, and the others go on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import report
import suite
from suite import PARTS, Part, PartError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with benchmarks of our own; the report."""
    scripts = tmp_path / "benchmarks"
    scripts.mkdir()
    (scripts / "good.py").write_text(
        "import pathlib, sys\npathlib.Path('good').write_text(' '.join(sys.argv[1:]))"
    )
    (scripts / "bad.py").write_text("raise SystemExit('The server | did not start.')")
    (scripts / "slow.py").write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(suite, "FOLDER", scripts)
    monkeypatch.setattr(report, "REPORT", scripts / "report.md")
    parts = {
        "bad": Part("bad.py"),
        "good": Part("good.py now", "--much", "--little", takes="prompts", option="--from"),
        "hours": Part("good.py hours", long=True),
        "files": Part("good.py files", long=True, takes="files", option="--files", needs=True),
    }
    monkeypatch.setattr(suite, "PARTS", parts)
    return scripts / "report.md"


def main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["suite.py", *arguments])
    suite.main()


def test_every_part_is_a_script_that_is_there() -> None:
    for part in PARTS.values():
        script = part.command(quick=True, files={})[0]
        assert (Path(__file__).parents[2] / script).is_file()


def test_a_part_that_fails_is_named_and_the_others_go_on(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        main(monkeypatch)
    assert "| bad | ended with 1: The server / did not start. |" in file.read_text()
    assert (file.parents[1] / "good").read_text() == "now --much"
    main(monkeypatch, "--only", "good", "--quick", "--prompts", "some.gz")
    assert "Parts that failed" not in file.read_text()
    assert (file.parents[1] / "good").read_text() == "now --little --from some.gz"


def test_long_parts_run_if_they_are_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main(monkeypatch, "--only", "hours")
    assert (file.parents[1] / "good").read_text() == "hours"
    with pytest.raises(SystemExit):
        main(monkeypatch, "--long")
    assert "| files | was not run: it needs the option --files |" in file.read_text()


def test_a_part_that_hangs_is_ended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file.parent.is_dir()
    monkeypatch.setattr(suite, "LIMIT", 0.5)
    with pytest.raises(PartError, match="took too long: it said nothing"):
        suite.run(Part("slow.py"), ["benchmarks/slow.py"])
