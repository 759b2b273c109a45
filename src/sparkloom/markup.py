"""The markup that image generators read in a prompt: LoRA tags and weights.

A small model trips over it, so it is shown the plain words; the markup itself comes back in
the results as the user wrote it.
"""

from __future__ import annotations

import re

TAG = re.compile(r"<[\w-]+:[^<>]*>")
"""`<lora:name:0.8>` and its like: a tag stands for no word."""

WEIGHT = re.compile(r"\(([^():]*):-?[\d.]+\)")
"""`(red fox:1.2)`: its words count for more or less."""


def plain(text: str) -> str:
    """A text without its markup, on one line."""
    without = " ".join(WEIGHT.sub(r"\1", TAG.sub(" ", text)).split())
    return re.sub(r" ?,[ ,]*(?=,)| (?=[,;:])", "", without).strip(", ")


def with_tags(prompt: str, spark: str) -> str:
    """A prompt written anew, with the spark's tags behind it."""
    return " ".join([prompt, *TAG.findall(spark)])
