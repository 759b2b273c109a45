"""`sparkloom keys`."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from command import check_fault, run

from conftest import serving
from sparkloom import keys
from sparkloom.keys import digest_of
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_a_key_is_shown_once_and_let_in_until_it_is_removed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FRESH", -1.0)
    added = run("keys", "add", "ada", "--project", "proj_art")
    assert added.exit_code == 0
    secret = added.stdout.strip()
    assert secret not in added.stderr
    assert run("keys", "list").stdout == "ada  proj_art  (catalog)\n"
    with serving(Sparkloom(Settings(engine="echo", data_dir=data))) as address:

        def ask() -> int:
            return httpx.get(f"{address}/v1/jobs", auth=("ada", secret)).status_code

        assert httpx.get(f"{address}/v1/jobs").status_code == 401
        assert ask() == 200
        assert run("keys", "remove", "ada").exit_code == 0
        assert ask() == 401
        assert httpx.get(f"{address}/v1/jobs").status_code == 401  # nor is the door open now
    check_fault(run("keys", "remove", "ada"), "no key ada")


def test_keys_of_the_settings_are_listed_and_not_made_twice(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKLOOM_API_KEYS", "ada:swordfish")
    listed = run("keys", "list").stdout
    assert listed == "ada  proj_default  (SPARKLOOM_API_KEYS)\n"
    check_fault(run("keys", "add", "ada"), "SPARKLOOM_API_KEYS has a key ada")


def test_an_entry_for_the_settings_knows_its_secret(data: Path) -> None:
    lines = dict(line.split() for line in run("keys", "hash", "ada").stdout.splitlines())
    assert lines["entry"] == f"ada:hashed:{digest_of(lines['secret'])}"
    settings = Settings.model_validate({"api_keys": lines["entry"], "engine": "echo"})
    with serving(Sparkloom(settings.model_copy(update={"data_dir": data}))) as address:
        jobs = f"{address}/v1/jobs"
        assert httpx.get(jobs, auth=("ada", lines["secret"])).status_code == 200
        assert httpx.get(jobs, auth=("ada", lines["entry"][4:])).status_code == 401


@pytest.mark.parametrize("command", ["add", "hash"])
@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "n" * 201])
def test_a_name_that_is_none_is_refused(command: str, name: str) -> None:
    check_fault(run("keys", command, name), "letters, digits")
