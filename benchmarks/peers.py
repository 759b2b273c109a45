"""How fast the engine writes beside others on the same cores, and where its time goes.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/peers.py

Everything is measured in turns: the engine; llama.cpp bare, as its server comes, with the same
file, the same text and as many sequences in a batch; and transformers with a GPT-2 of 124 M
parameters (the architecture of MagicPrompt) and a LLaMA of 200 M (that of TIPO), with random
weights, which take as long as trained ones. Each has a process of its own, so that nobody's
settings are another's. A ratio is that of one turn, so that what else the machine does counts for
both.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import shlex
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import plots
from report import Figure, spread, write_section
from sparkloom.choose import expected
from sparkloom.context import gather
from sparkloom.engines import Order, Task
from sparkloom.engines.embedded import SAMPLING, Embedded, open_server
from sparkloom.engines.model_file import model_file
from sparkloom.local_model import local_model
from sparkloom.modes.completion import Completion
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings, usable_cores

TOKENS = int(os.environ.get("SEQUENCE_TOKENS", "64"))
"""That each sequence is long, as far as its writer does not end it sooner."""

COUNTS = (1, 3, expected(3))
"""Sequences: one, the results of a request for three, and the drafts that it takes."""

TEXT = "a heron by the river at dawn,"
SPARK = "a dragon guarding"

PEERS = ("GPT-2 124 M, transformers", "LLaMA 200 M, transformers")
BARE = "llama.cpp bare"
OURS = "Sparkloom"

STREAMED = 512 * 2**20
"""Bytes that are read from memory to see how fast that goes; no cache holds them."""

Writer = Callable[[int, int], int]
"""Writes so many sequences, from a seed on, and says how many tokens they have."""

Rates = dict[str, dict[int, list[float]]]
"""Tokens a second by writer and number of sequences, a value a round."""


def transformers_writer(model: Any) -> Writer:
    """A model under transformers: all sequences in one batch."""
    import torch

    def write(sequences: int, seed: int) -> int:
        torch.manual_seed(seed)
        prompt = torch.randint(0, 30_000, (sequences, 8))
        with torch.inference_mode():
            model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=TOKENS,
                min_new_tokens=TOKENS,
                do_sample=True,
                pad_token_id=0,
            )
        return sequences * TOKENS

    return write


def gpt2() -> Writer:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(usable_cores())
    return transformers_writer(GPT2LMHeadModel(GPT2Config()).eval())


def llama() -> Writer:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(usable_cores())
    shape = LlamaConfig(
        hidden_size=768,
        intermediate_size=2304,
        num_hidden_layers=20,
        num_attention_heads=12,
        num_key_value_heads=12,
        vocab_size=32_013,
        max_position_embeddings=1024,
    )
    return transformers_writer(LlamaForCausalLM(shape).eval())


def ours() -> Writer:
    """The embedded engine, as the loom asks it."""
    engine = Embedded(Settings())

    def write(sequences: int, seed: int) -> int:
        task = Task(TEXT, TOKENS, 0.95, expected=sequences)
        orders = iter([Order(100 * seed + number, 1.0) for number in range(sequences)])
        with closing(engine.write(task, orders)) as drafts:
            return sum(draft.tokens for draft in drafts)

    return write


class Bare:
    """llama.cpp's server, asked without anything of ours between.

    Args:
        server: that of xllamacpp.
    """

    def __init__(self, server: Any) -> None:
        self._server = server

    def write(self, sequences: int, seed: int) -> int:
        counts = [0] * sequences

        def one(number: int) -> None:
            timings = self.complete(TEXT, TOKENS, seed=100 * seed + number, id_slot=number)
            counts[number] = timings["predicted_n"]

        threads = [threading.Thread(target=one, args=(number,)) for number in range(sequences)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts)

    def complete(self, text: str, tokens: int, **options: Any) -> dict[str, Any]:
        """What llama.cpp measured of a completion."""
        last: dict[str, Any] = {}

        def take(chunk: dict[str, Any]) -> None:
            last.update(chunk)

        request = {"prompt": text, "n_predict": tokens, "stream": True, "top_p": 0.95}
        self._server.handle_completions(request | {"temperature": 1.0, "seed": 1} | options, take)
        timings: dict[str, Any] = last["timings"]
        return timings


def bare() -> Writer:
    """llama.cpp's server as it comes: as many slots as sequences, on all cores."""
    import xllamacpp

    servers: dict[int, Bare] = {}

    def write(sequences: int, seed: int) -> int:
        if sequences not in servers:
            servers.clear()
            params = xllamacpp.CommonParams()
            params.model.path = str(model_file(Settings()))
            params.n_ctx = 1024 * sequences
            params.n_parallel = sequences
            params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_cores()
            params.warmup = False
            params.verbosity = -1
            servers[sequences] = Bare(xllamacpp.Server(params))
        return servers[sequences].write(sequences, seed)

    return write


