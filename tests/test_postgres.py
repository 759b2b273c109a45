"""The tests' own PostgreSQL: skipped where there is none, unless it must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

import postgres


@pytest.fixture(autouse=True)
def _nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))


def test_without_a_server_the_tests_on_it_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no PostgreSQL here"):
        postgres.find("initdb")


def test_where_a_server_is_required_its_absence_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.REQUIRED, "required")
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL here"):
        postgres.find("initdb")
