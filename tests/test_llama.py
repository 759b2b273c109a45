"""Loading llama.cpp."""

from __future__ import annotations

import os

import pytest

from sparkloom.llama import load_llama


def test_threads_sleep_while_they_wait_unless_somebody_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert hasattr(load_llama(), "Server")
    assert os.environ["OMP_WAIT_POLICY"] == "passive"
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    load_llama()
    assert os.environ["OMP_WAIT_POLICY"] == "active"
