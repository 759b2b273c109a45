"""`sparkloom models`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import check_fault, run

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.settings import Settings

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_a_training_folder_is_imported(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "foxes"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture().data)
    (folder / "a.txt").write_text("[trigger], a fox")
    (folder / "b.png").write_bytes(b"no picture")
    options = ("--base", "sdxl", "--trigger", "tok", "--project", "proj_1")
    result = run("models", "import", str(folder), *options)
    assert result.exit_code == 0
    model_id, _, rest = result.stdout.partition(" ")
    assert rest == "(1 images, 1 with captions)\n"
    assert "b.png" in result.stderr
    with Catalog(Settings(data_dir=data)) as catalog:
        assert catalog.models.knowledge("proj_1", model_id).captions == ("tok, a fox",)


def test_models_are_listed_and_shown(inkst: str) -> None:
    assert run("models", "list").stdout == f"{inkst}  ink  (2 images, 1 examples, from sdxl)\n"
    assert run("models", "list", "--project", "proj_1").stdout == ""
    (line,) = run("models", "list", "--json").stdout.splitlines()
    assert json.loads(line)["id"] == inkst
    public = run("models", "list", "--public").stdout.splitlines()
    assert {"sdxl", "flux-kontext"} <= {line.split()[0] for line in public}
    shown = run("models", "show", inkst).stdout
    assert "begins   inkst\n" in shown
    assert "words    10 to 10\n" in shown
    assert "guide    # Ink\n         No colour.\n" in shown
    assert json.loads(run("models", "show", inkst, "--json").stdout)["baseModelId"] == "sdxl"
    assert "dialect  tags: " in run("models", "show", "pony").stdout
    check_fault(run("models", "show", "model_none"), "model_none")


def test_the_list_of_models_goes_over_pages(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Catalog(Settings(data_dir=data)) as catalog:
        ids = [catalog.models.create("proj_default").id for _ in range(501)]
    listed = run("models", "list").stdout.splitlines()
    assert {line.split()[0] for line in listed} == set(ids)


def test_a_faulty_import_is_explained(tmp_path: Path, data: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_fault(run("models", "import", str(tmp_path / "empty")), "no image")
    check_fault(run("models", "import", str(tmp_path / "empty"), "--project", "a b"), "projectId")
    assert run("models", "import", str(tmp_path / "nowhere")).exit_code == 2
