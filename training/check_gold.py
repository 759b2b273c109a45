"""Check the hand-written rows of `training/gold` against the rules of `STYLE.md`.

    python training/check_gold.py [FILE ...]

Prints a line for every fault and ends with 1 if a fault is one that must be mended.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sparkloom.bank.finishes import ANY, OWN, PLACES, SOMEWHERE, STUDIO
from sparkloom.bank.terms import FAMILIES, PARTS
from sparkloom.modes.layout import SECTIONS
from sparkloom.request import EDITORS
from sparkloom.words import DANGLING

GOLD = Path(__file__).parent / "gold"

KEYS: dict[str, set[str]] = {
    "bank": {"idea", "keywords", "form", "prompt"},
    "completion": {"spark", "prompts"},
    "inventive": {"spark", "prompts"},
    "structured": {"spark", "sections", "prompt"},
    "contextual": {"model", "examples", "images", "draft", "prompt"},
    "image_editing": {"image", "request", "editor", "instruction"},
    "ip_clearing": {"prompt", "entities", "cleared"},
    "ip_names": {"prompt", "entities"},
    "finishes": {"part", "text", "fits", "place"},
    "endings": {"after", "texts"},
    "seeds": {"words", "subjects"},
    "colours": {"things", "colours"},
    "scenes": {"kind", "nouns", "scenes", "details", "situations", "turns"},
    "manners": {"family", "cues", "wish", "fits", "place", "whole", "alone", "manners"},
}
FILLER = re.compile(
    r"\b(?:[48]k|uhd|hdr|masterpiece|best quality|artstation|award[- ]winning|"
    r"(?:hyper|ultra|super|highly)[- ]?(?:detailed|realistic|real)|photo-?realistic|"
    r"unreal engine|octane|stunning|breathtaking|camera (?:pans?|zooms?|dollies|tracks)|"
    r"intricate details?|sense of wonder|majestic|vibrant colou?rs|cinematic lighting)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z0-9']+")


def kind_of(path: Path) -> str:
    """The mode a file serves, from its name: `bank_fashion.jsonl` is `bank`."""
    return next(kind for kind in KEYS if path.name.startswith(kind))


def texts_of(kind: str, row: dict[str, Any]) -> list[str]:
    """The texts of a row that a model would learn to write."""
    if kind in ("completion", "inventive"):
        return list(row["prompts"])
    if kind == "image_editing":
        return [row["instruction"]]
    if kind == "ip_clearing":
        return [row["cleared"]]
    if kind == "ip_names":
        return []
    if kind == "finishes":
        return [row["text"]]
    if kind == "manners":
        return list(row["manners"])
    if kind == "endings":
        return list(row["texts"])
    if kind == "seeds":
        return list(row["subjects"])
    if kind == "colours":
        return list(row["colours"])
    if kind == "scenes":
        return [*row["scenes"], *row["details"], *row["situations"], *row["turns"]]
    return [row["prompt"]]


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def faults_of(kind: str, row: dict[str, Any]) -> Iterator[str]:
    """The faults of one row, each as a sentence."""
    if missing := KEYS[kind] - row.keys():
        yield f"lacks {', '.join(sorted(missing))}"
        return
    for text in texts_of(kind, row):
        if not text.strip():
            yield "has an empty text"
        if (
            kind in ("endings", "finishes", "manners", "scenes")
            and text.split()[-1:]
            and text.split()[-1] in DANGLING
        ):
            yield f"ends in mid-sentence: {text!r}"
        if kind != "ip_clearing" and (hit := FILLER.search(text)):
            yield f"uses the filler {hit.group()!r}"
        if re.search(r"[\u2013\u2014\u2018\u2019\u201c\u201d\u2026]", text):
            yield "uses typographic dashes or quotes; write ASCII punctuation"
    if kind in ("ip_clearing", "ip_names"):
        for entity in row["entities"]:
            if entity["text"].lower() not in row["prompt"].lower():
                yield f"names {entity['text']!r}, which its prompt does not"
    if kind == "completion":
        for prompt in row["prompts"]:
            if not prompt.startswith(row["spark"]):
                yield f"does not begin with its spark: {prompt[:40]!r}"
        if len(row["prompts"]) != 3:
            yield "needs three continuations"
    if kind == "inventive" and len(row["prompts"]) != 5:
        yield "needs five inventions"
    if kind == "bank":
        prompt = row["prompt"].lower()
        for keyword in row["keywords"]:
            if keyword.lower() not in prompt:
                yield f"keyword {keyword!r} does not occur in its prompt"
        if row["form"] not in ("prose", "tags", "sectioned"):
            yield f"form {row['form']!r} is not prose, tags or sectioned"
    if kind == "structured":
        names = list(row["sections"])
        if unknown := set(names) - set(SECTIONS):
            yield f"has unknown sections {sorted(unknown)}"
        elif names != [name for name in SECTIONS if name in names]:
            yield "has its sections out of order"
    if kind == "image_editing" and row["editor"] not in EDITORS:
        yield f"editor {row['editor']!r} is unknown"
    if kind in ("colours", "endings", "manners", "scenes", "seeds") and any(
        "|" in text for text in texts_of(kind, row)
    ):
        yield "has a phrase with a bar, which parts them in the file that ships"
    if kind == "colours":
        for thing in row["things"]:
            if not re.fullmatch("[a-z]+", thing):
                yield f"has a thing that is not one word in small letters: {thing!r}"
    if kind == "finishes" and row["part"] not in PARTS:
        yield f"part {row['part']!r} is unknown"
    if kind in ("finishes", "manners"):
        if unknown := set(row["fits"]) - {*FAMILIES, ANY}:
            yield f"fits the unknown {sorted(unknown)}"
        if unknown := set(row["place"]) - {*PLACES, *OWN, SOMEWHERE, STUDIO, ANY}:
            yield f"has the unknown place {sorted(unknown)}"
    if kind == "contextual" and not 3 <= len(row["examples"]) <= 5:
        yield "needs three to five examples"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="default: every file of training/gold")
    parser.add_argument("--grams", type=int, default=3, help="rows that may share a 4-gram")
    arguments = parser.parse_args()
    files = arguments.files or sorted(GOLD.glob("*.jsonl"))

    faults = 0
    texts = 0
    seen: dict[str, str] = {}
    if arguments.files:
        named = {path.resolve() for path in files}
        for path in GOLD.glob("*.jsonl"):
            if path.resolve() not in named:
                for line in path.read_text().splitlines():
                    for text in texts_of(kind_of(path), json.loads(line)):
                        seen[" ".join(words_of(text)[:12])] = path.name
    for path in files:
        kind = kind_of(path)
        grams: Counter[str] = Counter()
        first: Counter[str] = Counter()
        lengths: list[int] = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            try:
                row = json.loads(line)
            except ValueError as error:
                print(f"{path.name}:{number}: is not JSON: {error}")
                faults += 1
                continue
            for fault in faults_of(kind, row):
                print(f"{path.name}:{number}: {fault}")
                faults += 1
            if KEYS[kind] - row.keys():
                continue
            in_row: set[str] = set()
            openings: dict[str, str] = {}  # siblings of a row may begin alike
            for text in texts_of(kind, row):
                texts += 1
                words = words_of(text)
                lengths.append(len(words))
                first[" ".join(words[:2])] += 1
                in_row |= {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}
                opening = " ".join(words[:12])
                if len(words) >= 12 and opening in seen:
                    print(f"{path.name}:{number}: begins as a text of {seen[opening]} does")
                    faults += 1
                openings[opening] = path.name
            seen |= openings
            grams.update(in_row)
        worst = [(gram, n) for gram, n in grams.most_common(12) if n > arguments.grams]
        lengths.sort()
        middle = lengths[len(lengths) // 2] if lengths else 0
        print(f"{path.name}: {len(lengths)} texts, {middle} words in the middle one")
        if worst and kind != "contextual":  # a dialect repeats itself on purpose
            print("   4-grams in several rows: " + "; ".join(f"{g} ({n})" for g, n in worst))
        often = [f"{w} ({n})" for w, n in first.most_common(5) if n > max(3, len(lengths) // 50)]
        if often:
            print("   first words used often: " + "; ".join(often))
    print(f"{texts} texts, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
