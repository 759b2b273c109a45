"""How fast the catalog answers when it is full, and whether a killed server loses anything.

    pip install .
    python benchmarks/catalog.py retrieve
    python benchmarks/catalog.py kill
    python benchmarks/catalog.py kill --signal TERM
    python benchmarks/catalog.py kill --database-url postgresql://user@host/empty

The second part starts a server, keeps it busy from several sides, ends it with SIGKILL (or with
SIGTERM, after which what runs is finished) at a random moment, starts it again, and holds all
that was answered against what is there. It ends with an error as soon as something is amiss.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from pydantic import SecretStr
from rich.progress import track

from report import Figure, write_section
from server import idle, processor_seconds, serving, serving_at_once
from sparkloom.catalog import Catalog
from sparkloom.catalog.assets import AssetQuery
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings

PROJECT = Settings().project
IMAGES_PER_MODEL = 5
ASKED = 500
CLIENTS = 4
COLOURS = 2**24
CAPTION = "tok, thing {}, amber lantern, wet slate, low mist, copper rooftops"
NOTHING = "a route of FastAPI that does nothing"
OURS = ("an asset", "a model")
LONGEST_LIFE = 1.0
"""Seconds that a server is kept busy at most before it is killed."""


@dataclass
class Answered:
    """What a server has answered since it was started.

    Attributes:
        jobs: prompts by job.
        assets: bytes by asset.
        deleted: assets that are gone.
        doubtful: assets whose deletion was asked for and not answered.
    """

    jobs: dict[str, list[str]] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def take(self) -> str | None:
        """An asset that is there and that nobody else takes, if there is one."""
        try:
            return self.assets.popitem()[0]
        except KeyError:
            return None


def picture(number: int) -> Picture:
    """A picture that no other number has."""
    file = io.BytesIO()
    red, rest = divmod(number % COLOURS, 2**16)
    Image.new("RGB", (16, 16), (red, *divmod(rest, 2**8))).save(file, "PNG")
    return read_picture(file.getvalue())


def fill(catalog: Catalog, assets: int, models: int) -> tuple[list[str], list[str]]:
    """Fill a catalog; the ids of its assets and models."""
    asset_ids = [
        catalog.assets.add(
            PROJECT, picture(number), f"{number}.png", description=CAPTION.format(number)
        ).id
        for number in track(range(assets), "Adding assets")
    ]
    model_ids = []
    for number in track(range(models), "Adding models"):
        images = [
            asset_ids[(number * IMAGES_PER_MODEL + i) % assets] for i in range(IMAGES_PER_MODEL)
        ]
        model = catalog.models.create(PROJECT, name=f"model {number}", training_images=images)
        model_ids.append(model.id)
    return asset_ids, model_ids


Ask = Callable[[], object]


def milliseconds(asked: dict[str, Ask], times: int = ASKED) -> dict[str, list[float]]:
    """How long each of several things takes, asked in turn: what else is busy here slows all."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(times):
        for name, ask in asked.items():
            start = time.perf_counter()
            ask()
            taken[name].append(1000 * (time.perf_counter() - start))
    return taken


def told(what: str, times: list[float], target: str = "") -> Iterator[Figure]:
    """Median and 99th percentile."""
    yield f"{what}, median", f"{statistics.median(times):.1f} ms", target
    yield f"{what}, 99th percentile", f"{statistics.quantiles(times, n=100)[98]:.1f} ms", target


def retrieving(settings: Settings, assets: int, models: int) -> Iterator[Figure]:
    """How long single retrieves take from a full catalog."""
    size = f"{assets:,} assets and {models:,} models"
    with Catalog(settings) as catalog:
        asset_ids, model_ids = fill(catalog, assets, models)
        start = time.perf_counter()
        catalog.sweep()
        yield f"sweep over {size}", f"{time.perf_counter() - start:.2f} s", ""
        found: dict[str, tuple[Callable[[str, str], object], list[str]]] = {
            "an asset": (catalog.assets.get, asset_ids),
            "a file": (catalog.assets.content, asset_ids),
            "a model": (catalog.models.get, model_ids),
            "what is known of a model": (catalog.models.knowledge, model_ids),
        }
        asked: dict[str, Ask] = {
            name: lambda get=get, ids=ids: get(PROJECT, random.choice(ids))  # type: ignore[misc]
            for name, (get, ids) in found.items()
        }
        for name, times in milliseconds(asked).items():
            yield from told(f"{name} of {size}", times, "≤ 10 ms")
        start = time.perf_counter()
        catalog.assets.page(PROJECT, AssetQuery(page_size=100))
        yield "a page of 100 assets", f"{1000 * (time.perf_counter() - start):.1f} ms", ""
    yield from over_http(settings, asset_ids, model_ids)


