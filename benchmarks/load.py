"""Whether a server stands what a day on the network brings, and how long its clients wait.

    pip install '.[test]'
    python benchmarks/load.py --minutes 10

64 clients ask for prompts in mixed modes, as fast as they are let, and come back when `Retry-After`
says. Beside them a thousand connections lie idle, slow clients send a byte at a time, others leave
half a body behind or hang up before the answer. It ends with an error as soon as a client gets
anything but an answer or 429, or where the server does not give back what it held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.progress import Progress

from report import Figure, write_section
from server import serving
from sparkloom.settings import Settings

PATH = "/v1/generate/prompt"
WARM = 0.2
"""The share of the time after which memory is looked at: workers, lexicon and caches are there."""

SPARKS = (
    "a heron at dawn",
    "potion icon",
    "an abandoned observatory in the snow",
    "Batman on a bridge",
    "a tea house by a canal, evening",
    "portrait of an old clockmaker",
)
PATIENT = httpx.Timeout(300)


@dataclass
class Seen:
    """What clients and onlookers saw.

    Attributes:
        answers: seconds that answers took, by mode.
        slow_answers: answers to slow clients.
        refusals: seconds until a 429.
        useless: requests for which the engine wrote nothing that may be returned (503), which it
            does on an idle server as well.
        bad: what happened beside these, and how often.
        troubled: how often each troublemaker did what it does.
        memory: megabytes that the server took, with the time.
    """

    answers: dict[str, list[float]] = field(default_factory=dict)
    slow_answers: int = 0
    refusals: list[float] = field(default_factory=list)
    useless: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    troubled: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)


def body(draw: random.Random) -> dict[str, Any]:
    """A request as any other."""
    mode = draw.choice(["completion", "inventive", "structured", "contextual", "contextual-v2"])
    asked = {"mode": mode, "prompt": draw.choice(SPARKS), "numResults": draw.choice([1, 1, 2, 3])}
    asked["ensureIPCleared"] = draw.random() < 0.3
    return asked | ({"modelId": "sdxl"} if mode.startswith("contextual") else {})


async def ask(client: httpx.AsyncClient, draw: random.Random, seen: Seen) -> None:
    """What a well-behaved client does."""
    asked = body(draw)
    start = time.monotonic()
    answer = await client.post(PATH, json=asked)
    took = time.monotonic() - start
    if answer.status_code == 200:
        seen.answers.setdefault(asked["mode"], []).append(took)
        if len(answer.json()["prompts"]) != asked["numResults"]:
            seen.bad["another number of prompts"] += 1
    elif answer.status_code == 429:
        seen.refusals.append(took)
        await asyncio.sleep(int(answer.headers["retry-after"]))
    elif answer.json()["name"] == "EngineError":
        seen.useless += 1
    else:
        seen.bad[f"{answer.status_code} {answer.text}"] += 1


def raw(asked: dict[str, Any]) -> bytes:
    """A request as it goes over the wire."""
    text = json.dumps(asked).encode()
    return (
        f"POST {PATH} HTTP/1.1\r\nhost: load\r\ncontent-length: {len(text)}\r\n\r\n".encode() + text
    )


async def send_slowly(host: str, port: int, draw: random.Random, seen: Seen) -> None:
    """Send a byte at a time, and read the answer."""
    reader, writer = await asyncio.open_connection(host, port)
    for byte in raw(body(draw)):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.02)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    text = await reader.read(65_536)
    writer.close()
    status = head.split()[1]
    if status == "200":
        seen.slow_answers += 1
    elif status == "429":
        await asyncio.sleep(int(head.partition("retry-after: ")[2].partition("\r")[0]))
    elif b'"EngineError"' in text:
        seen.useless += 1
    else:
        seen.bad[f"send slowly: {head}"] += 1


async def send_half(host: str, port: int, draw: random.Random, _seen: Seen) -> None:
    """Send half a body, wait a little and go away."""
    _, writer = await asyncio.open_connection(host, port)
    whole = raw(body(draw))
    writer.write(whole[: -draw.randint(1, 40)])
    await asyncio.sleep(draw.uniform(0, 3))
    writer.close()


async def hang_up(host: str, port: int, draw: random.Random, _seen: Seen) -> None:
    """Ask, and do not wait for the answer."""
    _, writer = await asyncio.open_connection(host, port)
    writer.write(raw(body(draw)))
    await asyncio.sleep(draw.uniform(0, 3))
    writer.close()


TROUBLE = (send_slowly, send_half, hang_up)


async def make_trouble(host: str, port: int, draw: random.Random, seen: Seen) -> None:
    kind = draw.choice(TROUBLE)
    await kind(host, port, draw, seen)
    seen.troubled[kind.__name__] += 1
    await asyncio.sleep(draw.uniform(0, 2))


async def lie_idle(host: str, port: int, number: int) -> list[asyncio.StreamWriter]:
    """Open connections and say nothing."""
    return [(await asyncio.open_connection(host, port))[1] for _ in range(number)]


def megabytes(pid: int) -> float:
    """The memory that a process takes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise SystemExit("the server is gone")


