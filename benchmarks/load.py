"""Whether a server stands what a day on the network brings, and how long its clients wait.

    pip install '.[test]'
    python benchmarks/load.py --minutes 10
    python benchmarks/load.py --minutes 60 --idle 4000

64 clients ask for prompts in every mode, and for captions, as fast as they are let, and come back
when `Retry-After` says. Beside them a thousand connections lie idle, and troublemakers send or read
some bytes at a time, leave half a head or half a body behind, or hang up before the answer. It ends
with an error as soon as a client gets anything but an answer or 429, or where the server does not
give back what it held: places in its queue, connections and files.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from PIL import Image
from rich.progress import Progress

from report import Figure, write_section
from server import Process, megabytes, open_files, serving
from sparkloom.settings import Settings

PROMPT = "/v1/generate/prompt"
CAPTION = "/v1/generate/caption"
MODES = (
    "completion",
    "inventive",
    "structured",
    "contextual",
    "contextual-v2",
    "image-editing",
    "caption",
)
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


class Asked(NamedTuple):
    """A request as any other.

    Attributes:
        kind: one of `MODES`.
    """

    kind: str
    path: str
    body: dict[str, Any]


@dataclass
class Seen:
    """What clients and onlookers saw.

    Attributes:
        answers: seconds that answers took, by mode.
        slow_answers: answers to slow clients.
        refusals: seconds until a 429.
        useless: requests for which the engine wrote nothing that may be returned (503), which it
            does on an idle server as well; what was asked and why.
        bad: what happened beside these, and how often.
        troubled: how often each troublemaker did what it does.
        idle: how many idle connections were opened; the server closes them after a while.
        memory: megabytes that the server took, with the time.
        held: places in the queue, and open files and connections, before and at the end.
    """

    answers: dict[str, list[float]] = field(default_factory=dict)
    slow_answers: int = 0
    refusals: list[float] = field(default_factory=list)
    useless: list[str] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)
    troubled: Counter[str] = field(default_factory=Counter)
    idle: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)
    held: list[tuple[int, int]] = field(default_factory=list)


def picture(draw: random.Random) -> str:
    """A small picture that nobody has seen before."""
    file = io.BytesIO()
    colour = tuple(draw.randrange(256) for _ in range(3))
    Image.new("RGB", (48, 32), colour).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def asked_of(draw: random.Random) -> Asked:
    kind = draw.choice(MODES)
    cleared = {"ensureIPCleared": draw.random() < 0.3}
    if kind == "caption":
        return Asked(kind, CAPTION, {"images": [picture(draw)], **cleared})
    body = {
        "mode": kind,
        "prompt": draw.choice(SPARKS),
        "numResults": draw.choice([1, 1, 2, 3]),
        **cleared,
    }
    if kind.startswith("contextual"):
        body["modelId"] = "sdxl"
    if kind == "image-editing":
        body["image"] = picture(draw)
    return Asked(kind, PROMPT, body)


async def ask(client: httpx.AsyncClient, draw: random.Random, seen: Seen) -> None:
    """What a well-behaved client does."""
    kind, path, body = asked_of(draw)
    start = time.monotonic()
    answer = await client.post(path, json=body)
    took = time.monotonic() - start
    if answer.status_code == 200:
        seen.answers.setdefault(kind, []).append(took)
        if kind != "caption" and len(answer.json()["prompts"]) != body["numResults"]:
            seen.bad["another number of prompts"] += 1
    elif answer.status_code == 429:
        seen.refusals.append(took)
        await asyncio.sleep(int(answer.headers["retry-after"]))
    elif answer.json()["name"] == "EngineError":
        told = {name: value for name, value in body.items() if name != "image"}
        seen.useless.append(f"{told}: {answer.json()['reason']}")
    else:
        seen.bad[f"{answer.status_code} {answer.text}"] += 1


def raw(draw: random.Random) -> bytes:
    """A request as it goes over the wire."""
    _, path, body = asked_of(draw)
    text = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(text)}\r\n\r\n"
    return head.encode() + text


class Place(NamedTuple):
    """Where the server is."""

    host: str
    port: int

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.host, self.port)


async def send_slowly(place: Place, draw: random.Random, seen: Seen) -> None:
    """Send some bytes at a time, and read the answer."""
    reader, writer = await place.open()
    whole = raw(draw)
    for start in range(0, len(whole), 4):
        writer.write(whole[start : start + 4])
        await writer.drain()
        await asyncio.sleep(0.02)
    await _read(reader, 65_536, "send slowly", seen)
    writer.close()


async def read_slowly(place: Place, draw: random.Random, seen: Seen) -> None:
    """Ask, and read the answer some bytes at a time."""
    reader, writer = await place.open()
    writer.write(raw(draw))
    await _read(reader, 64, "read slowly", seen)
    writer.close()


async def _read(reader: asyncio.StreamReader, at_a_time: int, who: str, seen: Seen) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r")[0])
    text = b""
    while len(text) < length and (piece := await reader.read(at_a_time)):
        text += piece
        await asyncio.sleep(0.02)
    status = head.split()[1]
    if status == "200" and len(text) == length:
        seen.slow_answers += 1
    elif status == "429":
        await asyncio.sleep(int(head.partition("retry-after: ")[2].partition("\r")[0]))
    elif b'"EngineError"' in text:
        seen.useless.append(f"{who}: {text.decode()}")
    else:
        seen.bad[f"{who}: {head} {text[:200]!r}"] += 1


async def send_half(place: Place, draw: random.Random, _seen: Seen) -> None:
    """Send half a head or half a body, wait a little and go away."""
    _, writer = await place.open()
    whole = raw(draw)
    writer.write(whole[: draw.randint(1, len(whole) - 1)])
    await asyncio.sleep(draw.uniform(0, 3))
    writer.close()


async def hang_up(place: Place, draw: random.Random, _seen: Seen) -> None:
    """Ask, and do not wait for the answer."""
    _, writer = await place.open()
    writer.write(raw(draw))
    await asyncio.sleep(draw.uniform(0, 3))
    writer.close()


async def reset(place: Place, draw: random.Random, _seen: Seen) -> None:
    """The same, with a reset, as a machine that loses its power or its network."""
    _, writer = await place.open()
    writer.write(raw(draw))
    await writer.drain()
    await asyncio.sleep(draw.uniform(0, 3))
    writer.transport.abort()


TROUBLE = {
    "send-slowly": send_slowly,
    "read-slowly": read_slowly,
    "send-half": send_half,
    "hang-up": hang_up,
    "reset": reset,
}


async def make_trouble(place: Place, kinds: list[str], draw: random.Random, seen: Seen) -> None:
    kind = draw.choice(kinds)
    await TROUBLE[kind](place, draw, seen)
    seen.troubled[kind] += 1
    await asyncio.sleep(draw.uniform(0, 2))


async def lie_idle(place: Place, end: float, seen: Seen) -> None:
    """Open a connection and say nothing; when the server closes it, another."""
    reader, writer = await place.open()
    seen.idle += 1
    try:
        async with asyncio.timeout_at(end):
            await reader.read()
    except TimeoutError:
        pass
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def until(end: float, seen: Seen, do: Callable[[], Awaitable[None]]) -> None:
    while time.monotonic() < end and not seen.bad:
        try:
            await do()
        except (OSError, EOFError, httpx.TransportError) as error:
            seen.bad[f"{type(error).__name__}: {error}"] += 1


async def look(process: Process, start: float, end: float, seen: Seen) -> None:
    """Note the server's memory, and show how far we are."""
    with Progress() as bar:
        task = bar.add_task("Loading the server", total=end - start)
        while (now := time.monotonic()) < end and not seen.bad:
            seen.memory.append((now, megabytes(process)))
            bar.update(task, completed=now - start)
            await asyncio.sleep(1)


