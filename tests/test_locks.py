"""The locks: every dependency pinned, with hashes, as the project asks for it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(name: str) -> list[tuple[Requirement, list[str]]]:
    """What a lock pins, each with its hashes."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line.split("--hash", 1) for line in text.splitlines() if not line.startswith("#")]
    return [(Requirement(pin), HASH.findall(f"--hash{hashes}")) for pin, hashes in lines]


def versions(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pin, _ in pins(name):
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        found.setdefault(canonicalize_name(pin.name), set()).add(specifier.version)
    return found


def wanted(extras: bool) -> list[Requirement]:
    lists = PROJECT["optional-dependencies"].values() if extras else ()
    return [Requirement(line) for group in (PROJECT["dependencies"], *lists) for line in group]


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.lock", False), ("requirements-all.lock", True)]
)
def test_a_lock_agrees_with_the_project(name: str, extras: bool) -> None:
    """If not: scripts/lock."""
    locked = versions(name)
    for requirement in wanted(extras):
        pinned = locked.get(canonicalize_name(requirement.name), set())
        assert pinned, requirement
        assert all(requirement.specifier.contains(one) for one in pinned), (requirement, pinned)


def test_the_small_lock_is_a_part_of_the_large_one() -> None:
    large = versions("requirements-all.lock")
    assert {n: v for n, v in versions("requirements.lock").items() if not v <= large[n]} == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-all.lock"])
def test_every_pin_has_hashes_and_no_lock_names_a_host(name: str) -> None:
    assert [str(pin) for pin, hashes in pins(name) if not hashes] == []
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--?(index|extra-index|find-links|trusted|i\b|f\b)", text, re.M)
