"""How fast Sparkloom writes, what the service adds, and what it takes to stand by.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/speed.py

Time to one, three and five prompts by mode: written by the engine (the request names the mode's own
temperature, so that no hand-written scene takes its place) and of a subject that the scenes know,
which nobody writes. Then the same over HTTP, with one to eight clients at once; what a process
takes to begin; and its memory. How fast the engine is beside others: `peers.py`.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.progress import Progress

import plots
from report import Figure, spread, write_section
from server import megabytes, serving
from sparkloom.engines import Draft, Engine, Order, Task, open_engine
from sparkloom.local_model import local_model
from sparkloom.loom import Sparkloom
from sparkloom.modes import mode_for
from sparkloom.settings import Settings

SPARKS = (
    "a dragon guarding",
    "a red fox in the snow",
    "cyberpunk street at night",
    "isometric tavern game asset",
    "product shot of a perfume bottle on ice",
    "old fisherman portrait",
    "wooden shield icon",
    "a castle made of",
    "robot gardener",
    "sunset over mountains",
    "two kids building a kite",
    "seamless texture of mossy stones",
)

KNOWN = ("an old lighthouse", "a red fox", "wooden shield", "a teapot", "an owl", "a market")
"""Subjects that the scenes know."""

WRITING = ("completion", "inventive", "structured", "contextual-v2")
COUNTS = (1, 3, 5)
CLIENTS = (1, 2, 4, 8)
SEEN = "a red kite over a beach"

PATH = "/v1/generate/prompt"


class Watched:
    """An engine, with the seconds that were spent waiting for it and the tokens it wrote."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seconds = 0.0
        self.tokens = 0

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        drafts = self._engine.write(task, orders)
        try:
            while True:
                start = time.perf_counter()
                draft = next(drafts, None)
                self.seconds += time.perf_counter() - start
                if draft is None:
                    return
                self.tokens += draft.tokens
                yield draft
        finally:
            drafts.close()

    def close(self) -> None:
        self._engine.close()


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        sparks: how many of them a request is made of, in each mode.
        seconds: that each number of clients asks for.
        starts: of a process.
    """

    sparks: int
    seconds: float
    starts: int


USUAL = Scale(sparks=8, seconds=12, starts=5)
QUICK = Scale(sparks=2, seconds=4, starts=2)


@dataclass(frozen=True, slots=True)
class Request:
    """What one request took.

    Attributes:
        seconds: in all.
        engine: of these spent waiting for the engine.
        tokens: that the engine wrote.
        added: words added to the spark, a number a result.
    """

    seconds: float
    engine: float
    tokens: int
    added: tuple[int, ...]


def body(mode: str, spark: str, results: int, seed: int, written: bool) -> dict[str, Any]:
    """A request; one that the engine writes names the mode's own temperature."""
    asked: dict[str, Any] = {"mode": mode, "prompt": spark, "numResults": results, "seed": seed}
    if mode == "image-editing":
        asked |= {"image": SEEN_IMAGE, "prompt": "make it night"}
    if mode == "contextual-v2":
        asked["modelId"] = "sdxl"
    if written:
        asked["temperature"] = mode_for(mode).temperature  # type: ignore[arg-type]
    return asked


def _image() -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


SEEN_IMAGE = _image()


def ask(loom: Sparkloom, watched: Watched, asked: dict[str, Any]) -> Request:
    from sparkloom.request import PromptRequest

    watched.seconds, watched.tokens = 0.0, 0
    start = time.perf_counter()
    answer = loom.answer(PromptRequest.parse(asked))
    seconds = time.perf_counter() - start
    said = len(str(asked["prompt"]).split())
    added = tuple(len(text.split()) - said for text in answer.prompts)
    return Request(seconds, watched.seconds, watched.tokens, added)


Measured = dict[tuple[str, str, int], list[Request]]
"""By how it was answered, mode and number of results."""


