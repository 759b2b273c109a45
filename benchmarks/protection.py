"""How well protected names are found and cleared, and how fast.

    pip install .
    python benchmarks/protection.py [--prompts FILE] [--hits]

The hand-written rows of `training/gold/ip_clearing.jsonl` are split in two by a hash of the
prompt. Everything was tuned on `dev`; the figures are those of `test`. FILE holds public
evaluation prompts (JSON lines with `text` and `file`, gzipped), in which hardly any name occurs:
every hit is printed, to be read.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from report import write_section
from sparkloom.engines import Draft, Order, Task
from sparkloom.loom import Sparkloom
from sparkloom.protection import Cleared, Clearing, Detector
from sparkloom.settings import Settings

GOLD = Path(__file__).parent.parent / "training/gold"
SETS = ("partiprompts", "gecko")
LOOK_ALIKE = str.maketrans("aceiopxyABEHKMOPTX", "асеіорхуАВЕНКМОРТХ")  # noqa: RUF001
LEET = str.maketrans("aeiostAEIOST", "431057431057")
LONG = 8
"""Names of fewer letters are not misspelt: a slip makes other words of them."""

LOAD = """
import time
def resident():
    return int(open("/proc/self/status").read().split("VmRSS:")[1].split()[0]) / 1000
import sparkloom.protection.detector
from sparkloom.protection.lexicon import load_lexicon
before, start = resident(), time.process_time()
load_lexicon()
print(1000 * (time.process_time() - start))
load_lexicon().near("rutkowskyy")
print(resident() - before)
"""


def split(rows: Iterable[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """The rows of `dev` or of `test`, by a hash of the prompt."""
    return [row for row in rows if part_of(row["prompt"]) == part]


def part_of(prompt: str) -> str:
    digest = hashlib.blake2b(prompt.encode(), digest_size=8).digest()
    return "test" if digest[0] % 2 else "dev"


def misspelt(name: str) -> str:
    """A name with one slip, which its letters choose: one lost, one twice, or two swapped."""
    letters = [i for i in range(1, len(name) - 1) if name[i].isalpha() and name[i + 1].isalpha()]
    if sum(map(str.isalpha, name)) < LONG or not letters:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=2).digest()
    at = letters[digest[0] % len(letters)]
    if digest[1] % 3 == 0:
        return name[:at] + name[at + 1 :]
    if digest[1] % 3 == 1:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


DISGUISES: dict[str, Callable[[str], str]] = {
    "as written": lambda name: name,
    "lower case": str.lower,
    "upper case": str.upper,
    "possessive": lambda name: f"{name}'s",
    "hashtag": lambda name: "#" + "".join(filter(str.isalnum, name)),
    "hyphens for spaces": lambda name: name.replace(" ", "-"),
    "letters spaced": lambda name: " ".join(name.replace(" ", "")),
    "letters dotted": lambda name: ".".join(name.replace(" ", "")),
    "l33t": lambda name: name.translate(LEET),
    "Cyrillic look-alikes": lambda name: name.translate(LOOK_ALIKE),
    "full width": lambda name: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name
    ),
    "zero-width characters": "\u200b".join,
    "accents": lambda name: "".join(c + "\u0301" if c in "aeiou" else c for c in name),
    "one slip, 8 letters and more": misspelt,
}


def recall(detector: Detector, rows: Iterable[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Entities found and all of them, by disguise; one counts where a finding overlaps it."""
    figures = {}
    for label, disguise in DISGUISES.items():
        found = every = 0
        for row in rows:
            for entity in row["entities"]:
                start = row["prompt"].lower().find(entity["text"].lower())
                end = start + len(entity["text"])
                name = row["prompt"][start:end]
                worn = disguise(name)
                if label.startswith("one slip") and worn == name:
                    continue
                text = row["prompt"][:start] + worn + row["prompt"][end:]
                every += 1
                found += any(
                    finding.start < start + len(worn) and finding.end > start
                    for finding in detector.find(text)
                )
        figures[label] = (found, every)
    return figures


