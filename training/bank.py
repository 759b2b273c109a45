"""Make the files of the bank that ship in the wheel from the hand-written rows of `training/gold`.

python training/bank.py
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sparkloom.markup import plain

GOLD = Path(__file__).parent / "gold"
WHEEL = Path(__file__).parent.parent / "src/sparkloom/bank"
BANK = WHEEL / "prompts.tsv.xz"
FINISHES = WHEEL / "finishes.tsv"
MANNERS = WHEEL / "manners.tsv"
SCENES = WHEEL / "scenes.tsv"
SEEDS = WHEEL / "seeds.tsv"
ENDINGS = WHEEL / "endings.tsv"
COLOURS = WHEEL / "colours.tsv"
PICTURES = WHEEL / "pictures.tsv"

PICTURE_WORDS = 9, 48
"""The least and the most words that a prompt has behind its noun, to be told as it is."""


def rows(gold: Path = GOLD) -> Iterator[tuple[str, str]]:
    """What a prompt is named by, and the prompt, over all rows that hold whole prompts."""
    for path in sorted(gold.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from prompts_of(path.name, json.loads(line))


def prompts_of(kind: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The whole prompts of a row, and what each is named by.

    Args:
        kind: what the row's file begins with; other kinds hold no whole prompts.
    """
    if kind.startswith("bank"):
        yield f"{row['idea']}; {' '.join(row['keywords'])}", row["prompt"]
    elif kind.startswith(("completion", "inventive")):
        for prompt in row["prompts"]:
            yield row["spark"], prompt
    elif kind.startswith("structured"):
        yield f"{row['spark']}; {row['sections']['subject']}", row["prompt"]


def prompts(gold: Path = GOLD) -> list[str]:
    """The lines of the bank's file."""
    return sorted(
        {
            f"{' '.join(keys.split())}\t{' '.join(text.split())}"
            for keys, text in rows(gold)
            if plain(text) == text  # a small model would take the markup over
        }
    )


def pack(lines: Sequence[str]) -> bytes:
    """The bank's file."""
    return lzma.compress("\n".join(lines).encode("utf-8"), preset=9 | lzma.PRESET_EXTREME)


def pictures(lines: Sequence[str]) -> str:
    """The file of prompts that go on from a noun.

    Args:
        lines: the bank's, in their order.
    """
    from sparkloom.bank.kinds import ANY, GRAPHIC
    from sparkloom.bank.pictures import is_of_another
    from sparkloom.bank.subject import noun_of

    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for number, line in enumerate(lines):
        prompt = line.partition("\t")[2]
        noun = noun_of(prompt)
        if noun is None or len(noun.modifiers) > 1 or noun.kind.name == ANY:
            continue
        if is_of_another(noun) and noun.kind.name not in GRAPHIC:
            continue
        before, rest = prompt[: noun.end], prompt[noun.end :]
        own = not rest.startswith((" ", ",")) or "'" in before
        if not own and PICTURE_WORDS[0] <= len(rest.split()) <= PICTURE_WORDS[1]:
            found[noun.name, "s" if noun.plural else ""].append(f"{number}:{noun.end}")
    return "".join(
        f"{noun}\t{several}\t{' '.join(places)}\n"
        for (noun, several), places in sorted(found.items())
    )


def finishes(gold: Path = GOLD) -> str:
    """The file of phrases that finish a prompt."""
    lines = []
    for line in (gold / "finishes.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        fields = (row["part"], " ".join(row["fits"]), " ".join(row["place"]), row["text"])
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def manners(gold: Path = GOLD) -> str:
    """The file of phrases that say how a change to an image is carried out."""
    lines = []
    for line in (gold / "manners.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kinds = [kind for kind in ("whole", "alone") if row[kind]]
        lists = (row["cues"], [row["wish"]], row["fits"], row["place"], kinds)
        fields = [row["family"], *map(" ".join, lists), " | ".join(row["manners"])]
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def scenes(gold: Path = GOLD) -> str:
    """The file of scenes: what subjects do and where."""
    lines = []
    for line in (gold / "scenes.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        lists = (" | ".join(row[name]) for name in ("scenes", "details", "situations", "turns"))
        lines.append("\t".join([row["kind"], " ".join(row["nouns"]), *lists]))
    return "\n".join(lines) + "\n"


def seeds(gold: Path = GOLD) -> str:
    """The file of subjects for words that are none."""
    return groups(gold / "seeds.jsonl", "words", "subjects")


def endings(gold: Path = GOLD) -> str:
    """The file of texts that a spark which breaks off goes on with."""
    return groups(gold / "endings.jsonl", "after", "texts")


def colours(gold: Path = GOLD) -> str:
    """The file of colours that things have."""
    return groups(gold / "colours.jsonl", "things", "colours")


def groups(rows: Path, words: str, texts: str) -> str:
    """Words and the texts that go with them, as `sparkloom.bank.groups` reads them.

    Args:
        rows: their file.
        words: the field of a row that has the words.
        texts: that which has the texts.
    """
    made = map(json.loads, rows.read_text(encoding="utf-8").splitlines())
    return "".join(f"{' '.join(row[words])}\t{' | '.join(row[texts])}\n" for row in made)


if __name__ == "__main__":
    SEEDS.write_text(seeds(), encoding="utf-8")
    ENDINGS.write_text(endings(), encoding="utf-8")
    COLOURS.write_text(colours(), encoding="utf-8")
    SCENES.write_text(scenes(), encoding="utf-8")
    MANNERS.write_text(manners(), encoding="utf-8")
    FINISHES.write_text(finishes(), encoding="utf-8")
    LINES = prompts()
    BANK.write_bytes(pack(LINES))
    PICTURES.write_text(pictures(LINES), encoding="utf-8")  # by the kinds that are written now
    print(f"{BANK.name}: {BANK.stat().st_size:,} bytes, {len(LINES):,} prompts")
