"""The command line, with the echo engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.cli import _print_description, app
from sparkloom.engines import curated
from sparkloom.engines.curated import Choice
from sparkloom.local_model import LocalModel, find_model, local_model
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings
from sparkloom.vision import ImageDescription

COMMAND = (sys.executable, "-m", "sparkloom")


@pytest.fixture(autouse=True)
def _echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "echo")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, empty."""
    monkeypatch.setenv("SPARKLOOM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def built() -> LocalModel:
    """The local model in the user's cache."""
    return local_model(Settings().cache_dir)


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def check_fault(result: Result, *said: str) -> None:
    """It ended with 1 and one line on standard error."""
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("sparkloom: ")
    for text in said:
        assert text in line


@pytest.mark.parametrize(
    "command",
    [
        "",
        "prompt",
        "batch",
        "check",
        "serve",
        "mcp",
        "model",
        "model build",
        "model show",
        "model remove",
        "model list",
        "model use",
        "engines",
        "engines show",
        "engines load",
        "engines unload",
        "models",
        "models import",
        "models list",
        "models show",
    ],
)
def test_every_command_has_help(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.stdout
    assert "--help" in result.stdout


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
    assert result.stdout.startswith("1 creative units, about ")
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


def test_input_that_is_not_utf_8_is_explained() -> None:
    done = subprocess.run(
        [*COMMAND, "prompt"], input=b"caf\xe9\n", capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPARKLOOM_THREADS", "many"),
        ("SPARKLOOM_ENGINE", "abacus"),
        ("SPARKLOOM_PORT", "70000"),
        ("SPARKLOOM_API_KEYS", "hunter2"),
    ],
)
def test_a_wrong_setting_is_explained(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in (("prompt", "a fox"), ("serve",), ("mcp",)):
        result = run(*command)
        check_fault(result, f"The setting {name} is wrong: ")
        assert "hunter2" not in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7"])  # noqa: S104
def test_other_machines_are_not_served_without_keys(host: str) -> None:
    check_fault(run("serve", "--host", host), host, "SPARKLOOM_API_KEYS", "--no-auth")


def test_other_machines_are_served_if_that_is_meant() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104
    with subprocess.Popen(
        [*COMMAND, "serve", "--no-auth", *address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert health(server, port) == "ok"
        finally:
            server.terminate()
        assert server.wait() in (0, -signal.SIGTERM)


def health(server: subprocess.Popen[bytes], port: int) -> str:
    while server.poll() is None:
        try:
            return str(httpx.get(f"http://127.0.0.1:{port}/health").json()["status"])
        except httpx.ConnectError:
            time.sleep(0.05)
    return f"ended with {server.returncode}"


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
    assert shown == "path    /m.gguf\nsha256  ab\nvision  /v.gguf\n"


def test_an_option_chooses_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLOOM_ENGINE", "embedded")
    monkeypatch.setenv("SPARKLOOM_CACHE_DIR", "/proc/nowhere")
    assert run("prompt", "a fox", "--engine", "echo").exit_code == 0
    check_fault(run("prompt", "a fox", "--engine", "openai"), "SPARKLOOM_ENGINE_URL")
    assert run("prompt", "a fox", "--engine", "abacus").exit_code == 2


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


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, empty."""
    monkeypatch.setenv("SPARKLOOM_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


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


@pytest.fixture
def inkst(data: Path) -> str:
    """A model of the project `proj_default` in the data folder."""
    with Catalog(Settings(data_dir=data)) as catalog:
        assets = [
            catalog.assets.add(
                "proj_default",
                picture(),
                "a.png",
                description=f"inkst, {animal} by a gate, thick line, cream paper",
            ).id
            for animal in ("an owl", "a hen")
        ]
        model = catalog.models.create(
            "proj_default", name="ink", base_model_id="sdxl", training_images=assets
        )
        catalog.models.set_examples("proj_default", model.id, assets[:1])
        catalog.models.update("proj_default", model.id, {"prompt_guide": "# Ink\nNo colour."})
        return model.id


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


def test_a_faulty_import_is_explained(tmp_path: Path, data: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_fault(run("models", "import", str(tmp_path / "empty")), "no image")
    check_fault(run("models", "import", str(tmp_path / "empty"), "--project", "a b"), "projectId")
    assert run("models", "import", str(tmp_path / "nowhere")).exit_code == 2


@pytest.mark.parametrize("command", [("prompt", "a fox"), ("serve",)])
def test_a_catalog_that_cannot_be_opened_is_explained(
    monkeypatch: pytest.MonkeyPatch, data: Path, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SPARKLOOM_DATABASE_URL", f"sqlite:///{data}/no/such.db")
    check_fault(run(*command), "SPARKLOOM_DATABASE_URL")


def test_the_command_line_imports_nothing_heavy() -> None:
    heavy = ("pydantic", "fastapi", "mcp", "numpy", "xllamacpp", "uvicorn", "PIL", "sqlalchemy")
    code = f"import sys, sparkloom.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        [*COMMAND, "prompt", "--json", *["a fox"] * 50],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "SPARKLOOM_ENGINE": "echo"},
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.close()
        assert writer.stderr.read() == b""
    assert writer.returncode == 0


def test_names_are_told_and_end_with_one() -> None:
    result = run("check", "a red barn", "Batman by Greg Rutkowski")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first == "fictional-character: Batman  (The name of a character.)"
    assert second.startswith("artist-style: Greg Rutkowski  (")


def test_no_names_end_with_nothing() -> None:
    result = run("check", stdin="a red barn\na fox by Monet\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_findings_are_told_as_json_a_text_a_line() -> None:
    result = run("check", "--json", stdin="a red barn\nBatman\n")
    assert result.exit_code == 1
    flagged = [json.loads(line)["ipDetection"]["flagged"] for line in result.stdout.splitlines()]
    assert flagged == [False, True]


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


def test_a_batch_tells_what_became_of_it(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"prompt": "a fox"}\n{"prompt": "a", "seed": "x"}\n{"prompt": "b"}\n')
    command = ("batch", str(source), str(target), "--mode", "completion", "-n", "2", "--seed", "7")
    result = run(*command)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("3 rows in ")
    assert f", 1 of them put aside in {target}.errors.jsonl: " in result.stderr
    assert result.stderr.endswith(" tokens a second, 4 prompts, seed 7\n")
    answers = [json.loads(line) for line in target.read_text().splitlines()]
    assert [len(answer["prompts"]) for answer in answers] == [2, 2]
    check_fault(run(*command), f"{target} is there already", "--force")
    assert run(*command, "--force").exit_code == 0


def test_a_batch_without_an_answer_ends_with_1(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a fox"}\n')
    result = run("batch", str(source), str(tmp_path / "out.jsonl"))
    assert result.exit_code == 1
    assert result.stderr.endswith("sparkloom: No row could be answered.\n")
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_a_batch_of_what_is_not_there_is_told(tmp_path: Path) -> None:
    check_fault(run("batch", str(tmp_path / "in.jsonl"), "-"), "There is no file")
