"""Train the adapter.

    python training/train.py --out adapter.gguf [--start FIRST.gguf] [--data prompts.train.jsonl.gz]

One pass over the examples, the rate rising for a moment and then falling to zero. On the dev
split the bits per character of each mode are printed before and after. The same arguments
give the same adapter on the same machine.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from peft import PeftModel
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch.nn import functional

import corpus
import gemma
from corpus import Example
from tokens import Tokens, tokenize

STEP_TOKENS = 4096
"""Tokens of a step. Smaller steps learn more from so small a corpus, larger ones run faster."""

BATCH_TOKENS = 2048
"""Tokens computed at a time, padding included: what fits the processor's cache and memory."""

WARM_UP = 0.03
"""The share of the steps in which the rate rises."""

CLIP = 1.0


def train(
    model: PeftModel,
    examples: Sequence[Tokens],
    rate: float,
    seed: int = 0,
    step_tokens: int = STEP_TOKENS,
    checkpoint: Path | None = None,
) -> float:
    """One pass over the examples.

    Args:
        model: its adapter is trained, in place.
        examples: in any order; they are shuffled.
        rate: AdamW's, at its height.
        seed: of the order and of the dropout.
        step_tokens: how many tokens a step has, about.
        checkpoint: where the adapter is written now and then.

    Returns:
        The mean loss over the answers' tokens, in nats, as it was while learning.
    """
    torch.manual_seed(seed)
    steps = list(_steps(examples, step_tokens, random.Random(seed)))
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
    warm = max(1, round(WARM_UP * len(steps)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / warm, (len(steps) - step) / (len(steps) - warm + 1)),
    )
    model.train()
    total, counted, smooth = 0.0, 0, math.nan
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task("training", total=len(steps))
        for number, batches in enumerate(steps):
            answers = sum(len(row.ids) - row.start for batch in batches for row in batch)
            loss = 0.0
            for batch in batches:
                part = nats(model, batch).sum() / answers
                part.backward()
                loss += part.item()
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            total, counted = total + loss * answers, counted + answers
            smooth = loss if math.isnan(smooth) else 0.95 * smooth + 0.05 * loss
            progress.update(bar, advance=1, description=f"training, loss {smooth:.3f}")
            if checkpoint and number % 50 == 49:
                gemma.write_adapter(model, checkpoint)
    return total / counted


def nats(model: PeftModel, batch: Sequence[Tokens]) -> torch.Tensor:
    """The loss of every token of the batch's answers, (answer tokens,), in nats."""
    width = max(len(row.ids) for row in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    target = torch.full((len(batch), width), -1)
    for number, row in enumerate(batch):
        ids[number, : len(row.ids)] = torch.from_numpy(row.ids)
        target[number, row.start - 1 : len(row.ids) - 1] = torch.from_numpy(row.ids[row.start :])
    # Padding stands behind, where a causal model does not see it.
    device = next(model.parameters()).device
    ids, target = ids.to(device), target.to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        states = gemma.hidden(model, ids)[target >= 0]
        logits = gemma.head(model, states)
    return functional.cross_entropy(logits.float(), target[target >= 0], reduction="none")


def bits_per_character(
    model: PeftModel, examples: Sequence[Example], tokens: Sequence[Tokens]
) -> dict[str, float]:
    """The bits that the model needs for a character of an answer, by mode."""
    model.eval()
    bits: defaultdict[str, float] = defaultdict(float)
    characters: defaultdict[str, int] = defaultdict(int)
    with torch.inference_mode():
        for example, row in zip(examples, tokens, strict=True):
            bits[example.mode] += nats(model, [row]).sum().item() / math.log(2)
            characters[example.mode] += row.characters
    return {mode: bits[mode] / characters[mode] for mode in sorted(bits)}


def _steps(
    examples: Sequence[Tokens], step_tokens: int, draw: random.Random
) -> Iterator[list[list[Tokens]]]:
    """The batches of each step: rows of like length together, steps in any order."""
    shuffled = draw.sample(examples, len(examples))
    size = max(1, round(step_tokens / np.mean([len(row.ids) for row in shuffled])))
    for begin in range(0, len(shuffled), size):
        rows = sorted(shuffled[begin : begin + size], key=lambda row: len(row.ids))
        batches: list[list[Tokens]] = [[]]
        for row in rows:
            if batches[-1] and (len(batches[-1]) + 1) * len(row.ids) > BATCH_TOKENS:
                batches.append([])
            batches[-1].append(row)
        yield batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="the adapter to write, GGUF")
    parser.add_argument("--base", type=Path, default=Path("base.gguf"), help="made if missing")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    parser.add_argument("--data", type=Path, help="prompts of others")
    parser.add_argument("--others", type=int, default=400, help="how many of them at most")
    parser.add_argument("--made-up", type=int, default=0, help="examples in made-up dialects")
    parser.add_argument("--copies", type=int, default=0, help="of rows for models, in other dress")
    parser.add_argument("--share", type=float, default=1.0, help="of the examples to learn from")
    parser.add_argument(
        "--replay", type=float, default=1.0, help="of the examples that the first adapter has seen"
    )
    parser.add_argument("--rank", type=int, default=gemma.RANK)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--step-tokens", type=int, default=STEP_TOKENS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()

    made = corpus.examples(seed=arguments.seed)
    if arguments.data:
        made += corpus.others(arguments.data, arguments.others, arguments.seed)
    made += corpus.made_up(arguments.made_up, arguments.seed)
    made += corpus.redressed(arguments.copies, seed=arguments.seed)
    base = gemma.pruned(arguments.base)
    tokens = tokenize(made, base)
    held_out = [pair for pair in zip(made, tokens, strict=True) if pair[0].dev]
    draw = random.Random(arguments.seed)
    learnt = [
        row
        for example, row in zip(made, tokens, strict=True)
        if not example.dev
        and draw.random() < arguments.share * (arguments.replay if example.seen else 1.0)
    ]

    torch.manual_seed(arguments.seed)
    model = gemma.adapted(base, arguments.rank, 2.0 * arguments.rank, arguments.dropout)
    if arguments.start:
        gemma.read_adapter(model, arguments.start)
    model.to(arguments.device)
    before = bits_per_character(model, *zip(*held_out, strict=True))
    print(json.dumps({"before": before}), flush=True)
    started = time.monotonic()
    loss = train(
        model, learnt, arguments.rate, arguments.seed, arguments.step_tokens, arguments.out
    )
    seconds = time.monotonic() - started
    gemma.write_adapter(model, arguments.out)
    after = bits_per_character(model, *zip(*held_out, strict=True))
    count = sum(len(row.ids) for row in learnt)
    print(json.dumps({"after": after, "loss": loss, "tokens": count, "seconds": seconds}))


if __name__ == "__main__":
    main()
