"""A vision part of 100 kB for the tiny model: llama.cpp loads it as it loads Gemma 3's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFWriter
from tiny import WIDTH

SIDE, PATCH, HIDDEN, HEADS, INNER, LAYERS = 64, 16, 32, 2, 64, 1


def write(path: Path) -> Path:
    """Write the vision part, GGUF: a transformer over 16 patches, projected to one token."""
    random = np.random.default_rng(11)

    def normal(*shape: int) -> np.ndarray:
        return (0.2 * random.standard_normal(shape)).astype(np.float32)

    writer = GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "gemma3")
    writer.add_bool("clip.use_gelu", True)
    for name, value in {
        "image_size": SIDE,
        "patch_size": PATCH,
        "embedding_length": HIDDEN,
        "feed_forward_length": INNER,
        "block_count": LAYERS,
        "projection_dim": WIDTH,
        "attention.head_count": HEADS,
    }.items():
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])

    writer.add_tensor("v.patch_embd.weight", normal(HIDDEN, 3, PATCH, PATCH))
    writer.add_tensor("v.patch_embd.bias", normal(HIDDEN))
    writer.add_tensor("v.position_embd.weight", normal((SIDE // PATCH) ** 2, HIDDEN))
    for layer in range(LAYERS):
        for name, shape in {
            "attn_q": (HIDDEN, HIDDEN),
            "attn_k": (HIDDEN, HIDDEN),
            "attn_v": (HIDDEN, HIDDEN),
            "attn_out": (HIDDEN, HIDDEN),
            "ffn_up": (INNER, HIDDEN),
            "ffn_down": (HIDDEN, INNER),
        }.items():
            writer.add_tensor(f"v.blk.{layer}.{name}.weight", normal(*shape))
            writer.add_tensor(f"v.blk.{layer}.{name}.bias", normal(shape[0]))
        for name in ("ln1", "ln2"):
            writer.add_tensor(f"v.blk.{layer}.{name}.weight", np.ones(HIDDEN, np.float32))
            writer.add_tensor(f"v.blk.{layer}.{name}.bias", np.zeros(HIDDEN, np.float32))
    writer.add_tensor("v.post_ln.weight", np.ones(HIDDEN, np.float32))
    writer.add_tensor("v.post_ln.bias", np.zeros(HIDDEN, np.float32))
    writer.add_tensor("mm.input_projection.weight", normal(HIDDEN, WIDTH))
    writer.add_tensor("mm.soft_emb_norm.weight", np.full(HIDDEN, 9, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
