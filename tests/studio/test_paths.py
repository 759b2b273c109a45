"""Whose a path is."""

from __future__ import annotations

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
