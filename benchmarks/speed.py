"""How fast Sparkloom writes, what the service adds, and what it takes to stand by.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/speed.py

Prints a table and writes it into `benchmarks/report.md`. Every figure comes from one run on one
machine; the peer runs in the same process, before Sparkloom's model is loaded.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator

import httpx

from report import write_section
from server import megabytes, serving
from sparkloom.choose import expected
from sparkloom.engines import Draft, Engine, Order, Task, open_engine
from sparkloom.loom import Sparkloom
from sparkloom.modes.completion import Completion
from sparkloom.settings import Settings, usable_cores

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
LONG_SPARKS = tuple(
    f"{spark}, with plenty of room around it, so that somebody who looks at the picture for the "
    "first time sees at once what it is about, where it is, what time of the day it is, and what "
    "the weather is like"
    for spark in SPARKS
)
"""Of more than 35 words: what is added to these is long, about 60 tokens."""

PEER_TOKENS = 64


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


def gpt2_tokens_per_second(sequences: int) -> float:
    """A GPT-2 of 124 M parameters under transformers: sequences of 64 tokens, in one batch."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(usable_cores())
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config()).eval()
    prompt = torch.randint(0, 50_000, (sequences, 8))
    rates = []
    for _ in range(4):
        start = time.perf_counter()
        with torch.inference_mode():
            model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=PEER_TOKENS,
                min_new_tokens=PEER_TOKENS,
                do_sample=True,
                pad_token_id=0,
            )
        rates.append(sequences * PEER_TOKENS / (time.perf_counter() - start))
    return statistics.median(rates[1:])


def bare_tokens_per_second(settings: Settings, sequences: int) -> float:
    """The engine at the peer's job: drafts of up to 64 tokens after eight."""
    task = Task("a heron by the river at dawn,", PEER_TOKENS, 0.95, expected=sequences)
    engine = open_engine(settings)
    rates = []
    for number in range(8):
        start = time.perf_counter()
        drafts = engine.write(
            task, iter(Order(sequences * number + i, 1.0) for i in range(sequences))
        )
        tokens = sum(draft.tokens for draft in drafts)
        rates.append(tokens / (time.perf_counter() - start))
    engine.close()
    return statistics.median(rates[1:])


def requests(
    loom: Sparkloom, watched: Watched, rounds: int, sparks: tuple[str, ...], seeded: bool
) -> dict[str, float]:
    """Three completions a request, through the Python door; medians over all sparks.

    They name the mode's own temperature, so that the engine writes them all.
    """
    whole, engine, tokens, added = [], [], [], []
    for number in range(rounds):
        for spark in sparks:
            watched.seconds, watched.tokens = 0.0, 0
            start = time.perf_counter()
            answer = loom.prompt(
                spark,
                mode="completion",
                num_results=3,
                seed=number if seeded else None,
                temperature=Completion.temperature,
            )
            whole.append(time.perf_counter() - start)
            engine.append(watched.seconds)
            tokens.append(watched.tokens)
            added += [len(text.split()) - len(spark.split()) for text in answer.prompts]
    return {
        "seconds": statistics.median(whole),
        "slow": statistics.quantiles(whole, n=10)[-1],
        "tokens": statistics.median(tokens),
        "rate": sum(tokens) / sum(engine),
        "overhead": (sum(whole) - sum(engine)) / sum(engine),
        "words": statistics.median(added),
    }


