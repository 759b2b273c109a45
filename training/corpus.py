"""From the hand-written rows, and from clean rows of others, to what the adapter learns from.

    python training/corpus.py [--data prompts.train.jsonl.gz] [--show 5]

An example is a text in the layout of `sparkloom.modes.layout`, with prompts near its spark as
they are retrieved at run time, and the answer that belongs after it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dialects
from bank import prompts_of
from check_gold import FILLER, GOLD, kind_of
from sparkloom.bank import Bank
from sparkloom.context import LONG_SUBJECT
from sparkloom.markup import plain
from sparkloom.modes import layout
from sparkloom.request import Length
from sparkloom.words import content_stems

SEEN = frozenset(
    "bank_characters bank_environments bank_game_assets bank_illustration bank_imagination "
    "bank_photography bank_product_design completion contextual image_editing image_editing_2 "
    "inventive structured".split()
)
"""Files that the first adapter was trained on: no row of them can be held out."""

HELD_OUT = 0.06
"""The share of the other files' rows that is held out for the dev split."""

EXAMPLE_WORDS = 80
EXAMPLES = (0, 0, 0, 1, 2, 3, 3, 3, 3, 5)
"""How many prompts are retrieved, drawn for every row: mostly three, as at run time."""

NOISE = re.compile(
    r"\d\s*[x:]\s*\d|\b\d{3,4}p\b|--\w|\b(?:hd|dslr|cgi|photorealis\w+|hyperrealis\w+|"
    r"camera|footage|video|frames?|seconds|pans?|zooms?|trending|nsfw|nude|naked|sexy|busty|"
    r"generate|generating|draw|please|image of|picture of|reference|uploaded|identity|prompt)\b|"
    r"[{}\[\]<>|#*_@]|https?:",
    re.IGNORECASE,
)
"""What marks a row of others as unclean, beside the filler that no gold row may have."""

PORTRAIT = re.compile(r"\b(?:portrait|selfie|woman|girl|lady|model|man|boy|influencer)\b", re.I)
CLEAN_FILES = ("youmind", "flowgrpo_ocr", "evolink", "pixart", "stablestudio")
"""The collections whose writing is good enough to learn from (`INDEX.md` of the data)."""


NO_PROMPTS = tuple("colours endings finishes ip_clearing ip_names manners scenes seeds".split())
"""Kinds of rows that hold no prompts to learn to write."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text to go on from, and how to.

    Attributes:
        mode: completion, inventive, structured, contextual or image-editing.
        text: what stands before the answer.
        answer: what is learnt.
        group: rows of one spark, model or image share it, and are held out together.
        dev: whether it is held out: never learnt from, never retrieved while training.
        seen: whether the first adapter has learnt it.
    """

    mode: str
    text: str
    answer: str
    group: str
    dev: bool
    seen: bool


def examples(gold: Path = GOLD, seed: int = 0) -> list[Example]:
    """The hand-written rows as examples, in the order of their files.

    Args:
        gold: the folder of the rows.
        seed: what is drawn depends on it and on the row alone.
    """
    rows = list(_rows(gold))
    held_out = _held_out(rows)
    finders = {dev: _Finder(rows, held_out if not dev else set()) for dev in (False, True)}
    made = []
    for group, stem, kind, row in rows:
        dev = group in held_out
        draw = random.Random(f"{seed}/{group}/{json.dumps(row, sort_keys=True)}")
        for mode, text, answer in _texts(kind, row, group, finders[dev], draw):
            made.append(Example(mode, text, answer, group, dev, stem in SEEN))
    return made


def instructions(gold: Path = GOLD) -> Iterator[tuple[str, str]]:
    """What an edit instruction is found by, and the instruction."""
    for _, _, kind, row in _rows(gold):
        if kind == "image_editing":
            yield row["request"], row["instruction"]


