"""Blind reading: which of two systems writes better, by readers who do not know which is which.

    python training/blind.py sheets ONE OTHER OUT [--pairs 200]
    python training/blind.py count OUT

ONE is a folder that `evaluate.py write` made, OTHER another or `gold`, the hand-written answers. A
sheet is a file a mode with pairs in random order; `key.json` says which is which and stays with
the one who counts. A reader writes beside `completion.jsonl` a file `completion.votes`: a line a
pair, its number and `a`, `b` or `=`. Several readers write `completion.votes.1` and so on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaluate import MODES

SHOWN = ("spark", "images", "examples", "editor")


def sheets(one: Path, other: Path | None, out: Path, pairs: int) -> None:
    """Write a sheet for every mode that both have answered, and the key.

    Args:
        one: the folder of a system, as `evaluate.py write` leaves it.
        other: the folder of another; the hand-written answers if left out.
        out: where the sheets go.
        pairs: how many a mode, at most.
    """
    out.mkdir(parents=True, exist_ok=True)
    key: dict[str, list[str]] = {}
    for mode in MODES:
        files = [folder / f"{mode}.jsonl" for folder in (one, other) if folder]
        if not all(path.exists() for path in files):
            continue
        found = list(_pairs(*files))
        draw = random.Random(f"{mode} {one.name} {other}")
        lines: list[str] = []
        key[mode] = []
        for row, mine, theirs in draw.sample(found, min(pairs, len(found))):
            first = draw.random() < 0.5
            a, b = (mine, theirs) if first else (theirs, mine)
            asked = {name: row[name] for name in SHOWN if row[name]}
            lines.append(json.dumps({"number": len(lines) + 1, **asked, "a": a, "b": b}))
            key[mode].append("a" if first else "b")
        (out / f"{mode}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (out / "key.json").write_text(json.dumps(key), encoding="utf-8")


def count(out: Path) -> dict[str, tuple[float, int]]:
    """The first system's share of the votes by mode, a draw for half, and how many there are.

    Raises:
        ValueError: a line of votes cannot be read; the message names it.
    """
    key = json.loads((out / "key.json").read_text(encoding="utf-8"))
    shares = {}
    for mode, sides in key.items():
        points, votes = 0.0, 0
        for path in sorted(out.glob(f"{mode}.votes*")):
            for line in path.read_text(encoding="utf-8").split("\n"):
                if not line.strip():
                    continue
                number, _, vote = line.strip().partition(" ")
                if vote not in ("a", "b", "=") or not 0 < int(number) <= len(sides):
                    raise ValueError(f"{path.name}: cannot read the vote {line!r}")
                points += 0.5 if vote == "=" else float(vote == sides[int(number) - 1])
                votes += 1
        if votes:
            shares[mode] = points / votes, votes
    return shares


def _pairs(one: Path, other: Path | None = None) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Item, the one's answer and the other's, for every item that both have answered."""
    mine = _rows(one)
    theirs = _rows(other) if other else {}
    for asked, row in mine.items():
        answers = theirs[asked]["prompts"] if asked in theirs else [] if other else row["gold"]
        for a, b in zip(row["prompts"], answers, strict=False):
            yield row, a, b


def _rows(path: Path) -> dict[str, dict[str, Any]]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {json.dumps([row[name] for name in SHOWN]): row for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("sheets", help="make the sheets")
    making.add_argument("one", type=Path)
    making.add_argument("other", help="a folder, or gold")
    making.add_argument("out", type=Path)
    making.add_argument("--pairs", type=int, default=200)
    counting = verbs.add_parser("count", help="count the votes")
    counting.add_argument("out", type=Path)
    arguments = parser.parse_args()
    if arguments.verb == "sheets":
        other = None if arguments.other == "gold" else Path(arguments.other)
        sheets(arguments.one, other, arguments.out, arguments.pairs)
    else:
        for mode, (share, votes) in count(arguments.out).items():
            print(f"| {mode} | {100 * share:.0f} % | {votes} |")


if __name__ == "__main__":
    main()
