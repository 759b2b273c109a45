"""`sparkloom model`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command import check_fault, run

from sparkloom.engines import curated
from sparkloom.engines.curated import Choice
from sparkloom.local_model import LocalModel, find_model, local_model
from sparkloom.settings import Settings

pytestmark = pytest.mark.usefixtures("echo_engine")


@pytest.fixture(scope="module")
def built() -> LocalModel:
    """The local model in the user's cache."""
    return local_model(Settings().cache_dir)


def test_a_model_that_is_not_there_is_said(cache: Path) -> None:
    check_fault(run("model", "show"), str(cache), "sparkloom model build")
    assert run("model", "remove").stdout == f"0 MB removed from {cache}\n"
    assert not cache.exists()


def test_the_models_that_can_be_used_are_listed(cache: Path) -> None:
    listed = run("model", "list")
    assert listed.exit_code == 0
    for name in ("sparkloom", "qwen3-0.6b", "smollm3-3b", "gemma3-4b"):
        assert name in listed.stdout
    cache.mkdir()
    chosen = Choice(name="qwen3-0.6b", path=str(cache / "x.gguf"), sha256="0")
    (cache / "chosen.json").write_text(chosen.model_dump_json())
    (marked,) = [line for line in run("model", "list").stdout.splitlines() if "*" in line]
    assert "qwen3-0.6b" in marked
    assert run("model", "use", "sparkloom").stdout == "Sparkloom's own model writes again.\n"
    assert not (cache / "chosen.json").exists()
    check_fault(run("model", "use", "gpt-9"), "gpt-9", "qwen3-0.6b")


def test_a_model_that_is_used_is_shown(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = Choice(name="gemma3-4b", path="/m.gguf", sha256="ab", vision_path="/v.gguf")
    monkeypatch.setattr(curated, "choose", lambda *_: choice)
    shown = run("model", "use", "gemma3-4b").stdout
    assert shown == (
        "path    /m.gguf\nsha256  ab\n\nIt looks at pictures as well with\n"
        "SPARKLOOM_VISION_FILE=/m.gguf\nSPARKLOOM_VISION_MMPROJ=/v.gguf\n"
    )


def test_a_model_is_shown_kept_and_removed(cache: Path, built: LocalModel) -> None:
    cache.mkdir()
    for path in (built.path, built.path.with_suffix(".json")):
        shutil.copy(path, cache)
    path, size = cache / built.path.name, f"{built.size / 1e6:.0f} MB"

    shown = run("model", "show")
    assert shown.exit_code == 0
    assert [line.split(maxsplit=1)[1] for line in shown.stdout.splitlines()] == [
        str(path),
        size,
        built.sha256,
    ]
    assert run("model", "build").stdout == f"{path} ({size})\n"
    assert run("model", "remove").stdout == f"{size} removed from {cache}\n"
    assert find_model(cache) is None
    assert not list(cache.glob("model-*"))