WRITERS: dict[str, Callable[[], Writer]] = {
    PEERS[0]: gpt2,
    PEERS[1]: llama,
    BARE: bare,
    OURS: ours,
}


class Elsewhere:
    """A writer in a process of its own."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=answer, args=(name, there), daemon=True)
        self._process.start()
        there.close()

    def rate(self, sequences: int, seed: int) -> float:
        """Tokens a second of one turn."""
        self._here.send((sequences, seed))
        measured: float = self._here.recv()
        return measured

    def close(self) -> None:
        self._here.close()
        self._process.terminate()
        self._process.join()


def answer(name: str, asked: Connection) -> None:
    """Write what is asked for, until nobody asks."""
    write = WRITERS[name]()
    while True:
        try:
            sequences, seed = asked.recv()
        except EOFError:
            return
        start = time.perf_counter()
        tokens = write(sequences, seed)
        asked.send(tokens / (time.perf_counter() - start))


def in_turns(rounds: int, names: Sequence[str]) -> Rates:
    """Tokens a second by writer and number of sequences, a value a round."""
    found: Rates = {name: {count: [] for count in COUNTS} for name in names}
    with ExitStack() as stack:
        writers = {name: stack.enter_context(closing(Elsewhere(name))) for name in names}
        for count in COUNTS:
            for number in range(rounds + 1):
                for name, writer in writers.items():
                    measured = writer.rate(count, number)
                    if number:  # the first is to warm up
                        found[name][count].append(measured)
    return found


def stream_rate(threads: int) -> float:
    """Bytes a second that so many threads read from memory together, at best."""
    libc = ctypes.CDLL(None)
    libc.memchr.restype = ctypes.c_void_p
    libc.memchr.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    buffer = ctypes.create_string_buffer(STREAMED)
    ctypes.memset(buffer, 1, STREAMED)
    start, share = ctypes.addressof(buffer), STREAMED // threads
    best = 0.0
    for _ in range(5):
        readers = [
            threading.Thread(target=libc.memchr, args=(start + number * share, 2, share))
            for number in range(threads)
        ]
        begun = time.perf_counter()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        best = max(best, STREAMED / (time.perf_counter() - begun))
    return best


def bytes_a_token(file: Path) -> int:
    """What must be read of a model for a token: every weight once. The table of tokens counts,
    since it is the last layer too."""
    from gguf import GGUFReader

    return sum(int(tensor.n_bytes) for tensor in GGUFReader(file).tensors)


def shares(settings: Settings, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of what a draft is made of, on one thread, as llama.cpp measures them.

    What samplers and grammar take is what a token takes more with them than without.
    """
    request = PromptRequest.parse(
        {"prompt": SPARK, "mode": "completion", "temperature": Completion.temperature}
    )
    task = Completion().ask(request, gather(request, 1))
    found: dict[str, list[float]] = {}

    def note(name: str, milliseconds: float) -> None:
        found.setdefault(name, []).append(milliseconds)

    alone = settings.model_copy(update={"threads": 1, "workers": 1})
    server = Bare(open_server(model_file(alone), alone, ""))
    greedy = {"temperature": 0.0, "samplers": ["top_k"], "top_k": 1, "ignore_eos": True}
    drawn = {**SAMPLING, "temperature": Completion.temperature, "top_p": task.top_p}
    for seed in range(rounds + 1):
        read = server.complete(task.text, 0, cache_prompt=False)
        plain = server.complete(task.text, TOKENS, **greedy)
        sampled = server.complete(task.text, TOKENS, **drawn, ignore_eos=True, seed=seed)
        steered = [
            server.complete(task.text, task.max_tokens, **drawn, grammar=task.grammar, seed=one)
            for one in range(5 * seed, 5 * seed + 5)
        ]
        if not seed:
            continue
        a_token = plain["predicted_per_token_ms"]
        tokens = [one["predicted_n"] for one in steered]
        whole = sum(one["predicted_ms"] for one in steered) / sum(tokens)
        note("tokens of the text", read["prompt_n"])
        note("tokens of a draft", statistics.mean(tokens))
        note("reading the text, once a request", read["prompt_ms"])
        note("reading the text, a token", read["prompt_ms"] / read["prompt_n"])
        note("a token, the model alone", a_token)
        note("a token, samplers", sampled["predicted_per_token_ms"] - a_token)
        note("a token, grammar", whole - sampled["predicted_per_token_ms"])
    return found


