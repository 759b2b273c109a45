"""How good the prompts are by what can be counted, beside two others on the same sparks.

    pip install '.[train]' -r benchmarks/requirements.txt
    python benchmarks/quality.py --bench prompts.bench.jsonl.gz

`training/evaluate.py` measures; the sparks are those of the public sets if they are given, then the
hand-written ones that the small model never saw. The others are:

- dynamicprompts, the generator that people use most: `RandomPromptGenerator` with the template
  `SPARK __scene__, __view__, __light__, __palette__, __medium__`. Its wildcards are Sparkloom's own
  hand-written phrases, every one of them, drawn blindly as that library does.
- the base model, without the adapter and without anything that steers: three solved tasks of the
  mode, then the task.

Nothing here tells whether a prompt makes sense: two phrases that do not go together count as well
as two that do. What readers say, who do not know which is which, stands in `training/README.md`.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import plots
from report import met, put
from sparkloom import Sparkloom
from sparkloom.bank.finishes import load_finishes
from sparkloom.bank.kinds import load_kinds
from sparkloom.engines import Engine, open_engine
from sparkloom.settings import Settings, usable_cores

sys.path.append(str(Path(__file__).parents[1] / "training"))

import corpus
import evaluate
from evaluate import Item

OURS, RANDOM, BASE = "Sparkloom", "dynamicprompts", "the base model"

TARGETS = {
    "requests answered": "all",
    "ends as a finished phrase": "≥ 99.5",
    "a 4-gram repeated": "≤ 1",
    "filler and video words": "≤ 0.5",
    "the spark is the literal prefix": "all",
    "words added, median": "≥ 20",
    "all sections, in order": "≥ 98",
    "six words of one example alone": "≤ 2",
    "agrees with the examples' form": "≥ 90",
    "verb, visible target, what stays": "≥ 97",
}
"""By measure; those of a single mode stand in `OWN_TARGETS`."""

OWN_TARGETS = {
    ("inventive", "content words occur"): "≥ 95",
    ("structured", "content words occur"): "≥ 98",
    ("inventive", "variety of five, Vendi"): "≥ 75",
}

TEMPLATE = "SPARK __scene__, __view__, __light__, __palette__, __medium__"
"""What dynamicprompts fills in."""

SHOWN = 3
"""Solved tasks that the base model sees before each."""

RANDOM_MODES = ("completion", "inventive")
"""What a template can do: it knows no sections, no model's dialect and no edits."""

PLOTTED = (
    "ends as a finished phrase",
    "content words occur",
    "the spark is the literal prefix",
    "variety of five, Vendi",
)


def sparks(bench: Path | None, count: int) -> list[Item]:
    """What is asked: of each mode `count` from the public sets, and as many of the hand-written."""
    asked = (
        evaluate.items(bench, count)
        if bench
        else [evaluate.dev_item(kind, row) for kind, row in corpus.dev_rows()]
    )
    chosen = []
    by_mode = sorted((item for item in asked if item.spark), key=lambda item: item.mode)
    for _, group in groupby(by_mode, key=lambda item: item.mode):
        items = list(group)
        public = [item for item in items if not item.gold][:count]
        chosen += public + [item for item in items if item.gold][:count]
    return chosen


def randomly() -> Callable[[Item], dict[str, Any]]:
    """dynamicprompts with Sparkloom's words for wildcards."""
    from dynamicprompts.generators import RandomPromptGenerator
    from dynamicprompts.wildcards import WildcardManager

    words: dict[str, list[str]] = {
        "scene": [scene for kind in load_kinds().values() for scene in kind.scenes]
    }
    for phrase in load_finishes():
        words.setdefault(phrase.part, []).append(phrase.text)
    generator = RandomPromptGenerator(WildcardManager(root_map={"": [words]}), seed=1)

    def answer(item: Item) -> dict[str, Any]:
        template = TEMPLATE.replace("SPARK", item.spark)
        return {"prompts": generator.generate(template, evaluate.FIVE), "sections": []}

    return answer


