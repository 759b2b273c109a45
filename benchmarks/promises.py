"""Whether Sparkloom keeps its promises, counted over many requests.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/promises.py

Requests of every mode are answered alone, one after the other, with five results each. Then they
are asked again, drawn at random with any number of results, by eight clients at once, of two
servers with other numbers of threads and workers, each over a catalog of its own. Everything that
comes back is held against what came alone, and looked through for what may not be in it.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from rich.progress import Progress, track

from contextual import Client
from report import Figure, spread, write_section
from server import serving
from sparkloom.admission import admit
from sparkloom.choose import variety
from sparkloom.context import gather
from sparkloom.flaws import LEAKS
from sparkloom.loom import Sparkloom
from sparkloom.modes import mode_for
from sparkloom.protection import Detector
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings
from sparkloom.words import grams, words

PATH = "/v1/generate/prompt"
FIVE = 5
CLIENTS = 8
RUN = 6
"""So many words in a row that an example or a stranger's text has too are taken from it."""

INSTRUCTION_RUN = 8

ENGINES_SHARE = 0.2
"""Of the requests in company, how many the engine writes; hand-written scenes answer the others in
milliseconds."""

SPARKS = (
    "a dragon guarding",
    'a tin sign that says "OPEN 24/7", rain',
    "<lora:inkwash_v2:0.7> a (heron:1.3) at dusk,",
    "__animal__ reading a newspaper, {oil|ink}",
    "Étude: un vieux phare, 1900\u20131910",
    "robot gardener  ",
    "an old lighthouse",
    "potion icon",
    "wooden shield",
    "a red fox",
    "portrait of an old clockmaker",
    "a bowl of ramen on a wet table",
)
"""With markup, quotation marks, wildcards, accents, blanks at the end; and plain ones."""

NAMED = ("Batman on a bridge", "a fox by Greg Rutkowski", "Pikachu and a teapot, Nike shoes")
"""With names that clearing has to replace."""

OWN_CAPTIONS = (
    "zorblax vellum, a heron among reeds at first light, flat ink washes, ochre and slate",
    "zorblax vellum, a kiln with its door open, sparks over wet bricks, ochre and slate",
    "zorblax vellum, a ferry crossing in fog, one lantern at the bow, flat ink washes",
)
OWN_WORD = "zorblax"
"""What only one project's model knows."""

KEYS = {"ada": "proj_ada", "ben": "proj_ben"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without its number of results.

    Attributes:
        body: as it goes over the wire.
        engine: whether the engine writes the results; else hand-written scenes answer it.
        examples: that the engine is shown.
    """

    body: dict[str, Any]
    engine: bool
    examples: tuple[str, ...]


@dataclass
class Seen:
    """What was counted.

    Attributes:
        kinds: how many of each kind there were.
        bad: what broke a promise, and how often.
        varieties: of five results, by mode.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    varieties: dict[str, list[float]] = field(default_factory=dict)


def requests() -> Iterator[dict[str, Any]]:
    """What is asked, a seed each."""
    for seed, spark in enumerate(SPARKS):
        for mode in ("completion", "inventive", "structured"):
            yield {"mode": mode, "prompt": spark, "seed": seed}
    for seed in (1, 2, 4):
        yield {"mode": "inventive", "seed": seed}
    for seed, spark in enumerate(SPARKS[5:10]):
        yield {"mode": "completion", "prompt": spark, "seed": seed, "temperature": 0.8}
        yield {"mode": "contextual-v2", "prompt": spark, "seed": seed, "modelId": "sdxl"}
    for seed, spark in enumerate(NAMED):
        yield {"mode": "completion", "prompt": spark, "seed": seed, "ensureIPCleared": True}


def told_apart(bodies: Iterable[dict[str, Any]]) -> list[Asked]:
    """The requests, with what the path makes of them."""
    told = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Sparkloom(Settings(data_dir=Path(folder))) as loom,
    ):
        for body in bodies:
            request = PromptRequest.parse(body)
            admitted = admit(request, loom.settings.project, loom.catalog)
            context = gather(request, body["seed"], admitted.known)
            task = mode_for(admitted.mode).ask(request, context)
            told.append(Asked(body, not task.options, context.examples))
    return told