def figures(
    rates: Rates,
    spent: dict[str, list[float]],
    streams: Sequence[float],
    a_token: int,
) -> Iterator[Figure]:
    for name, measured in rates.items():
        for count, values in measured.items():
            yield f"{name}, {_sequences(count)}, tokens a second", spread(values, "{:.0f}"), ""
    for other in (name for name in rates if name != OURS):
        for count in COUNTS:
            ratios = [a / b for a, b in zip(rates[OURS][count], rates[other][count], strict=True)]
            target = {BARE: "≥ 0.9", PEERS[0]: "≥ 5" if count == 3 else ""}.get(other, "")
            yield f"{OURS} to {other}, {_sequences(count)}", spread(ratios), target
    yield "memory read by one thread, at best", f"{streams[0] / 1e9:.1f} GB/s", ""
    yield f"memory read by {usable_cores()} threads, at best", f"{streams[1] / 1e9:.1f} GB/s", ""
    yield "weights read for a token", f"{a_token / 1e6:.0f} MB", ""
    bound = streams[1] / a_token
    yield "tokens a second of one sequence if memory were all, every core", f"{bound:.0f}", ""
    reached = [100 * value / bound for value in rates[OURS][1]]
    yield "of that reached, one sequence", spread(reached, "{:.0f}", " %"), "≥ 50 %"
    one = streams[0] / a_token
    reached = [100 * (1000 / value) / one for value in spent["a token, the model alone"]]
    yield "of one thread's bound reached by one thread", spread(reached, "{:.0f}", " %"), ""
    for name, values in spent.items():
        if name.startswith("tokens"):
            yield f"a completion of three words: {name}", f"{statistics.median(values):.0f}", ""
        else:
            yield f"one thread: {name}", spread(values, "{:.1f}", " ms"), ""


def draw(rates: Rates, spent: dict[str, list[float]]) -> list[str]:
    """The plots of the section; we have the same colour in all of them."""
    others = [name for name in rates if name != OURS]
    beside = plots.bars(
        "beside-others",
        "Tokens a second on the same cores",
        "tokens a second",
        [_sequences(count) for count in COUNTS],
        {name: [rates[name][count] for count in COUNTS] for name in (OURS, *others)},
    )
    tokens = statistics.median(spent["tokens of a draft"])
    of_a_draft = {
        "the model": [tokens * value for value in spent["a token, the model alone"]],
        "samplers": [tokens * max(0.0, value) for value in spent["a token, samplers"]],
        "grammar": [tokens * max(0.0, value) for value in spent["a token, grammar"]],
    }
    places = {"reading the text (once)": spent["reading the text, once a request"], **of_a_draft}
    goes = plots.bars(
        "where-the-time-goes",
        "One draft on one thread: where the time goes",
        "milliseconds",
        list(places),
        {"one thread": list(places.values())},
    )
    return [beside, goes]


def _sequences(count: int) -> str:
    return "1 sequence" if count == 1 else f"{count} sequences"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4, help="turns of everybody")
    parser.add_argument("--only", nargs="*", choices=WRITERS, default=list(WRITERS), metavar="NAME",
                        help=f"measure these: {', '.join(WRITERS)}")  # fmt: skip
    arguments = parser.parse_args()
    settings = Settings()
    local_model(settings.cache_dir)
    rates = in_turns(arguments.rounds, list(dict.fromkeys([*arguments.only, OURS])))
    spent = shares(settings, arguments.rounds)
    streams = (stream_rate(1), stream_rate(usable_cores()))
    write_section(
        "The engine beside others",
        shlex.join(["python", "benchmarks/peers.py", *sys.argv[1:]]),
        figures(rates, spent, streams, bytes_a_token(model_file(settings))),
        draw(rates, spent),
    )


if __name__ == "__main__":
    main()