def dev_rows(gold: Path = GOLD) -> list[tuple[str, dict[str, Any]]]:
    """Kind and row of everything that is held out."""
    rows = list(_rows(gold))
    held_out = _held_out(rows)
    return [(kind, row) for group, _, kind, row in rows if group in held_out]


def others(data: Path, count: int, seed: int = 0) -> list[Example]:
    """Clean prompts of others, to be completed, without examples.

    Args:
        data: `prompts.train.jsonl.gz`.
        count: how many at most.
        seed: which ones, if there are more.
    """
    clean: list[str] = []
    portraits: list[str] = []
    with gzip.open(data, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = layout.flat(row.get("text_noip") or ("" if row.get("ip") else row["text"]))
            if row["file"].startswith(CLEAN_FILES) and is_clean(row, text):
                (portraits if PORTRAIT.search(text) else clean).append(text)
    draw = random.Random(seed)
    draw.shuffle(clean)
    draw.shuffle(portraits)
    kept = sorted({*clean[:count], *portraits[: count // 6]})
    draw.shuffle(kept)
    made = []
    for text in kept[:count]:
        spark = _beginning(text, draw)
        asked = layout.complete(spark, _length(text), ())
        made.append(Example("completion", asked, text[len(spark) :], text, dev=False, seen=False))
    return made


def made_up(count: int, seed: int = 0) -> list[Example]:
    """Contextual in dialects that are made up, of what the hand-written tables tell.

    Args:
        count: how many.
        seed: of everything that is drawn.
    """
    return [
        Example("contextual", text, answer, answer, dev=False, seen=False)
        for text, answer in dialects.made_up(count, seed)
    ]


def redressed(copies: int, gold: Path = GOLD, seed: int = 0) -> list[Example]:
    """The hand-written rows for models, so many times, each time in another dress."""
    rows = list(_rows(gold))
    held_out = _held_out(rows)
    own = [row for group, _, kind, row in rows if kind == "contextual" and group not in held_out]
    return [
        Example("contextual", text, answer, row["model"], dev=False, seen=False)
        for row, text, answer in dialects.examples_of(own, copies, seed)
    ]


def is_clean(row: dict[str, Any], text: str) -> bool:
    """Whether a row of others is fit to learn from."""
    return (
        row["kind"] == "prompt"
        and row.get("form") in ("prose", "tags")
        and row.get("domain") != "video"
        and not (row.get("needs_ref") or row.get("placeholder"))
        and 12 <= len(text.split()) <= 100
        and text.isascii()
        and not FILLER.search(text)
        and not NOISE.search(text)
    )


_Row = tuple[str, str, str, dict[str, Any]]


def _rows(gold: Path) -> Iterator[_Row]:
    """Group, file, kind and row."""
    for path in sorted(gold.glob("*.jsonl")):
        kind = kind_of(path)
        if kind in NO_PROMPTS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            name = row.get("spark", row.get("idea", row.get("model", row.get("image"))))
            group = f"{kind}: {' '.join(content_stems(name)) or f'{path.stem} {number}'}"
            yield group, path.stem, kind, row


def _held_out(rows: list[_Row]) -> set[str]:
    seen = {group for group, stem, _, _ in rows if stem in SEEN}
    return {group for group, _, _, _ in rows if _share(group) < HELD_OUT} - seen


def _share(group: str) -> float:
    """A number from 0 to 1 that the group alone decides."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=4).digest()) / 2**32


class _Finder:
    """Finds hand-written prompts and instructions near a spark, none of them held out."""

    def __init__(self, rows: list[_Row], held_out: Collection[str]) -> None:
        self._siblings: defaultdict[str, set[str]] = defaultdict(set)
        prompts, instructions = [], []
        for group, _, kind, row in rows:
            if group in held_out:
                continue
            for named, text in prompts_of(kind, row):
                if plain(text) == text:
                    prompts.append((named, layout.flat(text)))
                    self._siblings[group].add(layout.flat(text))
            if kind == "image_editing":
                instructions.append((row["request"], row["instruction"]))
                self._siblings[group].add(row["instruction"])
        self._prompts = Bank(prompts)
        self._instructions = Bank(instructions)

    def prompts(self, spark: str, group: str, draw: random.Random) -> list[str]:
        if len(spark.split()) >= LONG_SUBJECT:
            return []
        count, without = draw.choice(EXAMPLES), self._siblings[group]
        return self._prompts.nearest(spark, count, EXAMPLE_WORDS, draw.getrandbits(32), without)

    def instructions(self, request: str, group: str, draw: random.Random) -> list[str]:
        count, without = min(2, draw.choice(EXAMPLES)), self._siblings[group]
        return self._instructions.nearest(
            request, count, EXAMPLE_WORDS, draw.getrandbits(32), without
        )


def _texts(
    kind: str, row: dict[str, Any], group: str, finder: _Finder, draw: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Mode, text and answer of what a row has to teach."""
    if kind == "image_editing":
        examples = finder.instructions(row["request"], group, draw)
        text = layout.edit(row["request"], row["editor"], row["image"], examples)
        yield "image-editing", text, f" {row['instruction']}"
    elif kind == "contextual":
        shown = draw.sample(row["examples"], len(row["examples"]))
        yield "contextual", layout.fit(row["draft"], shown, row["images"]), f" {row['prompt']}"
    elif kind == "structured":
        text = layout.structure(row["spark"], _length(row["prompt"]))
        yield "structured", text, layout.structured_answer(row["sections"])
    elif kind == "completion":
        for prompt in row["prompts"]:
            yield _completion(row["spark"], prompt, group, finder, draw)
    elif kind == "inventive" and row["spark"]:
        for prompt in row["prompts"]:
            yield _invention(row["spark"], prompt, group, finder, draw)
    elif kind == "inventive":
        for prompt in row["prompts"]:
            yield _completion(_beginning(prompt, draw), prompt, group, finder, draw)
    elif draw.random() < 0.3:
        spark = _beginning(row["prompt"], draw)
        yield _completion(spark, row["prompt"], group, finder, draw)
    else:
        keywords = row["keywords"][: draw.choice((1, 2, 3))]
        spark = row["idea"] if draw.random() < 0.8 else " ".join(keywords)
        yield _invention(spark, row["prompt"], group, finder, draw)


def _completion(
    spark: str, prompt: str, group: str, finder: _Finder, draw: random.Random
) -> tuple[str, str, str]:
    near = finder.prompts(plain(spark), group, draw)
    text = layout.complete(plain(spark), _length(prompt), near)
    return "completion", text, prompt[len(spark) :]


def _invention(
    spark: str, prompt: str, group: str, finder: _Finder, draw: random.Random
) -> tuple[str, str, str]:
    near = finder.prompts(spark, group, draw)
    return "inventive", layout.invent(spark, _length(prompt), near), f" {layout.flat(prompt)}"


def _length(prompt: str) -> Length:
    return layout.length_of(len(prompt.split()))


def _beginning(prompt: str, draw: random.Random) -> str:
    """The first few words of a prompt, as somebody may have typed them."""
    words = prompt.split()
    return " ".join(words[: draw.randint(2, max(2, min(8, len(words) // 3)))]).rstrip(",.;:")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="prompts of others")
    parser.add_argument("--show", type=int, default=2, help="examples to show of each mode")
    arguments = parser.parse_args()
    made = examples()
    if arguments.data:
        made += others(arguments.data, 10_000)
    counts = Counter((example.mode, example.dev) for example in made)
    for mode in sorted({example.mode for example in made}):
        print(f"{mode}: {counts[mode, False]:,} to learn from, {counts[mode, True]:,} held out")
    shown: Counter[str] = Counter()
    for example in random.Random(1).sample(made, len(made)):
        shown[example.mode] += 1
        if shown[example.mode] <= arguments.show:
            print(f"\n--- {example.mode}\n{example.text}>>>{example.answer}")


if __name__ == "__main__":
    main()
