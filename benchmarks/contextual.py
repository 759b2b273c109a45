"""How well prompts for a model fit it: the hand-written rows, replayed over HTTP.

    pip install .
    python benchmarks/contextual.py
    python benchmarks/contextual.py --all

A server is started over a new catalog. Each row becomes a model with its captioned training
images and its described references, which is then asked for prompts in `contextual`. Without
`--all` only the rows are asked that the small model was not trained on.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from rich.progress import track

from catalog import picture
from report import Figure, write_section
from server import serving
from sparkloom.form import trigger_of
from sparkloom.settings import Settings

sys.path.append(str(Path(__file__).parents[1] / "training"))

from check_gold import GOLD
from corpus import dev_rows
from evaluate import agrees, holders, is_finished, repeats

RESULTS = 3
Row = dict[str, Any]


class Client:
    """A project that makes models and asks for prompts."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._numbers = count()

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.post(path, json=body).raise_for_status().json()
        return answer

    def asset(self, description: str) -> str:
        """A new picture that shows something; its id."""
        number = next(self._numbers)
        image = base64.b64encode(picture(number).data).decode()
        asset_id = str(self.post("/v1/assets", name=f"{number}.png", image=image)["asset"]["id"])
        body = {"description": description}
        self._http.put(f"/v1/assets/{asset_id}", json=body).raise_for_status()
        return asset_id

    def model(self, captions: list[str]) -> str:
        """A new model that was trained on captioned pictures; its id."""
        model_id = str(self.post("/v1/models", name="model")["model"]["id"])
        ids = [self.asset(caption) for caption in captions]
        self.post(f"/v1/models/{model_id}/training-images", assetIds=ids)
        return model_id

    def prompts(self, row: Row, mode: str) -> list[str]:
        """The prompts for a row; none if the server has nothing that it can return."""
        body: dict[str, Any] = {
            "mode": mode,
            "modelId": self.model(row["examples"]),
            "images": [self.asset(image) for image in row["images"]],
            "numResults": RESULTS,
            "seed": 1,
        }
        if row["draft"]:
            body["prompt"] = row["draft"]
        answer = self._http.post("/v1/generate/prompt", json=body)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return []
        prompts: list[str] = answer.raise_for_status().json()["prompts"]
        return prompts


def replay(rows: list[Row]) -> list[list[str]]:
    """The prompts that a server writes for each row."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with (
            serving(settings, "embedded") as (_, address),
            httpx.Client(base_url=address, timeout=600) as http,
        ):
            client = Client(http)
            return [client.prompts(row, "contextual") for row in track(rows, "Asking")]


def figures(rows: list[Row], answers: list[list[str]]) -> Iterator[Figure]:
    """The measures that `training/evaluate.py` takes of these rows, of what came over HTTP."""
    pairs = [(row, prompt) for row, given in zip(rows, answers, strict=True) for prompt in given]
    triggers = [(trigger_of(row["examples"]).strip(" ,;:./"), prompt) for row, prompt in pairs]
    begun = [(trigger, prompt) for trigger, prompt in triggers if trigger]

    def share(holds: list[bool]) -> str:
        return f"{100 * statistics.fmean(holds):.1f} %"

    yield "models asked", f"{len(rows)}", ""
    yield "requests answered", share([bool(given) for given in answers]), ""
    yield "prompts", f"{len(pairs)}", ""
    yield (
        "agrees with the examples' form",
        share([agrees(prompt, row["examples"]) for row, prompt in pairs]),
        "",
    )
    written = [(prompt, row["examples"]) for row, prompt in pairs]
    yield from copied("six words in a row of", written, "≤ 2 %")
    yield (
        "carries the trigger, where the examples have one",
        share([prompt.startswith(trigger) for trigger, prompt in begun]),
        "≥ 100 %",
    )
    yield "ends as a finished phrase", share([is_finished(prompt) for _, prompt in pairs]), ""
    yield "a 4-gram repeated", share([repeats(prompt) for _, prompt in pairs]), ""
    gold = [(row["prompt"], row["examples"]) for row in rows]
    yield from copied("hand-written answers, for comparison: six words of", gold, "")


def copied(what: str, written: list[tuple[str, list[str]]], target: str) -> Iterator[Figure]:
    """How many prompts share six words in a row with a model's examples.

    A phrase that several examples share is the model's dialect, and counts apart.
    """
    held = [holders(prompt, examples) for prompt, examples in written]
    for name, shares, wanted in (
        ("any of the examples", [bool(counts) for counts in held], ""),
        ("one example alone", [1 in counts for counts in held], target),
    ):
        yield f"{what} {name}", f"{100 * statistics.fmean(shares):.1f} %", wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="ask the rows of the training too")
    parser.add_argument("--first", type=int, help="ask so many rows only")
    arguments = parser.parse_args()
    rows = [row for kind, row in dev_rows() if kind == "contextual"]
    if arguments.all:
        lines = (GOLD / "contextual.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    rows = rows[: arguments.first]
    command = " ".join(["python benchmarks/contextual.py", *sys.argv[1:]])
    write_section("Prompts for a model", command, figures(rows, replay(rows)))


if __name__ == "__main__":
    main()
