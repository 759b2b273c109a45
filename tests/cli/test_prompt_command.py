"""`sparkloom prompt`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command import check_fault, run

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.local_model import LocalModel, local_model
from sparkloom.local_model.build import Progress
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

pytestmark = pytest.mark.usefixtures("echo_engine")


def test_sparks_come_from_arguments(echo_loom: Sparkloom) -> None:
    result = run("prompt", "a fox", "a red barn,", "--seed", "7", "-n", "2")
    sparks = ("a fox", "a red barn,")
    expected = [
        prompt
        for spark in sparks
        for prompt in echo_loom.prompt(spark, mode="completion", seed=7, num_results=2).prompts
    ]
    assert result.exit_code == 0
    assert result.stdout.splitlines() == expected


def test_sparks_come_from_standard_input_a_line_each() -> None:
    piped = run("prompt", "--seed", "7", stdin="a fox\r\n\n  \na red barn,\n")
    assert piped.exit_code == 0
    assert piped.stdout == run("prompt", "--seed", "7", "a fox", "a red barn,").stdout
    assert len(piped.stdout.splitlines()) == 2


def test_empty_standard_input_gives_nothing() -> None:
    result = run("prompt", stdin="")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_json_gives_an_answer_a_line() -> None:
    result = run(
        "prompt", "--json", "a fox", "caf\u00e9", "-n", "3", "--seed", "7", "--top-p", "0.5"
    )
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(answer["prompts"]) for answer in answers] == [3, 3]
    assert "caf\u00e9" in result.stdout
    for answer, spark in zip(answers, ("a fox", "caf\u00e9"), strict=True):
        asked = answer["job"]["metadata"]["input"]
        assert (asked["prompt"], asked["seed"], asked["topP"]) == (spark, 7, 0.5)


def test_a_dry_run_shows_the_price() -> None:
    result = run("prompt", "--dry-run", "a fox", "-n", "3")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 creative unit, about ")
    (line,) = run("prompt", "--dry-run", "--json", "a fox").stdout.splitlines()
    assert json.loads(line)["creativeUnitsCost"] == 0.75


def test_a_dry_run_loads_neither_a_model_nor_a_catalog() -> None:
    heavy = ("sqlalchemy", "alembic", "obstore", "psycopg", "xllamacpp", "fastapi", "PIL")
    code = (
        "import sys; from sparkloom.loom import Sparkloom; "
        "from sparkloom.request import PromptRequest; "
        "Sparkloom().dry_run(PromptRequest(mode='completion')); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_dry_run_builds_no_model(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "embedded")
    assert run("prompt", "--dry-run", "a fox").exit_code == 0
    assert not cache.exists()


def test_where_nobody_writes_no_model_is_built(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenes know a lighthouse."""
    monkeypatch.setenv("SPARKLOOM_ENGINE", "embedded")
    result = run("prompt", "an old lighthouse", "-n", "3", "--seed", "7")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert not cache.exists()


def test_a_model_is_built_when_the_first_word_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "embedded")
    shown: list[Progress] = []

    def noted(folder: Path, progress: Progress | None = None) -> LocalModel:
        if progress:
            shown.append(progress)
        return local_model(folder, progress)

    monkeypatch.setattr("sparkloom.local_model.local_model", noted)
    result = run("prompt", "an old lighthouse", "a fox", "an owl", "--temperature", "0.7")
    assert result.exit_code == 0
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["-n", "0"], "numResults"),
        (["-n", "6"], "numResults"),
        (["--seed", str(2**53)], "seed"),
        (["--temperature", "2.1"], "temperature"),
        (["--temperature", "nan"], "temperature"),
        (["--top-p", "0"], "topP"),
        (["--mode", "image-editing"], "image"),
        (["--mode", "contextual"], "modelId"),
        (["a\x00b"], "prompt"),
        (["x" * 10_001], "prompt"),
    ],
)
def test_a_wrong_value_ends_with_one_line_that_names_it(arguments: list[str], field: str) -> None:
    check_fault(run("prompt", *arguments, "a fox"), field)
    check_fault(run("prompt", "--dry-run", *arguments, "a fox"), field)


def test_an_option_chooses_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "embedded")
    monkeypatch.setenv("SPARKLOOM_CACHE_DIR", "/proc/nowhere")
    assert run("prompt", "a fox", "--engine", "echo").exit_code == 0
    check_fault(run("prompt", "a fox", "--engine", "openai"), "SPARKLOOM_ENGINE_URL")
    assert run("prompt", "a fox", "--engine", "abacus").exit_code == 2


def test_prompts_for_a_model_need_no_spark(inkst: str) -> None:
    for arguments in ((), ("a heron",), ("--mode", "contextual-v2")):
        result = run("prompt", "--model", inkst, "--json", "--seed", "1", *arguments)
        assert result.exit_code == 0, result.stderr
        (answer,) = [json.loads(line) for line in result.stdout.splitlines()]
        assert answer["mode"] == (arguments[1] if len(arguments) == 2 else "contextual")
        assert answer["prompts"][0].startswith("inkst, ")
    assert (
        len(run("prompt", "--model", inkst, stdin="a heron\na kettle\n").stdout.splitlines()) == 2
    )
    check_fault(run("prompt", "--model", "model_none", "a heron"), "model_none")


def test_names_are_described_if_that_is_asked() -> None:
    result = run("prompt", "--clear", "--json", "Batman,")
    assert result.exit_code == 0
    body = json.loads(result.stdout)
    assert body["prompts"][0].startswith("A masked night vigilante")
    assert body["ipDetection"]["findings"][0]["text"] == "Batman"


def test_an_image_to_edit_is_a_file_or_an_asset(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "mug.png"
    file.write_bytes(picture().data)
    with Catalog(Settings()) as catalog:
        mug = catalog.assets.add("proj_default", picture(), "a.png", description="a mug").id
    edit = ("prompt", "--mode", "image-editing", "--seed", "1")
    result = run(*edit, "--image", mug, "make it night")
    assert result.stdout.startswith("Make it night: ")
    assert "the mug" in result.stdout
    assert run(*edit, "--image", mug).stdout.count("\n") == 1
    assert run(*edit, "--dry-run", "--image", str(file)).stdout.startswith("0.75 creative units")
    assert data.exists()


def test_reference_images_are_told_from_files(tmp_path: Path, data: Path) -> None:
    with Catalog(Settings()) as catalog:
        mug = catalog.assets.add("proj_default", picture(), "a.png", description="a mug").id
    result = run("prompt", "--json", "--image", mug, "--image", mug, "a fox")
    assert json.loads(result.stdout)["job"]["metadata"]["input"]["images"] == [mug, mug]
    assert data.exists()


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mug.png"
    file.write_bytes(b"x" * 6_000_001)
    check_fault(run("prompt", "--image", str(file), "a fox"), "mug.png", "larger than 6 MB")
    file.write_bytes(b"<svg/>")
    check_fault(run("prompt", "--image", str(file), "a fox"), "mug.png is not a picture")
    check_fault(run("prompt", "--image", str(tmp_path), "a fox"), "cannot be opened")
    check_fault(run("prompt", "--image", "no/such/file.png", "a fox"), "images[0]")