def requests(loom: Sparkloom, watched: Watched, scale: Scale) -> Measured:
    """Every mode with one, three and five results, through the Python door."""
    found: Measured = {}
    plan = [
        *(("written", mode, SPARKS) for mode in WRITING),
        *(("known subject", mode, KNOWN) for mode in WRITING[:3]),
        ("composed", "image-editing", SPARKS),
    ]
    with Progress() as bar:
        task = bar.add_task("Asking", total=len(plan) * len(COUNTS) * scale.sparks)
        for how, mode, sparks in plan:
            ask(loom, watched, body(mode, "warm up", 1, 0, how == "written"))
            for results in COUNTS:
                for seed, spark in enumerate(sparks[: scale.sparks]):
                    asked = body(mode, spark, results, seed, how == "written")
                    found.setdefault((how, mode, results), []).append(ask(loom, watched, asked))
                    bar.advance(task)
    return found


def again(loom: Sparkloom, watched: Watched, scale: Scale) -> list[Request]:
    """Three completions of a spark that was just asked, with another seed."""
    found = []
    for spark in SPARKS[: scale.sparks]:
        ask(loom, watched, body("completion", spark, 3, 1, written=True))
        found.append(ask(loom, watched, body("completion", spark, 3, 2, written=True)))
    return found


class Load(NamedTuple):
    """Seconds to each answer, and from the first request to the last answer."""

    times: list[float]
    seconds: float


def loaded(client: httpx.Client, clients: int, seconds: float, known: bool) -> Load:
    """So many clients ask for one completion, one after the other, for so many seconds."""
    sparks = KNOWN if known else SPARKS
    begun = time.monotonic()
    end = begun + seconds

    def one(number: int) -> list[float]:
        times = []
        seed = 1000 * number
        while time.monotonic() < end:
            seed += 1
            spark = sparks[seed % len(sparks)]
            start = time.perf_counter()
            client.post(PATH, json=body("completion", spark, 1, seed, not known)).raise_for_status()
            times.append(time.perf_counter() - start)
        return times

    with ThreadPoolExecutor(clients) as pool:
        times = [took for times in pool.map(one, range(clients)) for took in times]
    return Load(times, time.monotonic() - begun)


@dataclass(frozen=True, slots=True)
class Served:
    """What was measured of a server.

    Attributes:
        whole: seconds to three completions over HTTP.
        outside: of these not inside the loom.
        begun: megabytes before the first request.
        memory: megabytes after all of them.
        load: of so many clients, by whether the subject was known and their number.
    """

    whole: list[float]
    outside: list[float]
    begun: float
    memory: float
    load: dict[tuple[bool, int], Load]


def served(scale: Scale) -> Served:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Settings(data_dir=Path(folder)), "embedded") as (server, address),
        httpx.Client(base_url=address, timeout=600) as client,
    ):
        begun = megabytes(server)
        whole, outside = [], []
        for seed, spark in enumerate(("warm up", *SPARKS[: scale.sparks])):
            start = time.perf_counter()
            answer = client.post(PATH, json=body("completion", spark, 3, seed, written=True))
            whole.append(time.perf_counter() - start)
            job = answer.raise_for_status().json()["job"]
            moments = [job[name] for name in ("createdAt", "updatedAt")]
            first, last = (float(text[17:-1]) + 60 * int(text[14:16]) for text in moments)
            outside.append(whole[-1] - (last - first) % 3600)
        load = {
            (known, clients): loaded(client, clients, scale.seconds / (3 if known else 1), known)
            for known in (False, True)
            for clients in CLIENTS
        }
        return Served(whole[1:], outside[1:], begun, megabytes(server), load)


