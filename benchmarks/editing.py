"""How well edit instructions do what is asked: the hand-written rows, replayed over HTTP.

    pip install .
    python benchmarks/editing.py

A server is started over a new catalog. Each row's image becomes an asset with its description,
and an instruction for the row's editor is asked for, with the row's wish or without one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.progress import track

from contextual import Client
from report import Figure, write_section
from server import serving
from sparkloom.catalog.profile import shelf
from sparkloom.choose import variety
from sparkloom.settings import Settings
from sparkloom.words import content_stems

sys.path.append(str(Path(__file__).parents[1] / "training"))

from check_gold import GOLD
from evaluate import KEEPS, is_finished, repeats

RESULTS = 5
Row = dict[str, Any]


class Answer(NamedTuple):
    """What a row was answered, and in how many seconds."""

    prompts: list[str]
    seconds: float


def gold() -> list[Row]:
    """The hand-written rows of instructions."""
    return [
        json.loads(line)
        for path in sorted(GOLD.glob("image_editing*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def replay(rows: list[Row]) -> list[Answer]:
    """The instructions that a server writes for each row."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with (
            serving(settings, "embedded") as (_, address),
            httpx.Client(base_url=address, timeout=600) as http,
        ):
            client = Client(http)
            return [ask(client, http, row) for row in track(rows, "Asking")]


def ask(client: Client, http: httpx.Client, row: Row) -> Answer:
    body = {
        "mode": "image-editing",
        "modelId": row["editor"],
        "image": client.asset(row["image"]),
        "numResults": RESULTS,
        "seed": 1,
    }
    if row["request"]:
        body["prompt"] = row["request"]
    begun = time.perf_counter()
    answer = http.post("/v1/generate/prompt", json=body)
    seconds = time.perf_counter() - begun
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return Answer([], seconds)
    return Answer(answer.raise_for_status().json()["prompts"], seconds)


def figures(rows: list[Row], answers: list[Answer]) -> Iterator[Figure]:
    """What holds of the instructions."""
    pairs = [
        (row, prompt)
        for row, answer in zip(rows, answers, strict=True)
        for prompt in answer.prompts
    ]
    wished = [(row, prompt) for row, prompt in pairs if row["request"]]

    def share(holds: list[bool]) -> str:
        return f"{100 * statistics.fmean(holds):.1f} %"

    def says(text: str, prompt: str) -> bool:
        return set(content_stems(text)) <= set(content_stems(prompt))

    def fits(row: Row, prompt: str) -> bool:
        return len(prompt) <= (shelf()[row["editor"]].prompt_input.max_length or 0)

    yield "images asked", f"{len(rows)}", ""
    yield "requests answered", share([bool(answer.prompts) for answer in answers]), "≥ 100 %"
    yield "instructions", f"{len(pairs)}", ""
    yield "say all of the wish", share([says(r["request"], p) for r, p in wished]), "≥ 95 %"
    yield "say what stays", share([bool(KEEPS.search(p)) for _, p in pairs]), "≥ 95 %"
    named = [
        not set(content_stems(row["image"])).isdisjoint(content_stems(prompt))
        for row, prompt in pairs
    ]
    yield "name something that the image shows", share(named), ""
    yield "fit the editor's length", share([fits(row, prompt) for row, prompt in pairs]), "≥ 100 %"
    yield "end as a finished phrase", share([is_finished(prompt) for _, prompt in pairs]), ""
    yield "a 4-gram repeated", share([repeats(prompt) for _, prompt in pairs]), "≤ 1 %"
    for name, kind in (("with a wish", True), ("without one", False)):
        fives = [
            answer.prompts
            for row, answer in zip(rows, answers, strict=True)
            if bool(row["request"]) is kind and len(answer.prompts) == RESULTS
        ]
        yield (
            f"variety of five by words, {name}",
            f"{100 * statistics.fmean(map(variety, fives)):.0f} %",
            "",
        )
    seconds = sorted(answer.seconds for answer in answers)
    yield "five instructions, median", f"{1000 * statistics.median(seconds):.0f} ms", ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--first", type=int, help="ask so many rows only")
    rows = gold()[: parser.parse_args().first]
    command = " ".join(["python benchmarks/editing.py", *sys.argv[1:]])
    write_section("Edit instructions", command, figures(rows, replay(rows)))


if __name__ == "__main__":
    main()