def drawn_seconds(loom: Sparkloom) -> float:
    """Three completions of a subject that the scenes know: nobody writes. Median of 50."""
    times = []
    for seed in range(50):
        start = time.perf_counter()
        loom.prompt("an old lighthouse", mode="completion", num_results=3, seed=seed)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def served() -> tuple[float, float, float]:
    """A server of its own: seconds for three completions (median), the same measured without
    the network inside it, and its resident memory in MB."""
    with serving(Settings(), "embedded") as (server, address):
        whole, inside = [], []
        for number, spark in enumerate(("warm up", *SPARKS)):
            body = {
                "mode": "completion",
                "prompt": spark,
                "numResults": 3,
                "seed": number,
                "temperature": Completion.temperature,
            }
            start = time.perf_counter()
            answer = httpx.post(f"{address}/v1/generate/prompt", json=body, timeout=60).json()
            whole.append(time.perf_counter() - start)
            times = [answer["job"][name] for name in ("createdAt", "updatedAt")]
            begun, ended = (float(text[17:-1]) + 60 * int(text[14:16]) for text in times)
            inside.append((ended - begun) % 3600)
        return statistics.median(whole[1:]), statistics.median(inside[1:]), megabytes(server)


def help_seconds() -> float:
    """`sparkloom --help`, a whole process, median of nine."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "sparkloom", "--help"], check=True, stdout=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="times that every spark is asked")
    parser.add_argument("--without-peer", action="store_true", help="leave GPT-2 out")
    arguments = parser.parse_args()

    counts = (3, expected(3))  # the results of a request for three, and the drafts it takes
    peers = [] if arguments.without_peer else [gpt2_tokens_per_second(n) for n in counts]
    settings = Settings()
    watched = Watched(open_engine(settings))
    with Sparkloom(settings, watched) as loom:
        loom.prompt("warm up", mode="completion", num_results=3)
        free = requests(loom, watched, arguments.rounds, SPARKS, seeded=False)
        seeded = requests(loom, watched, arguments.rounds, SPARKS, seeded=True)
        long = requests(loom, watched, 1, LONG_SPARKS, seeded=True)
        drawn = drawn_seconds(loom)
    bare = [bare_tokens_per_second(settings, n) for n in counts]
    over_http, inside, resident = served()

    rows = [
        ("three completions, no seed, median", f"{free['seconds']:.2f} s", "1.5 s"),
        ("three completions, no seed, 90th percentile", f"{free['slow']:.2f} s", ""),
        ("three completions, seed, median", f"{seeded['seconds']:.2f} s", "2 s"),
        ("tokens written for one such request, median", f"{seeded['tokens']:.0f}", ""),
        ("three completions of a known subject, median", f"{1000 * drawn:.0f} ms", ""),
        ("three long completions, seed, median", f"{long['seconds']:.2f} s", "2 s"),
        ("tokens written for one such request, median", f"{long['tokens']:.0f}", ""),
        ("words added to a spark, median", f"{seeded['words']:.0f}", "20"),
        ("tokens per second, reading examples included", f"{seeded['rate']:.0f}", ""),
        *(
            (f"tokens per second, {n} drafts after a short text", f"{rate:.0f}", "")
            for n, rate in zip(counts, bare, strict=True)
        ),
        ("what Sparkloom adds to its engine's time", f"{seeded['overhead']:.1%}", "5 %"),
        ("three completions over HTTP, seed, median", f"{over_http:.2f} s", "2 s"),
        ("of that outside the loom", f"{1000 * (over_http - inside):.0f} ms", ""),
        ("resident memory of the server", f"{resident:.0f} MB", "600 MB"),
        ("`sparkloom --help`", f"{help_seconds():.2f} s", "0.4 s"),
    ]
    for n, rate, peer in zip(counts, bare, peers, strict=False):
        rows += [
            (
                f"GPT-2 124 M under transformers, {n} sequences, tokens per second",
                f"{peer:.0f}",
                "",
            ),
            (
                f"the engine's tokens per second to GPT-2's, {n} sequences",
                f"{rate / peer:.1f}",
                "4",
            ),
        ]
    write_section("Speed", "python benchmarks/speed.py", rows)


if __name__ == "__main__":
    # The jobs of a benchmark are nobody's.
    with tempfile.TemporaryDirectory() as data:
        os.environ["SPARKLOOM_DATA_DIR"] = data
        main()
