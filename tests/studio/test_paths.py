"""Whose a path is."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from sparkloom.studio import installed, owns


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/queue/join", "/assets/a.js"])
def test_the_page_has_its_own_paths(path: str) -> None:
    assert owns(path)


@pytest.mark.parametrize(
    "path", ["/v1/jobs", "/v1", "/mcp", "/health", "/openapi.json", "/nothing", "/login", "//"]
)
def test_everything_else_is_the_apis(path: str) -> None:
    assert not owns(path)


def test_it_is_known_whether_the_page_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparkloom.studio.find_spec", {}.get)
    assert not installed()
    library = ModuleSpec("gradio", None, origin="gradio/__init__.py")
    monkeypatch.setattr("sparkloom.studio.find_spec", {"gradio": library}.get)
    assert installed()


def test_a_folder_of_the_librarys_name_is_not_the_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "gradio").mkdir()
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "gradio", raising=False)
    assert not installed()