def over_http(settings: Settings, asset_ids: list[str], model_ids: list[str]) -> Iterator[Figure]:
    """The same over HTTP, beside a route that does nothing."""
    with (
        idle() as nothing,
        serving(settings) as (process, address),
        httpx.Client(base_url=address) as client,
    ):

        def get(path: str) -> None:
            client.get(path).raise_for_status()

        asked: dict[str, Ask] = {
            NOTHING: lambda: get(nothing.address),
            "an answer without the catalog": lambda: get("/health"),
            "an asset": lambda: get(f"/v1/assets/{random.choice(asset_ids)}"),
            "a model": lambda: get(f"/v1/models/{random.choice(model_ids)}"),
        }
        for name, times in milliseconds(asked).items():
            yield from told(f"{name} over HTTP", times, "≤ 10 ms" if name in OURS else "")
        spent = {}
        for name, ask in asked.items():
            measured = nothing.process if name == NOTHING else process
            before = processor_seconds(measured)
            for _ in range(ASKED):
                ask()
            spent[name] = 1000 * (processor_seconds(measured) - before) / ASKED
            yield f"{name} over HTTP, processor time of the server", f"{spent[name]:.1f} ms", ""
        for name in OURS:
            times_nothing = spent[name] / spent[NOTHING]
            yield f"{name} over HTTP, as a multiple of {NOTHING}", f"{times_nothing:.1f}", ""


def writing(folder: Path, full: Settings, captions: int) -> Iterator[Figure]:
    """How long a contextual request takes in a full catalog and for a model of many captions,
    beside one of ten. The engine answers at once."""
    small = Settings(data_dir=folder)
    model_ids = {}
    for name, settings, count_ in (
        ("few", small, 10),
        ("some", full, 10),
        ("many", full, captions),
    ):
        with Catalog(settings) as catalog:
            assets, _ = fill(catalog, count_, 0)
            model = catalog.models.create(PROJECT, name=name, training_images=assets)
            model_ids[name] = model.id
    with (
        serving(small) as (_, small_address),
        serving(full) as (_, full_address),
        httpx.Client(timeout=60) as client,
    ):

        def post(address: str, name: str) -> None:
            body = {"modelId": model_ids[name], "prompt": "amber lantern", "mode": "contextual"}
            client.post(f"{address}/v1/generate/prompt", json=body).raise_for_status()

        taken = milliseconds(
            {
                "in a catalog of ten": lambda: post(small_address, "few"),
                "in the full one": lambda: post(full_address, "some"),
                f"in the full one, for a model of {captions:,} captions": lambda: post(
                    full_address, "many"
                ),
            },
            100,
        )
    few = statistics.median(taken["in a catalog of ten"])
    for name, times in taken.items():
        median = statistics.median(times)
        more = f", {median - few:+.1f} ms" if times is not taken["in a catalog of ten"] else ""
        target = "+50 ms" if more else ""
        yield f"a contextual request {name}, median", f"{median:.1f} ms{more}", target


def keep_busy(address: str, answered: Answered, numbers: Iterator[int], over: Any) -> None:
    """Ask for prompts, and upload and delete pictures, until nobody answers."""
    with httpx.Client(base_url=address, timeout=10) as client:
        try:
            while not over.is_set():
                _ask(client, answered, next(numbers))
        except httpx.TransportError:
            return


def _ask(client: httpx.Client, answered: Answered, number: int) -> None:
    kind = number % 4
    if kind < 2:
        body: dict[str, object] = {"mode": "completion", "prompt": f"thing {number}"}
        answer = client.post("/v1/generate/prompt", json=body).raise_for_status().json()
        answered.jobs[answer["job"]["jobId"]] = answer["prompts"]
    elif kind == 2 or (asset_id := answered.take()) is None:
        data = picture(number).data
        body = {"name": f"{number}.png", "image": base64.b64encode(data).decode()}
        answer = client.post("/v1/assets", json=body).raise_for_status().json()
        answered.assets[answer["asset"]["id"]] = data
    else:
        answered.doubtful.add(asset_id)
        body = {"assetIds": [asset_id]}
        client.request("DELETE", "/v1/assets", json=body).raise_for_status()
        answered.doubtful.remove(asset_id)
        answered.deleted.add(asset_id)


def hold(true: bool, reason: str) -> None:
    """End with an error unless something is true."""
    if not true:
        raise SystemExit(f"Something is amiss: {reason}.")