async def load(process: Process, address: str, arguments: argparse.Namespace, seen: Seen) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    place = Place(host, int(port))
    draw = random.Random(arguments.seed)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENT, limits=limits) as client:
        for one in {each.kind: each for each in map(asked_of, [draw] * 99)}.values():
            (await client.post(one.path, json=one.body)).raise_for_status()
        seen.held.append(await held(client, process))
        start = time.monotonic()
        end = start + 60 * arguments.minutes
        await asyncio.gather(
            look(process, start, end, seen),
            *(until(end, seen, lambda: ask(client, draw, seen)) for _ in range(arguments.clients)),
            *(
                until(end, seen, lambda: make_trouble(place, arguments.kinds, draw, seen))
                for _ in range(arguments.troublemakers)
            ),
            *(until(end, seen, lambda: lie_idle(place, end, seen)) for _ in range(arguments.idle)),
        )
        await settle(client, process, arguments.clients, seen)


async def held(client: httpx.AsyncClient, process: Process) -> tuple[int, int]:
    """Places in the queue that are taken, and files and connections that the server has open."""
    text = (await client.get("/metrics")).text
    length = next(line for line in text.splitlines() if line.startswith("sparkloom_queue_length "))
    return int(float(length.split()[1])), open_files(process)


async def settle(client: httpx.AsyncClient, process: Process, clients: int, seen: Seen) -> None:
    """Wait until the server has given back what it held, beside its clients' connections."""
    before = seen.held[0][1]
    for _ in range(120):
        places, files = await held(client, process)
        if places == 0 and files <= before + clients:
            break
        await asyncio.sleep(1)
    else:
        seen.bad[f"{places} places and {files} files are taken; before it were {before}"] += 1
    seen.held.append((places, files))


