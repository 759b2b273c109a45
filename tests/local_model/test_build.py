"""Building the local model, on a base small enough to check every number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, ReaderTensor, dequantize

from sparkloom.engines import Order, Task
from sparkloom.engines.embedded import Embedded
from sparkloom.local_model.build import EMBEDDING, build, read_adapter
from sparkloom.settings import Settings


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tiny.Tiny:
    return tiny.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def built(files: tiny.Tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "model.gguf"
    build(*files, out, lambda _: None)
    return out


def tensors(path: Path) -> dict[str, ReaderTensor]:
    return {tensor.name: tensor for tensor in GGUFReader(path).tensors}


def numbers(tensor: ReaderTensor) -> tiny.Numbers:
    values: tiny.Numbers = dequantize(tensor.data, tensor.tensor_type)
    return values


def test_the_rows_of_kept_tokens_are_copied_byte_for_byte(files: tiny.Tiny, built: Path) -> None:
    before, after = tensors(files.base)[EMBEDDING], tensors(built)[EMBEDDING]
    assert after.tensor_type == before.tensor_type
    assert 0 < len(after.data) < len(before.data)
    assert after.data.tobytes() == before.data[tiny.kept()].tobytes()


def test_lists_over_tokens_keep_the_kept_ones_in_order(built: Path) -> None:
    fields = GGUFReader(built).fields
    expected = [tiny.tokens()[index] for index in tiny.kept()]
    names = ("tokens", "scores", "token_type")
    found = zip(*(fields[f"tokenizer.ggml.{name}"].contents() for name in names), strict=True)
    assert list(found) == expected


@pytest.mark.parametrize(
    ("name", "piece"),
    [("bos", "<bos>"), ("eos", "<eos>"), ("unknown", "<unk>"), ("padding", "<pad>")],
)
def test_a_special_token_keeps_its_meaning_under_its_new_id(
    built: Path, name: str, piece: str
) -> None:
    fields = GGUFReader(built).fields
    index = fields[f"tokenizer.ggml.{name}_token_id"].contents()
    assert fields["tokenizer.ggml.tokens"].contents(index) == piece


def test_ids_really_move(files: tiny.Tiny, built: Path) -> None:
    name = "tokenizer.ggml.bos_token_id"
    assert (
        GGUFReader(built).fields[name].contents() < GGUFReader(files.base).fields[name].contents()
    )


def test_all_other_metadata_stays(files: tiny.Tiny, built: Path) -> None:
    def rest(path: Path) -> dict[str, object]:
        return {
            name: (field.types, field.contents())
            for name, field in GGUFReader(path).fields.items()
            if not name.endswith(("_token_id", "ggml.tokens", "ggml.scores", "ggml.token_type"))
        }

    assert rest(built) == rest(files.base)


def test_a_weight_becomes_the_base_and_the_scaled_product(files: tiny.Tiny, built: Path) -> None:
    base, after, adapter = tensors(files.base), tensors(built), tensors(files.adapter)
    for name in tiny.linear().keys() - {tiny.UNTOUCHED}:
        a = adapter[f"{name}.lora_a"].data.astype(np.float32)
        b = adapter[f"{name}.lora_b"].data.astype(np.float32)
        delta = tiny.ALPHA / tiny.RANK * b @ a
        merged = numbers(base[name]) + delta
        step = np.abs(merged.reshape(-1, 32)).max(axis=1, keepdims=True) / 127
        error = np.abs(numbers(after[name]) - merged).reshape(-1, 32)
        assert after[name].tensor_type == GGMLQuantizationType.Q8_0, name
        assert (error <= 0.6 * step).all(), name
        assert np.abs(delta).max() > 3 * step.max(), name  # else nothing is seen of it


def test_a_tensor_without_a_part_in_the_adapter_stays(files: tiny.Tiny, built: Path) -> None:
    before, after = tensors(files.base), tensors(built)
    assert list(after) == list(before)
    same = before.keys() - (tiny.linear().keys() - {tiny.UNTOUCHED}) - {EMBEDDING}
    assert tiny.UNTOUCHED in same
    for name in same:
        assert after[name].tensor_type == before[name].tensor_type, name
        assert after[name].data.tobytes() == before[name].data.tobytes(), name


def test_progress_rises_to_one(files: tiny.Tiny, tmp_path: Path) -> None:
    told: list[float] = []
    build(*files, tmp_path / "model.gguf", told.append)
    assert told == sorted(told)
    assert 0 <= told[0] < 0.5
    assert told[-1] == 1
    assert told.count(1) == 1


def test_the_same_inputs_give_the_same_file(files: tiny.Tiny, built: Path, tmp_path: Path) -> None:
    again = tmp_path / "model.gguf"
    again.write_bytes(b"something that was there")
    build(*files, again, lambda _: None)
    assert again.read_bytes() == built.read_bytes()


def test_an_adapter_without_alpha_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "adapter.gguf"
    writer = GGUFWriter(path, "gemma3")
    writer.add_tensor("blk.0.attn_q.weight.lora_a", np.ones((4, 64), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ValueError, match="alpha"):
        read_adapter(GGUFReader(path))


def test_a_truncated_base_is_refused(files: tiny.Tiny, tmp_path: Path) -> None:
    broken = tmp_path / "base.gguf"
    broken.write_bytes(files.base.read_bytes()[:-5000])
    with pytest.raises(ValueError, match=r"buffer|reshape|size|map"):
        build(broken, files.adapter, files.kept_tokens, tmp_path / "out.gguf", lambda _: None)


def test_the_engine_writes_with_what_was_built(built: Path) -> None:
    engine = Embedded(Settings(engine="embedded", model=str(built), context_tokens=512))
    try:
        task = Task("the amber", max_tokens=12, top_p=0.95)
        drafts = engine.write(task, iter([Order(3, 0.9), Order(3, 0.9)]))
        first, second = next(drafts), next(drafts)
        drafts.close()
    finally:
        engine.close()
    assert first.text
    assert first == second
