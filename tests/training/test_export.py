"""An adapter on its way to llama.cpp and back, and the check that both agree."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs pip install '.[train]'")
pytestmark = pytest.mark.filterwarnings("default")  # of torch and peft, about themselves

import tiny
import torch
from peft import PeftModel

import export
import gemma
from corpus import Example
from tokens import Tokens, tokenize


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tiny.Tiny:
    files = tiny.make(tmp_path)
    tiny.stand_in(files, monkeypatch.setattr)
    return files


@pytest.fixture
def rows(files: tiny.Tiny) -> list[Tokens]:
    texts = [f"the {number} am" for number in range(25)]
    examples = [Example("inventive", text, " ther ber am", text, True, False) for text in texts]
    pruned = gemma.pruned(files.base.with_name("pruned.gguf"), files.kept_tokens)
    return tokenize(examples, pruned)


def model(files: tiny.Tiny, adapter: Path | None) -> PeftModel:
    torch.manual_seed(5)
    pruned = gemma.pruned(files.base.with_name("pruned.gguf"), files.kept_tokens)
    made = gemma.adapted(pruned, tiny.RANK, tiny.ALPHA, dtype=torch.float32)
    if adapter:
        gemma.read_adapter(made, adapter)
    return made


def test_an_adapter_comes_back_as_it_was_written(files: tiny.Tiny, tmp_path: Path) -> None:
    gemma.write_adapter(model(files, files.adapter), tmp_path / "first.gguf")
    gemma.write_adapter(model(files, tmp_path / "first.gguf"), tmp_path / "second.gguf")
    assert (tmp_path / "first.gguf").read_bytes() == (tmp_path / "second.gguf").read_bytes()


def test_llama_cpp_agrees_on_the_adapter_that_it_is_given(
    files: tiny.Tiny, rows: list[Tokens], tmp_path: Path
) -> None:
    local = export.merged(files.adapter, tmp_path / "local.gguf", files.kept_tokens)
    found = export.compare(model(files, files.adapter), local, rows)
    assert found.same == 1.0
    assert found.apart < 0.05
    assert found


def test_another_adapter_is_farther_apart(
    files: tiny.Tiny, rows: list[Tokens], tmp_path: Path
) -> None:
    local = export.merged(files.adapter, tmp_path / "local.gguf", files.kept_tokens)
    mine = export.compare(model(files, files.adapter), local, rows)
    none = export.compare(model(files, None), local, rows)
    assert 5 * mine.apart < none.apart


@pytest.mark.parametrize(("same", "apart"), [(0.9, 0.0), (1.0, 0.2)])
def test_what_counts_as_no_agreement(same: float, apart: float) -> None:
    assert not export.Agreement(same, apart)


def test_an_adapter_of_another_shape_is_refused(files: tiny.Tiny) -> None:
    made = gemma.adapted(files.base, rank=2, alpha=tiny.ALPHA)
    with pytest.raises(ValueError, match="does not fit"):
        gemma.read_adapter(made, files.adapter)
    made = gemma.adapted(files.base, tiny.RANK, alpha=1.0)
    with pytest.raises(ValueError, match="alpha"):
        gemma.read_adapter(made, files.adapter)
