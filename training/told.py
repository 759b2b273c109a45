"""Examples of what the hand-written tables tell: completion and inventive with known subjects.

The small model opens a prompt where nobody knows the subject. It learns here how a situation is
told where somebody does.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from sparkloom.bank import load_bank
from sparkloom.bank.kinds import nouns
from sparkloom.bank.pictures import is_picture
from sparkloom.bank.scenes import happenings, inventions
from sparkloom.bank.seeds import load_seeds
from sparkloom.bank.subject import with_article
from sparkloom.context import EXAMPLE_WORDS, EXAMPLES, Context
from sparkloom.modes import layout
from sparkloom.modes.opening import finished

SPARK_WORDS = 3, 14
"""The least and the most words of others' sparks."""


def told(
    count: int, data: Path | None, seed: int, held_out: frozenset[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Mode, spark, text and answer.

    Args:
        count: how many at most: of nouns, of single words, and of others' sparks.
        data: `prompts.train.jsonl.gz`; no sparks of others if left out.
        seed: of everything that is drawn.
        held_out: prompts that must not be shown.
    """
    draw = random.Random(f"told {seed}")
    single = sorted(load_seeds())
    sparks = [noun.replace("_", " ") for noun in sorted(nouns())]
    asked = [("inventive", spark) for spark in draw.sample(sparks, min(count, len(sparks)))]
    asked += [("inventive", word) for word in draw.sample(single, min(count, len(single)))]
    asked += [
        ("completion", with_article(spark))
        for spark in draw.sample(sparks, min(count, len(sparks)))
    ]
    if data:
        others = sorted(set(_sparks(data)))
        asked += [("completion", spark) for spark in draw.sample(others, min(count, len(others)))]
    for mode, spark in asked:
        write = happenings if mode == "completion" else inventions
        options = [text for text in write(spark) if not is_picture(text)]
        if not options:
            continue
        opened = draw.choice(options)
        shown = draw.choice((0, EXAMPLES, EXAMPLES))
        near = load_bank().nearest(spark, shown, EXAMPLE_WORDS, draw.getrandbits(32), held_out)
        context = Context(spark, tuple(near))
        if mode == "completion":
            yield (
                mode,
                spark,
                layout.complete(spark, "medium", near),
                finished(spark, opened, context),
            )
        else:
            text = finished(spark, opened, context, more=len(spark.split()))
            yield mode, spark, layout.invent(spark, "medium", near), f" {text}"


def _sparks(data: Path) -> Iterator[str]:
    """Short prompts of others, that somebody might have typed."""
    least, most = SPARK_WORDS
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = layout.flat(row.get("text_noip") or ("" if row.get("ip") else row["text"]))
            is_prompt = row["kind"] == "prompt" and not row.get("needs_ref")
            if is_prompt and least <= len(text.split()) <= most and text.isascii():
                yield text.rstrip(". ")
