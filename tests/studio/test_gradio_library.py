"""Gradio, imported without its writing of stub files."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from sparkloom.studio import gradio_library

LOADING = """
import sys
from sparkloom.studio import gradio_library
gradio = gradio_library.load()
print(gradio.Textbox(label="it works").label)
print(gradio_library.load() is gradio)
print([name for name in ("gradio.cli", "mcp", "pandas") if name in sys.modules])
print(gradio.caching.pd.DataFrame.__name__, "pandas" in sys.modules)
import mcp
print(mcp.__name__)
with gradio_library.one_application():
    with gradio.Blocks() as page:
        gradio.Textbox()
print(page.app)
print(type(gradio.routes.App.create_app(page)).__name__)
"""

OPENING = """
from sparkloom.studio import gradio_library
gradio_library.load()
import asyncio, sys, tempfile
from gradio import processing_utils
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
with tempfile.TemporaryDirectory() as folder:
    for fetch in (processing_utils.save_url_to_cache, processing_utils.ssrf_protected_download):
        try:
            fetch("http://a.example/fox.png", folder)
        except Exception as error:
            print(error)
print("socket.getaddrinfo" in opened, "socket.connect" in opened)
"""


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gradio", raising=False)
    monkeypatch.setattr(gradio_library, "find_spec", {}.get)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'sparkloom\[studio\]'"):
        gradio_library.load()


def test_it_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    there = ModuleType("gradio")
    monkeypatch.setitem(sys.modules, "gradio", there)
    monkeypatch.setitem(sys.modules, "gradio.processing_utils", ModuleType("processing_utils"))
    assert gradio_library.load() is there


def test_what_fails_leaves_nothing_half_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("library")
    (folder / "gradio").mkdir()
    (folder / "gradio" / "__init__.py").write_text("raise ImportError('broken')")
    (folder / "gradio" / "component_meta.py").write_text("create_or_modify_pyi = None")
    for name in ("gradio", "gradio.component_meta"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(folder))
    with pytest.raises(ImportError, match="broken"):
        gradio_library.load()
    assert "gradio" not in sys.modules
    sys.modules.pop("gradio.component_meta", None)


def test_the_real_one_works() -> None:
    pytest.importorskip("gradio", reason="needs pip install '.[studio]'")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADING], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:7] == [
        "it works",
        "True",
        "[]",
        "DataFrame True",
        "mcp",
        "None",
        "App",
    ]


def test_what_is_asked_of_every_module_loads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    later = gradio_library._Later("colorsys")
    monkeypatch.setitem(sys.modules, "colorsys", later)
    assert not hasattr(later, "__file__")
    assert sys.modules["colorsys"] is later
    assert later.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
    assert sys.modules["colorsys"] is not later
    assert later.hsv_to_rgb is sys.modules["colorsys"].hsv_to_rgb


def test_the_real_one_opens_no_address() -> None:
    pytest.importorskip("gradio", reason="needs pip install '.[studio]'")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OPENING], capture_output=True, text=True, check=True
    )
    refused = "Addresses are not opened from here: choose a file."
    assert done.stdout.splitlines() == [refused, refused, "False False"]
