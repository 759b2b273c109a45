"""Make the bank that ships in the wheel from the hand-written rows of `training/gold`.

python training/bank.py
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path

from sparkloom.markup import plain

GOLD = Path(__file__).parent / "gold"
BANK = Path(__file__).parent.parent / "src/sparkloom/bank/prompts.tsv.xz"


def rows(gold: Path = GOLD) -> Iterator[tuple[str, str]]:
    """What a prompt is named by, and the prompt, over all rows that hold whole prompts."""
    for path in sorted(gold.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if path.name.startswith("bank"):
                yield f"{row['idea']}; {' '.join(row['keywords'])}", row["prompt"]
            elif path.name.startswith(("completion", "inventive")):
                for prompt in row["prompts"]:
                    yield row["spark"], prompt
            elif path.name.startswith("structured"):
                yield f"{row['spark']}; {row['sections']['subject']}", row["prompt"]


def pack(gold: Path = GOLD) -> bytes:
    """The bank's file."""
    lines = sorted(
        {
            f"{' '.join(keys.split())}\t{' '.join(text.split())}"
            for keys, text in rows(gold)
            if plain(text) == text  # a small model would take the markup over
        }
    )
    return lzma.compress("\n".join(lines).encode("utf-8"), preset=9 | lzma.PRESET_EXTREME)


if __name__ == "__main__":
    BANK.write_bytes(pack())
    print(f"{BANK.name}: {BANK.stat().st_size:,} bytes, {len(set(rows())):,} prompts")