def figures(seen: Seen, arguments: argparse.Namespace) -> Iterator[Figure]:
    minutes = arguments.minutes
    everything = [took for times in seen.answers.values() for took in times]
    yield f"clients, for {minutes:g} minutes", f"{arguments.clients}", "64"
    yield "idle connections beside them", f"{arguments.idle:,}", "≥ 1,000"
    yield (
        "of these, opened again when the server closed them",
        f"{seen.idle - arguments.idle:,}",
        "",
    )
    troubled = ", ".join(f"{name} {n}" for name, n in sorted(seen.troubled.items()))
    yield "troublemakers: " + troubled.replace("-", " "), f"{seen.troubled.total():,}", ""
    answered = len(everything) + seen.slow_answers
    yield "answers (200), slow clients' included", f"{answered:,}", ""
    yield "answers a second", f"{answered / 60 / minutes:.2f}", ""
    busy = os.getloadavg()[1]
    yield "programs that wanted a core at a time (load average)", f"{busy:.0f}", ""
    yield "refusals (429)", f"{len(seen.refusals):,}", ""
    yield "the engine wrote nothing that may be returned (503)", f"{len(seen.useless):,}", "0"
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
    yield "memory, last third of the time against the first", f"{end / begin - 1:+.1%}", "≤ 5 %"
    (_, files), (places, more) = seen.held
    yield "places in the queue still taken at the end", f"{places}", "0"
    clients = f"files and connections open before, and at the end with {arguments.clients} clients"
    yield clients, f"{files}, {more}", f"{files + arguments.clients} at most"


def kinds_of(text: str) -> list[str]:
    kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
    if unknown := set(kinds) - set(TROUBLE):
        raise argparse.ArgumentTypeError(f"no such kind: {', '.join(sorted(unknown))}")
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--troublemakers", type=int, default=12)
    parser.add_argument(
        "--kinds",
        type=kinds_of,
        default=list(TROUBLE),
        help=f"what they do, comma-separated; all if left out: {', '.join(TROUBLE)}",
    )
    parser.add_argument("--idle", type=int, default=1000, help="connections that say nothing")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    allow_files(arguments.idle + arguments.clients + arguments.troublemakers)
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        with serving(settings, "embedded") as (server, address):
            asyncio.run(load(server, address, arguments, seen))
    for text in seen.useless:
        print(f"Nothing that may be returned: {text}", file=sys.stderr)
    if seen.bad:
        raise SystemExit(f"Something is amiss: {dict(seen.bad)}.")
    command = f"python benchmarks/load.py --minutes {arguments.minutes:g}"
    if arguments.idle != parser.get_default("idle"):
        command += f" --idle {arguments.idle}"
    title = "A server under load" + (" for an hour" if arguments.minutes >= 60 else "")
    write_section(title, command, figures(seen, arguments))


def allow_files(connections: int) -> None:
    """Have this process, and the server that it starts, open as many files as that takes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + 500
    if most != resource.RLIM_INFINITY and needed > most:
        raise SystemExit(f"{needed} open files are needed, and {most} allowed; see ulimit -Hn.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, most))


if __name__ == "__main__":
    main()
