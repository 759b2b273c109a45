"""The nodes for ComfyUI, loaded, checked and run as ComfyUI does it."""

from __future__ import annotations

import base64
import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import comfy
import numpy as np
import pytest
from PIL import Image
from pydantic import SecretStr

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.request import EDITORS, MAX_SEED, MODES
from sparkloom.settings import Settings

PACK = Path(__file__).parents[2] / "integrations" / "comfyui"


class Tensor:
    """What ComfyUI hands around for pictures, as far as it is used."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values, np.float32)

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        return self.values


class LoadImage:
    """Stands for ComfyUI's node of that name."""

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"number": ("INT", {})}}

    def load(self, number: int) -> tuple[Tensor]:
        return (Tensor(np.full((number, 6, 8, 3), 0.5)),)


class CLIPTextEncode:
    """Stands for ComfyUI's node of that name."""

    RETURN_TYPES = ("CONDITIONING",)
    FUNCTION = "encode"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"text": ("STRING", {"multiline": True})}}

    def encode(self, text: str) -> tuple[str]:
        assert isinstance(text, str)
        return (f"encoded {text}",)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The folder as a user has it: copied into `custom_nodes`, under a name of theirs."""
    folder = tmp_path_factory.mktemp("custom_nodes") / "sparkloom-0.1"
    shutil.copytree(PACK, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return comfy.load(folder)


@pytest.fixture
def nodes(pack: ModuleType) -> comfy.Nodes:
    return {
        **pack.NODE_CLASS_MAPPINGS,
        "LoadImage": LoadImage,
        "CLIPTextEncode": CLIPTextEncode,
    }


@pytest.fixture
def source(pack: ModuleType) -> ModuleType:
    return sys.modules[f"{pack.__name__}.source"]


@pytest.fixture(autouse=True)
def _library(source: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The library in this process, with the echo engine and a catalog of its own."""
    monkeypatch.setenv("SPARKLOOM_ENGINE", "echo")
    monkeypatch.setenv("SPARKLOOM_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SPARKLOOM_URL", raising=False)
    source._library.cache_clear()
    yield
    source._library.cache_clear()


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo")))


def prompt(**inputs: Any) -> dict[str, Any]:
    fields = {"spark": "a fox,", "mode": "completion", "seed": 7, "number": 1}
    return {"class_type": "SparkloomPrompt", "inputs": {**fields, **inputs}}


def edit(**inputs: Any) -> dict[str, Any]:
    fields = {"image": ["1", 0], "wish": "at night", "editor": "any editor"}
    return {
        "class_type": "SparkloomEditInstruction",
        "inputs": {**fields, "seed": 7, "number": 1, **inputs},
    }


def picture(number: int = 1) -> dict[str, Any]:
    return {"class_type": "LoadImage", "inputs": {"number": number}}


def test_comfyui_sees_the_nodes(pack: ModuleType) -> None:
    infos = {name: comfy.object_info(name, node) for name, node in pack.NODE_CLASS_MAPPINGS.items()}
    assert list(infos) == list(pack.NODE_DISPLAY_NAME_MAPPINGS)
    for info in infos.values():
        outputs = len(info["output"])
        assert info["category"] == "sparkloom"
        assert info["output"][0] == "STRING"
        assert len(info["output_name"]) == len(info["output_is_list"]) == outputs
        assert len(info["output_tooltips"]) == outputs
    seed = infos["SparkloomPrompt"]["input"]["required"]["seed"]
    assert seed[0] == "INT"
    assert seed[1]["control_after_generate"] is True
    assert (seed[1]["min"], seed[1]["max"]) == (0, MAX_SEED)


def test_the_nodes_know_every_mode_and_editor(pack: ModuleType) -> None:
    nodes = sys.modules[f"{pack.__name__}.nodes"]
    assert {*nodes.MODES, "image-editing"} == set(MODES)
    assert tuple(nodes.EDITORS) == EDITORS


def test_what_a_node_is_called_with_is_what_it_says(pack: ModuleType) -> None:
    for node in pack.NODE_CLASS_MAPPINGS.values():
        inputs = node.INPUT_TYPES()
        code = getattr(node, node.FUNCTION).__code__
        names = list(code.co_varnames[1 : code.co_argcount])
        assert names == [*inputs["required"], *inputs["optional"]]