def base_model(folder: Path) -> Path:
    """The base model with the tokens of the local one, and without the adapter."""
    from gemma import pruned

    return pruned(folder / "base.gguf")


def answered(
    folder: Path, asked: Sequence[Item], bare: Sequence[Item], base: Path
) -> dict[str, Path]:
    """Have everybody answer; a folder each.

    Args:
        asked: what Sparkloom and dynamicprompts are asked.
        bare: what the base model is asked.
    """
    folders = {name: folder / name.replace(" ", "-") for name in (OURS, RANDOM, BASE)}
    settings = Settings()
    with Sparkloom(settings, open_engine(settings)) as loom:
        evaluate.write(folders[OURS], asked, lambda item: evaluate.shipped(item, loom))
    easy = [item for item in asked if item.mode in RANDOM_MODES]
    evaluate.write(folders[RANDOM], easy, randomly())
    engine: Engine = open_engine(settings.model_copy(update={"model": str(base)}))
    shown = evaluate.shots(corpus.examples(), SHOWN)
    evaluate.write(
        folders[BASE], bare, lambda item: evaluate.freely(item, engine, shown[item.mode])
    )
    engine.close()
    return folders


def measured(folders: dict[str, Path]) -> dict[str, dict[str, dict[str, float]]]:
    """The measures by mode, name and who wrote."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for who, folder in folders.items():
        for mode in evaluate.MODES:
            if rows := evaluate.read(folder, mode):
                for name, value in evaluate.measure(rows, mode).items():
                    found.setdefault(mode, {}).setdefault(name, {})[who] = value
    return found


def table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    lines = [
        f"| measure | {OURS} | {RANDOM} | {BASE} | target | met |",
        "|---|--:|--:|--:|--:|:-:|",
    ]
    for mode in evaluate.MODES:
        for name, by in found.get(mode, {}).items():
            target = OWN_TARGETS.get((mode, name), TARGETS.get(name, ""))
            cells = [f"{by[who]:.1f}" if who in by else "" for who in (OURS, RANDOM, BASE)]
            reached = met(cells[0], target) if cells[0] else ""
            lines.append(f"| {mode}: {name} | {' | '.join([*cells, target, reached])} |")
    return "\n".join(lines)


def draw(found: dict[str, dict[str, dict[str, float]]]) -> str:
    places = [
        (mode, name) for mode in evaluate.MODES for name in PLOTTED if name in found.get(mode, {})
    ]
    series = {
        who: [[found[m][n][who]] if who in found[m][n] else [] for m, n in places]
        for who in (OURS, RANDOM, BASE)
    }
    names = [f"{mode}: {name.partition(',')[0]}" for mode, name in places]
    return plots.bars("quality", "What can be counted of five results", "percent", names, series)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bench", type=Path, help="the public sets: prompts.bench.jsonl.gz")
    parser.add_argument("--sparks", type=int, default=8, help="of each kind, a mode")
    arguments = parser.parse_args()
    asked = sparks(arguments.bench, arguments.sparks)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = base_model(folder)
        bare = [item for item in asked if not item.gold] or asked
        found = measured(answered(folder, asked, bare, base))
    plot = draw(found)
    command = shlex.join(["python", "benchmarks/quality.py", *_options()])
    text = [
        f"`{command}`, {usable_cores()} cores; {len(asked)} sparks of five results each, "
        f"{len(bare)} for the base model; shares in percent.",
        f"dynamicprompts was given the template `{TEMPLATE}` and all of Sparkloom's hand-written "
        f"phrases; the base model {SHOWN} solved tasks before each. No measure here tells whether "
        "a prompt makes sense.",
        table(found),
        f"![Quality](plots/{plot}.svg)",
    ]
    put("Quality beside others", "\n\n".join(text))
    print("\n\n".join(text))


def _options() -> list[str]:
    """Those of the command line, without where this machine keeps a file."""
    given = list(sys.argv[1:])
    if "--bench" in given:
        given[given.index("--bench") + 1] = "FILE"
    return given


if __name__ == "__main__":
    main()
