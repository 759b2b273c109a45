"""`sparkloom describe`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import run

from conftest import picture
from sparkloom.cli.describe import _print_description
from sparkloom.vision import ImageDescription

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_describing_images_shows_a_table_with_swatches(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "sea.png").write_bytes(picture("teal", size=(40, 30)).data)
    result = run("describe", str(tmp_path / "sea.png"))
    assert result.exit_code == 0
    assert "sea.png" in result.stdout
    assert "#008080 100% teal" in result.stdout
    assert "plain teal" in result.stdout
    assert (cache / "descriptions").is_dir()


def test_a_bad_image_is_told_and_the_others_go_on(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(picture("navy", "JPEG", (40, 30)).data)
    (tmp_path / "bad.png").write_text("<svg/>")
    names = [str(tmp_path / name) for name in ("bad.png", "missing.png", "good.jpg")]
    result = run("describe", "--json", *names)
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert found["file"] == names[2]
    assert found["background"].startswith("plain ")
    assert found["transparent"] is False
    assert "subject" not in found
    bad, missing = (line for line in result.stderr.splitlines() if line.startswith("sparkloom:"))
    assert "bad.png is not a picture that can be read" in bad
    assert "missing.png cannot be opened" in missing


def test_a_description_is_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = ImageDescription(
        sentence="All.", engine="x", confidence=0.5, transparent=True, warnings=("One.", "Two.")
    )
    _print_description(Path("a.png"), found)
    said = capsys.readouterr().out
    assert all(text in said for text in ("50%", "yes", "One.", "Two.", "All."))
    assert "palette" not in said