def files(pid: int) -> int:
    """The files and connections that a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def until(end: float, seen: Seen, do: Callable[[], Awaitable[None]]) -> None:
    while time.monotonic() < end and not seen.bad:
        try:
            await do()
        except (OSError, httpx.TransportError) as error:
            seen.bad[f"{type(error).__name__}: {error}"] += 1


async def look(pid: int, start: float, end: float, seen: Seen) -> None:
    """Note the server's memory, and show how far we are."""
    with Progress() as bar:
        task = bar.add_task("Loading the server", total=end - start)
        while (now := time.monotonic()) < end and not seen.bad:
            seen.memory.append((now, megabytes(pid)))
            bar.update(task, completed=now - start)
            await asyncio.sleep(1)


async def load(pid: int, address: str, arguments: argparse.Namespace, seen: Seen) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    place = host, int(port)
    draw = random.Random(arguments.seed)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENT, limits=limits) as client:
        (await client.post(PATH, json=body(draw))).raise_for_status()
        before = files(pid)
        idle = await lie_idle(*place, arguments.idle)
        start = time.monotonic()
        end = start + 60 * arguments.minutes
        await asyncio.gather(
            look(pid, start, end, seen),
            *(until(end, seen, lambda: ask(client, draw, seen)) for _ in range(arguments.clients)),
            *(
                until(end, seen, lambda: make_trouble(*place, draw, seen))
                for _ in range(arguments.troublemakers)
            ),
        )
        for writer in idle:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        await settle(client, pid, before + arguments.clients, seen)


async def settle(client: httpx.AsyncClient, pid: int, most: int, seen: Seen) -> None:
    """Wait until the server has given back what it held."""
    for _ in range(120):
        text = (await client.get("/metrics")).text
        if "\nsparkloom_queue_length 0.0" in text and files(pid) <= most:
            return
        await asyncio.sleep(1)
    seen.bad[f"{files(pid)} files are open, {most} at the most were expected"] += 1


def figures(seen: Seen, arguments: argparse.Namespace) -> Iterator[Figure]:
    minutes = arguments.minutes
    everything = [took for times in seen.answers.values() for took in times]
    yield f"clients, for {minutes:g} minutes", f"{arguments.clients}", "64"
    yield "idle connections beside them", f"{arguments.idle:,}", "1,000"
    troubled = ", ".join(f"{name} {n}" for name, n in sorted(seen.troubled.items()))
    yield "troublemakers: " + troubled.replace("_", " "), f"{seen.troubled.total():,}", ""
    answered = len(everything) + seen.slow_answers
    yield "answers (200), slow clients' included", f"{answered:,}", ""
    yield "answers a second", f"{answered / 60 / minutes:.2f}", ""
    busy = os.getloadavg()[1]
    yield "programs that wanted a core at a time (load average)", f"{busy:.0f}", ""
    yield "refusals (429)", f"{len(seen.refusals):,}", ""
    yield "the engine wrote nothing that may be returned (503)", f"{seen.useless:,}", "0"
    yield "anything else", f"{seen.bad.total()}", "0"
    slowest = statistics.quantiles(everything, n=100)[98]
    yield "time to an answer, median", f"{statistics.median(everything):.1f} s", ""
    yield "time to an answer, 99th percentile", f"{slowest:.1f} s", ""
    for mode, times in sorted(seen.answers.items()):
        named = f"of these in {mode} ({len(times):,}), median"
        yield named, f"{statistics.median(times):.1f} s", ""
    if len(seen.refusals) > 1:
        yield "time to a refusal, median", f"{1000 * statistics.median(seen.refusals):.0f} ms", ""
    first = seen.memory[0][0]
    warm = [mb for when, mb in seen.memory if when - first > WARM * 60 * minutes]
    third = len(warm) // 3
    begin, end = statistics.median(warm[:third]), statistics.median(warm[-third:])
    yield "memory of the server, most", f"{max(mb for _, mb in seen.memory):.0f} MB", ""
    yield "memory, last third of the time against the first", f"{end / begin - 1:+.1%}", "5 %"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--troublemakers", type=int, default=12)
    parser.add_argument("--idle", type=int, default=1000, help="connections that say nothing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with serving(settings, "embedded") as (server, address):
            asyncio.run(load(server.pid, address, arguments, seen))
    if seen.bad:
        raise SystemExit(f"Something is amiss: {dict(seen.bad)}.")
    command = f"python benchmarks/load.py --minutes {arguments.minutes:g}"
    write_section("A server under load", command, figures(seen, arguments))


if __name__ == "__main__":
    main()