def alone(asked: Sequence[Asked]) -> list[list[str]]:
    """Five results of every request, one after the other; none where it cannot be answered."""
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), threads=1, workers=1)
        with Sparkloom(settings) as loom:
            for one in track(asked, "Alone"):
                request = PromptRequest.parse(one.body | {"numResults": FIVE})
                answers.append(loom.answer(request).prompts)
    return answers


def in_company(
    asked: Sequence[Asked], answers: Sequence[list[str]], count: int, seen: Seen
) -> float:
    """Ask again at random, of two servers, and hold it against what came alone; the seconds."""
    draw = random.Random(0)
    written = [n for n, one in enumerate(asked) if one.engine]
    drawn = [n for n, one in enumerate(asked) if not one.engine] or written
    chosen = [
        (draw.choice(written if draw.random() < ENGINES_SHARE else drawn), draw.randint(1, FIVE))
        for _ in range(count)
    ]
    with ExitStack() as stack:
        clients = []
        for threads, workers in ((1, 1), (2, 2)):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            cores = {"SPARKLOOM_THREADS": str(threads), "SPARKLOOM_WORKERS": str(workers)}
            stack.enter_context(patch.dict(os.environ, cores))
            _, address = stack.enter_context(serving(Settings(data_dir=folder), "embedded"))
            http = httpx.Client(base_url=address, timeout=600)
            clients.append(stack.enter_context(http))

        def ask(what: tuple[int, int]) -> None:
            number, results = what
            body = asked[number].body | {"numResults": results}
            answer = patiently(draw.choice(clients), body)
            if answer.status_code != 200:
                seen.bad["not answered"] += 1
                return
            prompts = answer.json()["prompts"]
            seen.kinds["results"] += len(prompts)
            if prompts != answers[number][:results]:
                seen.bad["other bytes"] += 1
            if len(prompts) != results or len(set(prompts)) != results:
                seen.bad["another number, or one twice"] += 1

        start = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool, Progress() as bar:
            task = bar.add_task("In company", total=count)
            for _ in pool.map(ask, chosen):
                bar.advance(task)
        seen.kinds["written by the engine"] = sum(asked[n].engine for n, _ in chosen)
        return time.monotonic() - start


def patiently(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    """An answer; a queue that is full is asked again when it says so."""
    while (answer := client.post(PATH, json=body)).status_code == 429:
        time.sleep(int(answer.headers["retry-after"]))
    return answer


def look(asked: Sequence[Asked], answers: Sequence[list[str]], seen: Seen) -> None:
    """Look through all results for what may not be in them."""
    told = [grams(words(text), INSTRUCTION_RUN) for text in instructions()]
    instruction = {run for runs in told for run in runs}
    for one, prompts in zip(asked, answers, strict=True):
        body = one.body
        spark = str(body.get("prompt", ""))
        shown = {run for text in one.examples for run in grams(words(text), RUN)}
        shown -= set(grams(words(spark), RUN))
        seen.varieties.setdefault(body["mode"], []).append(variety(prompts))
        if len(prompts) != FIVE or len(set(prompts)) != FIVE or not all(map(str.strip, prompts)):
            seen.bad["another number, or one twice"] += 1
        for prompt in prompts:
            seen.kinds["looked through"] += 1
            runs = words(prompt)
            added = prompt.removeprefix(spark)
            if body["mode"] == "completion" and spark and not body.get("ensureIPCleared"):
                seen.kinds["completions"] += 1
                seen.bad["the spark is no literal prefix"] += not prompt.startswith(spark)
            if one.engine:
                seen.kinds["beside examples"] += 1
                seen.bad["text of an example"] += not shown.isdisjoint(grams(runs, RUN))
            seen.bad["text of an instruction"] += not instruction.isdisjoint(
                grams(runs, INSTRUCTION_RUN)
            )
            seen.bad["what belongs to an engine"] += bool(LEAKS.search(added))


def instructions() -> Iterator[str]:
    """What engines are told."""
    for file in resources.files("sparkloom.modes").iterdir():
        if file.name.endswith(".md"):
            yield file.read_text(encoding="utf-8")


def cleared(asked: Sequence[Asked], answers: Sequence[list[str]], seen: Seen) -> None:
    """Look for names in what was to be cleared."""
    detector = Detector()
    for one, prompts in zip(asked, answers, strict=True):
        if one.body.get("ensureIPCleared"):
            seen.kinds["cleared"] += len(prompts)
            seen.bad["a protected name"] += sum(bool(detector.find(text)) for text in prompts)


def tenants(seen: Seen) -> None:
    """One project's model must not show in another's prompts, nor be there for it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = ",".join(f"{name}:secret" for name in KEYS)
        projects = ", ".join(f'"{key}": "{project}"' for key, project in KEYS.items())
        more = {"SPARKLOOM_API_KEYS": keys, "SPARKLOOM_KEY_PROJECTS": f"{{{projects}}}"}
        stack.enter_context(patch.dict(os.environ, more))
        _, address = stack.enter_context(serving(Settings(data_dir=folder), "embedded"))
        ada, ben = (
            stack.enter_context(httpx.Client(base_url=address, timeout=600, auth=(name, "secret")))
            for name in KEYS
        )
        model = Client(ada).model(list(OWN_CAPTIONS))
        body = {"mode": "contextual", "modelId": model, "prompt": "a heron", "seed": 1}
        own = patiently(ada, body)
        if own.status_code != 200 or OWN_WORD not in own.text:
            raise SystemExit("The model of the first project does not show in its own prompts.")
        other = patiently(ben, body)
        seen.bad["another project, its model"] += other.status_code != 404
        for seed in range(4):
            for mode in ("completion", "inventive"):
                asked = {"mode": mode, "prompt": "a heron on zinc", "seed": seed, "temperature": 1}
                seen.kinds["beside another project"] += 1
                text = patiently(ben, asked).text
                seen.bad["another project, its words"] += OWN_WORD in text or model in text


def dry(seen: Seen) -> None:
    """A dry run loads no model, and nothing is kept of it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Sparkloom(Settings(data_dir=Path(folder))) as loom,
    ):
        loom.dry_run(PromptRequest.parse({"prompt": "a fox", "mode": "completion"}))
        seen.bad["a dry run loaded a model"] += any(one.loaded for one in loom.engines.states())