def process_seconds(arguments: Sequence[str], times: int) -> list[float]:
    """A whole process of the command line."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "sparkloom", *arguments], check=True, stdout=subprocess.DEVNULL
        )
        found.append(time.perf_counter() - start)
    return found


def built() -> tuple[float, float]:
    """Building the local model into an empty cache, in a process of its own: seconds, and the most
    memory in MB."""
    code = "import sys, pathlib; from sparkloom.local_model import local_model; " + (
        "local_model(pathlib.Path(sys.argv[1])); "
        "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        said = subprocess.run(
            [sys.executable, "-c", code, folder], check=True, stdout=subprocess.PIPE, text=True
        )
        return time.perf_counter() - start, int(said.stdout.split()[-1]) / 1000


def figures(
    found: Measured, repeated: Sequence[Request], server: Served, scale: Scale
) -> Iterator[Figure]:
    targets = {("written", "completion", 3): "≤ 1.5 s"}
    for (how, mode, results), made in found.items():
        name = f"{mode}, {how}: time to {results} prompt{'s' * (results > 1)}"
        times = [one.seconds for one in made]
        target = targets.get((how, mode, results), "")
        if statistics.median(times) < 0.1:
            yield name, spread([1000 * took for took in times], "{:.1f}", " ms"), target
        else:
            yield name, spread(times, "{:.2f}", " s"), target
        written = [one.tokens / one.engine for one in made if one.tokens]
        if results == 3 and written:
            yield (
                f"{mode}, {how}: tokens a second, reading included",
                spread(written, "{:.0f}"),
                "",
            )
    times = [one.seconds for one in repeated]
    yield "the same three completions with another seed", spread(times, "{:.2f}", " s"), ""
    three = found["written", "completion", 3]
    yield "tokens written for three completions", spread([o.tokens for o in three], "{:.0f}"), ""
    words = [float(number) for one in three for number in one.added]
    yield "words added to a spark", spread(words, "{:.0f}"), "≥ 20"
    overhead = [100 * (one.seconds - one.engine) / one.engine for one in three]
    yield "what Sparkloom adds to its engine's time", spread(overhead, "{:.1f}", " %"), "≤ 5 %"
    yield "three completions over HTTP", spread(server.whole, "{:.2f}", " s"), "≤ 2 s"
    outside = [1000 * took for took in server.outside]
    yield "of that outside the loom", spread(outside, "{:.0f}", " ms"), ""
    for (known, clients), (times, seconds) in server.load.items():
        who = f"{clients} client{'s' * (clients > 1)}, one completion each"
        kind = "known subject" if known else "written"
        yield f"{who}, {kind}: prompts a second", f"{len(times) / seconds:.1f}", ""
        yield f"{who}, {kind}: time to an answer", spread(times, "{:.3f}", " s"), ""
    yield "resident memory of the server, before the first request", f"{server.begun:.0f} MB", ""
    yield "resident memory of the server, after all of these", f"{server.memory:.0f} MB", "≤ 600 MB"
    prompt = ("prompt", "a dragon guarding", "--mode", "completion", "--seed", "1")
    cold = process_seconds((*prompt, "--temperature", "0.75"), scale.starts)
    yield "cold start: a process that writes one prompt and ends", spread(cold, "{:.2f}", " s"), ""
    light = process_seconds(("prompt", "a red fox", "--mode", "completion"), scale.starts)
    yield "the same of a known subject, without a model", spread(light, "{:.2f}", " s"), ""
    helped = process_seconds(("--help",), scale.starts)
    yield "`sparkloom --help`", spread(helped, "{:.2f}", " s"), "≤ 0.4 s"
    seconds, memory = built()
    yield "building the local model, once", f"{seconds:.1f} s", ""
    yield "memory that this takes at most", f"{memory:.0f} MB", ""


def draw(found: Measured, server: Served) -> list[str]:
    written = {
        f"{results} prompt{'s' * (results > 1)}": [
            [one.seconds for one in found["written", mode, results]] for mode in WRITING
        ]
        for results in COUNTS
    }
    modes = plots.bars(
        "time-by-mode", "Time to prompts that the engine writes", "seconds", WRITING, written
    )
    load = {
        "written by the engine": [server.load[False, clients].times for clients in CLIENTS],
        "known subject": [server.load[True, clients].times for clients in CLIENTS],
    }
    clients = plots.lines(
        "time-by-load",
        "Time to one completion over HTTP",
        ("clients at once", "seconds"),
        CLIENTS,
        load,
    )
    return [modes, clients]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer sparks and seconds")
    scale = QUICK if parser.parse_args().quick else USUAL
    settings = Settings()
    local_model(settings.cache_dir)
    watched = Watched(open_engine(settings))
    with Sparkloom(settings, watched) as loom:
        found = requests(loom, watched, scale)
        repeated = again(loom, watched, scale)
    server = served(scale)
    command = shlex.join(["python", "benchmarks/speed.py", *sys.argv[1:]])
    write_section("Speed", command, figures(found, repeated, server, scale), draw(found, server))


if __name__ == "__main__":
    # The jobs of a benchmark are nobody's.
    with tempfile.TemporaryDirectory() as data:
        os.environ["SPARKLOOM_DATA_DIR"] = data
        main()