def test_every_prompt_is_encoded(nodes: comfy.Nodes) -> None:
    graph = {
        "1": prompt(number=3),
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": ["1", 0]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": ["1", 1]}},
    }
    prompts, (first,), (answer,) = comfy.run(graph, nodes, "1")
    assert len(set(prompts)) == 3
    assert prompts[0] == first
    assert all(text.startswith("a fox,") for text in prompts)
    assert json.loads(answer)["prompts"] == prompts
    assert comfy.run(graph, nodes, "2") == [[f"encoded {text}" for text in prompts]]
    assert comfy.run(graph, nodes, "3") == [[f"encoded {first}"]]


def test_a_node_runs_for_every_spark_of_a_list(nodes: comfy.Nodes) -> None:
    graph = {"1": prompt(number=2), "2": prompt(spark=["1", 0], number=2)}
    sparks = comfy.run(graph, nodes, "1")[0]
    prompts, firsts, answers = comfy.run(graph, nodes, "2")
    assert (len(prompts), len(firsts), len(answers)) == (4, 2, 2)
    assert [text.startswith(sparks[place // 2]) for place, text in enumerate(prompts)] == [True] * 4


def test_a_seed_means_the_same_in_the_process_and_on_a_server(
    nodes: comfy.Nodes, address: str
) -> None:
    here = comfy.run({"1": prompt(number=2)}, nodes, "1")[0]
    again = comfy.run({"1": prompt(number=2)}, nodes, "1")[0]
    other = comfy.run({"1": prompt(number=2, seed=8)}, nodes, "1")[0]
    assert here == again != other
    for form in (address, f" {address}/ ", f"{address}/v1/"):
        assert comfy.run({"1": prompt(number=2, server=form)}, nodes, "1")[0] == here


def test_a_large_seed_from_another_node_is_taken(nodes: comfy.Nodes) -> None:
    large = nodes["SparkloomPrompt"]().write("a fox,", "completion", 2**64 - 1, 1)
    assert json.loads(large[2])["seed"] == MAX_SEED


def test_protected_names_are_cleared(nodes: comfy.Nodes) -> None:
    spark = "Mickey Mouse on a bench,"
    (kept,) = comfy.run({"1": prompt(spark=spark)}, nodes, "1")[1]
    (cleared,) = comfy.run({"1": prompt(spark=spark, clear_names=True)}, nodes, "1")[1]
    assert "Mickey" in kept
    assert "Mickey" not in cleared


class Asked:
    """Notes what would be asked; what becomes of images is the engine's matter."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def prompts(self, fields: dict[str, Any]) -> dict[str, Any]:
        self.fields = fields
        return {"prompts": ["one", "two"]}


@pytest.fixture
def asked(pack: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(sys.modules[f"{pack.__name__}.nodes"], "source", lambda _: asked)
    return asked


def test_pictures_and_the_model_are_sent(nodes: comfy.Nodes, asked: Asked) -> None:
    graph = {"1": picture(2), "2": prompt(images=["1", 0], model=" sdxl ", mode="contextual")}
    comfy.run(graph, nodes, "2")
    assert asked.fields["modelId"] == "sdxl"
    assert len(asked.fields["images"]) == 2
    assert all(url.startswith("data:image/png;base64,") for url in asked.fields["images"])


def test_what_is_left_empty_is_not_sent(nodes: comfy.Nodes, asked: Asked) -> None:
    comfy.run({"1": prompt(spark="")}, nodes, "1")
    assert asked.fields == {
        "mode": "completion",
        "seed": 7,
        "numResults": 1,
        "ensureIPCleared": False,
    }


def test_an_edit_names_its_picture_and_its_editor(nodes: comfy.Nodes, asked: Asked) -> None:
    prompts = comfy.run({"1": picture(3), "2": edit(editor="gpt-image-1")}, nodes, "2")[0]
    assert prompts == ["one", "two"]
    assert asked.fields.pop("image").startswith("data:image/png;base64,")
    assert asked.fields == {
        "mode": "image-editing",
        "prompt": "at night",
        "modelId": "gpt-image-1",
        "seed": 7,
        "numResults": 1,
        "ensureIPCleared": False,
    }
    comfy.run({"1": picture(), "2": edit()}, nodes, "2")
    assert "modelId" not in asked.fields


def test_a_graph_with_a_wrong_input_is_not_run(nodes: comfy.Nodes) -> None:
    graph = {"1": picture(), "2": prompt(mode="telepathy", number=6, seed=-1, spark=["1", 0])}
    assert len(comfy.faults(graph, nodes)) == 4


def test_names_are_found_and_the_text_passes(nodes: comfy.Nodes, address: str) -> None:
    for server in ("", address):
        graph = {
            "1": {
                "class_type": "SparkloomCheck",
                "inputs": {"text": "Mickey Mouse on a bench", "stop": False, "server": server},
            }
        }
        (text,), (found,), (findings,) = comfy.run(graph, nodes, "1")
        assert (text, found) == ("Mickey Mouse on a bench", True)
        assert findings.startswith("fictional-character: Mickey Mouse (")


@pytest.mark.parametrize("text", ["a fox", "", " \n"])
def test_a_text_without_names_passes(nodes: comfy.Nodes, text: str) -> None:
    assert nodes["SparkloomCheck"]().check(text, stop=True) == (text, False, "")


def test_a_name_can_stop_the_workflow(nodes: comfy.Nodes) -> None:
    with pytest.raises(ValueError, match=r"Protected names.*Mickey Mouse"):
        nodes["SparkloomCheck"]().check("Mickey Mouse on a bench", stop=True)


@pytest.mark.parametrize("on_server", [False, True])
def test_an_error_says_what_to_do(nodes: comfy.Nodes, address: str, on_server: bool) -> None:
    graph = {"1": prompt(mode="contextual", server=address if on_server else "")}
    with pytest.raises(Exception, match="modelId: is required in contextual"):
        comfy.run(graph, nodes, "1")


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("file:///etc/passwd", "must begin with http"),
        ("127.0.0.1:8321", "must begin with http"),
        ("http://127.0.0.1:1", "sparkloom serve"),
    ],
)
def test_a_wrong_address_is_said(nodes: comfy.Nodes, server: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        comfy.run({"1": prompt(server=server)}, nodes, "1")


def test_another_kind_of_server_is_told_apart(nodes: comfy.Nodes, address: str) -> None:
    with pytest.raises(ValueError, match="There is nothing at this path"):
        comfy.run({"1": prompt(server=f"{address}/elsewhere")}, nodes, "1")


def test_what_is_no_answer_of_sparkloom_is_told(source: ModuleType) -> None:
    from urllib.error import HTTPError

    error = HTTPError("http://127.0.0.1/v1", 502, "Bad Gateway", None, io.BytesIO(b"<html>"))  # type: ignore[arg-type]
    assert source._reason(error) == "http://127.0.0.1/v1 answered 502; is it a Sparkloom server?"
    error.close()


def test_the_key_is_sent_to_the_address_of_the_environment_only(
    nodes: comfy.Nodes, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = (SecretStr("ada:s3cret"),)
    own, other = (serve(Sparkloom(Settings(engine="echo", api_keys=keys))) for _ in range(2))
    monkeypatch.setenv("SPARKLOOM_URL", f"{own}/v1")
    monkeypatch.setenv("SPARKLOOM_KEY", "ada:s3cret")
    for server in ("", own):
        assert comfy.run({"1": prompt(server=server)}, nodes, "1")[0]
    with pytest.raises(ValueError, match="A key is needed"):
        comfy.run({"1": prompt(server=other)}, nodes, "1")


def test_a_missing_library_is_said(nodes: comfy.Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sparkloom", None)
    with pytest.raises(ValueError, match="pip install sparkloom"):
        comfy.run({"1": prompt()}, nodes, "1")


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("wrap", [Tensor, np.asarray])
def test_a_picture_is_the_same_as_a_data_url(pack: ModuleType, channels: int, wrap: Any) -> None:
    values = np.linspace(-0.1, 1.1, 6 * 8 * channels, dtype=np.float32).reshape(1, 6, 8, channels)
    (url,) = sys.modules[f"{pack.__name__}.pictures"].data_urls(wrap(values))
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (8, 6))
    expected = (values[0].clip(0, 1) * 255).round().astype(np.uint8)[..., :3]
    assert (np.asarray(image) == expected).all()


def test_a_large_picture_is_made_smaller(pack: ModuleType) -> None:
    (url,) = sys.modules[f"{pack.__name__}.pictures"].data_urls(np.zeros((1, 512, 2048, 3)))
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert image.size == (1024, 256)


def test_what_is_no_picture_is_refused(pack: ModuleType) -> None:
    with pytest.raises(ValueError, match="shape"):
        sys.modules[f"{pack.__name__}.pictures"].data_urls(np.zeros((6, 8)))