def figures(seen: Seen, count: int, families: int, seconds: float) -> Iterator[Figure]:
    kinds, bad = seen.kinds, seen.bad
    yield "requests answered alone, five results each", f"{families}", ""
    yield "asked again in company", f"{count:,}", "≥ 1,000"
    yield "of these written by the engine", f"{kinds['written by the engine']:,}", ""
    yield "seconds that this took, eight clients and two servers", f"{seconds:.0f}", ""
    yield "a seed means it: answers with other bytes", f"{bad['other bytes']}", "0"
    yield "requests that were not answered", f"{bad['not answered']}", "0"
    yield (
        "exact numbers: answers with too many, too few or one twice",
        f"{bad['another number, or one twice']}",
        "0",
    )
    yield "results looked through", f"{kinds['looked through']:,}", ""
    yield (
        f"your words survive: of {kinds['completions']} completions, spark no literal prefix",
        f"{bad['the spark is no literal prefix']}",
        "0",
    )
    yield (
        f"nothing leaks: of {kinds['beside examples']}, six words of an example that was shown",
        f"{bad['text of an example']}",
        "0",
    )
    yield "eight words of an instruction", f"{bad['text of an instruction']}", "0"
    yield "labels, ids, stop tokens, addresses", f"{bad['what belongs to an engine']}", "0"
    yield (
        f"of {kinds['beside another project']}, a word or an id of another project",
        f"{bad['another project, its words']}",
        "0",
    )
    yield "another project's model was there", f"{bad['another project, its model']}", "0"
    yield (
        f"cleared means checked: of {kinds['cleared']}, with a protected name",
        f"{bad['a protected name']}",
        "0",
    )
    yield (
        "price before work: dry runs that loaded a model",
        f"{bad['a dry run loaded a model']}",
        "0",
    )
    for mode, values in sorted(seen.varieties.items()):
        yield f"variety of five by words, {mode}", spread(values), ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=1000, help="that are asked in company")
    parser.add_argument("--first", type=int, help="ask about so many different requests only")
    arguments = parser.parse_args()
    seen = Seen()
    asked = told_apart(requests())
    asked = asked[:: max(1, len(asked) // (arguments.first or len(asked)))]
    answers = alone(asked)
    seconds = in_company(asked, answers, arguments.requests, seen)
    look(asked, answers, seen)
    cleared(asked, answers, seen)
    tenants(seen)
    dry(seen)
    command = shlex.join(["python", "benchmarks/promises.py", *sys.argv[1:]])
    write_section("Promises", command, figures(seen, arguments.requests, len(asked), seconds))


if __name__ == "__main__":
    main()