def check(settings: Settings, address: str, answered: Answered, since: str) -> str:
    """Hold what was answered against what is there.

    Args:
        since: the newest job that was looked at before; those after it are looked at.

    Returns:
        the newest job.
    """
    with httpx.Client(base_url=address, timeout=10) as client:
        for job_id, prompts in answered.jobs.items():
            job = client.get(f"/v1/jobs/{job_id}").raise_for_status().json()["job"]
            hold(job["metadata"]["output"]["prompts"] == prompts, f"{job_id} is another")
        jobs = list(takewhile(lambda job: job["jobId"] != since, _all(client, "jobs")))
        for job in jobs:
            hold(job["status"] == "success", f"{job['jobId']} is half done")
            hold(bool(job["metadata"]["output"]["prompts"]), f"{job['jobId']} has no prompts")
        for asset_id, data in answered.assets.items():
            served = client.get(f"/v1/assets/{asset_id}/content").raise_for_status()
            hold(served.content == data, f"{asset_id} has other bytes")
        for asset_id in answered.deleted:
            found = client.get(f"/v1/assets/{asset_id}")
            hold(found.status_code == 404, f"{asset_id} is back")
        recorded = {f"{asset['id']}.png" for asset in _all(client, "assets")}
    files = {path.name for path in (settings.data_dir / "files").iterdir()} - {"catalog"}
    hold(files == recorded, f"files and records differ: {files ^ recorded}")
    return str(jobs[0]["jobId"]) if jobs else since


def _all(client: httpx.Client, name: str) -> Iterator[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        params = {"pageSize": "100", **token}
        page = client.get(f"/v1/{name}", params=params).raise_for_status().json()
        yield from page[name]
        if "nextPaginationToken" not in page:
            return
        token = {"paginationToken": page["nextPaginationToken"]}


def killing(
    settings: Settings, kills: int, minutes: float, seed: int, how: signal.Signals
) -> Iterator[Figure]:
    """End the server as often as asked, or as time allows, and look at what it left each time."""
    end = time.monotonic() + 60 * minutes
    draw = random.Random(seed)
    numbers = count()
    totals: Counter[str] = Counter()
    answered = Answered()
    newest = ""
    for number in track(range(kills + 1), "Killing the server"):
        with serving_at_once(settings) as (process, address):
            newest = check(settings, address, answered, newest)
            totals.update(jobs=len(answered.jobs), deleted=len(answered.deleted))
            totals.update(assets=len(answered.assets))
            if number == kills or time.monotonic() > end:
                check(settings, address, Answered(), "")  # all jobs once more
                break
            # What was uploaded is deleted in a later round.
            answered = Answered(assets=answered.assets)
            over = threading.Event()
            with httpx.Client(base_url=address, timeout=60) as client:
                _ask(client, answered, 0)  # the first prompt takes longer than most have to live
            with ThreadPoolExecutor(CLIENTS) as clients:
                busy = [
                    clients.submit(keep_busy, address, answered, numbers, over)
                    for _ in range(CLIENTS)
                ]
                time.sleep(draw.uniform(0.02, LONGEST_LIFE))
                os.kill(process.pid or 0, how)
                process.join()
                over.set()
                for one in busy:
                    one.result()
    # The check has ended with an error where one of these would not be nought.
    yield f"ends ({how.name}) under load", f"{number}", "500"
    yield "answered jobs looked for afterwards", f"{totals['jobs']:,}", ""
    yield "pictures looked for afterwards", f"{totals['assets']:,}", ""
    yield "answered deletions looked at afterwards", f"{totals['deleted']:,}", ""
    yield "of these lost, half done or back again", "0", "0"
    yield "files without a record, records without a file", "0", "0"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parts = parser.add_subparsers(dest="part", required=True)
    retrieve = parts.add_parser("retrieve", help="single retrieves from a full catalog")
    retrieve.add_argument("--assets", type=int, default=10_000)
    retrieve.add_argument("--models", type=int, default=1_000)
    kill = parts.add_parser("kill", help="what a killed server leaves")
    kill.add_argument("--kills", type=int, default=500)
    kill.add_argument("--minutes", type=float, default=600, help="after which no more are made")
    kill.add_argument("--seed", type=int, default=0, help="of the moments to kill at")
    kill.add_argument("--signal", choices=("KILL", "TERM"), default="KILL", help="that ends it")
    kill.add_argument("--database-url", default="", help="an empty database; SQLite if left out")
    arguments = parser.parse_args()
    command = f"python benchmarks/catalog.py {arguments.part}"
    with tempfile.TemporaryDirectory() as folder:
        if arguments.part == "retrieve":
            settings = Settings(data_dir=Path(folder))
            figures = [
                *retrieving(settings, arguments.assets, arguments.models),
                *writing(Path(folder, "small"), settings, 1_000),
            ]
            load = f"{os.getloadavg()[0]:.1f}"
            figures.append(("programs that waited for a processor meanwhile, mean", load, ""))
            write_section("A full catalog", command, figures)
        else:
            url = SecretStr(arguments.database_url)
            settings = Settings(data_dir=Path(folder), database_url=url)
            how = signal.Signals[f"SIG{arguments.signal}"]
            command += " --signal TERM" if how == signal.SIGTERM else ""
            figures = list(
                killing(settings, arguments.kills, arguments.minutes, arguments.seed, how)
            )
            database = "PostgreSQL" if arguments.database_url else "SQLite"
            ended = "killed" if how == signal.SIGKILL else "terminated"
            write_section(f"A {ended} server, on {database}", command, figures)


if __name__ == "__main__":
    main()