def same_category(detector: Detector, rows: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Entities whose category is the one that was written down, of those found."""
    same = every = 0
    for row in rows:
        findings = detector.find(row["prompt"])
        for entity in row["entities"]:
            wanted = {"franchise": "custom"}.get(entity["category"], entity["category"])
            for finding in findings:
                if entity["text"].lower() in finding.text.lower():
                    every += 1
                    same += finding.category == wanted
                    break
    return same, every


class Reciting:
    """An engine that writes what it should not: the prompts of the gold rows, names and all."""

    def __init__(self, prompts: list[str]) -> None:
        self._prompts = prompts

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        for order in orders:
            yield Draft(", " + self._prompts[order.seed % len(self._prompts)].rstrip("."), 40, True)

    def close(self) -> None:
        """Nothing is held."""


def answers(prompts: list[str]) -> Iterator[str]:
    """The prompts of completions with `ensureIPCleared`, by an engine full of names."""
    with Sparkloom(Settings(engine="echo"), Reciting(prompts)) as loom:
        for seed, prompt in enumerate(prompts):
            answer = loom.prompt(
                prompt, mode="completion", num_results=2, seed=seed, ensure_ip_cleared=True
            )
            yield from answer.prompts


def unchanged(text: str, cleared: Cleared) -> bool:
    """Whether all that lies outside the replaced spans is there, in its order, to the letter."""
    place = at = 0
    for new in cleared.replacements:
        outside = text[at : new.start]
        if cleared.text[place : place + len(outside)] != outside:
            return False
        place += len(outside) + len(new.text)
        at = new.end
    return cleared.text[place:] == text[at:]


def sixty_words(texts: list[str]) -> list[str]:
    words = " ".join(texts).split()
    return [" ".join(words[at : at + 60]) for at in range(0, len(words) - 60, 60)]


def seconds(task: Callable[[], object]) -> float:
    """Of processor time, so that other programs on the machine do not count."""
    start = time.thread_time()
    task()
    return time.thread_time() - start


def gold(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--prompts", type=Path, help="public evaluation prompts")
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    arguments = parser.parse_args()
    detector = Detector()
    clearing = Clearing(detector)
    everything = gold("ip_clearing.jsonl")
    rows = split(everything, arguments.part)
    lines: list[tuple[str, str, str]] = []

    for label, (found, every) in recall(detector, rows).items():
        lines.append((f"recall, {label}", f"{100 * found / every:.1f}% of {every}", "≥ 97 %"))
    same, every = same_category(detector, rows)
    lines.append(("of those found, in the category written down", f"{100 * same / every:.0f}%", ""))
    negatives = [row["prompt"] for row in rows if not row["entities"]]
    wrong = sum(bool(detector.find(prompt)) for prompt in negatives)
    lines.append(
        (
            "hard negatives flagged",
            f"{100 * wrong / len(negatives):.1f}% of {len(negatives)}",
            "≤ 2 %",
        )
    )
    if arguments.prompts:
        with gzip.open(arguments.prompts, "rt", encoding="utf-8") as file:
            public = [row for row in map(json.loads, file) if row["file"] in SETS]
        hits = [(row["text"], detector.find(row["text"])) for row in public]
        hits = [(text, findings) for text, findings in hits if findings]
        for text, findings in hits:
            print(", ".join(f"[{finding.text}]" for finding in findings), "|", text)
        share = f"{100 * len(hits) / len(public):.2f}% of {len(public)}"
        lines.append(("PartiPrompts and Gecko rows with a finding, right or wrong", share, ""))
    prompts = [row["prompt"] for row in everything]
    cleared = [(prompt, clearing.clear(prompt)) for prompt in prompts]
    left = sum(bool(detector.find(text)) for text in answers(prompts))
    lines.append(("prompts returned cleared, with a finding", f"{left} of {2 * len(prompts)}", "0"))
    kept = sum(unchanged(prompt, made) for prompt, made in cleared)
    lines.append(("texts unchanged outside what was replaced", f"{kept} of {len(cleared)}", "all"))
    again = sum(clearing.clear(made.text).text == made.text for _, made in cleared)
    lines.append(("texts that a second clearing leaves alone", f"{again} of {len(cleared)}", "all"))

    texts = [row["prompt"] for path in sorted(GOLD.glob("bank_*")) for row in gold(path.name)]
    for text in sixty_words(texts)[:500]:
        detector.find(text)
    times = [seconds(partial(detector.find, text)) for text in sixty_words(texts)]
    p99 = 1000 * statistics.quantiles(times, n=100)[-1]
    lines.append(
        ("detection, 60-word prompt, median", f"{1000 * statistics.median(times):.2f} ms", "")
    )
    lines.append(("detection, 60-word prompt, 99th percentile", f"{p99:.2f} ms", "≤ 3 ms"))
    text = "\n".join(texts)
    size = len(text.encode()) / 1e6
    rate = size / min(seconds(partial(detector.find, text)) for _ in range(5))
    lines.append(
        (f"text a second of one core, {size:.1f} MB of prompts", f"{rate:.1f} MB", "≥ 5 MB")
    )
    loads = [
        subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    figures = [[float(figure) for figure in load.stdout.split()] for load in loads]
    lines.append(
        (
            "loading the lexicon, median of five",
            f"{statistics.median(f[0] for f in figures):.0f} ms",
            "≤ 150 ms",
        )
    )
    lines.append(("memory of the lexicon", f"{max(f[1] for f in figures):.0f} MB", "≤ 80 MB"))

    given = " --prompts FILE" if arguments.prompts else ""
    part = "" if arguments.part == "test" else f" --part {arguments.part}"
    write_section("Protected names", f"python benchmarks/protection.py{given}{part}", lines)


if __name__ == "__main__":
    main()
