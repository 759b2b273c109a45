"""A full disk: nothing that was answered is lost, the rest is told, and room is enough to go on."""

from __future__ import annotations

import base64
import random
from pathlib import Path
from typing import Any

import httpx
import pytest
import rows
from disks import Disk, disk
from PIL import Image

from servers import server
from sparkloom.catalog.files import Files
from sparkloom.errors import CatalogError
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings
from sparkloom.vision.cache import Remembering
from sparkloom.vision.description import ImageDescription

SPARK = {"mode": "completion", "prompt": "a heron"}


def noise(path: Path) -> str:
    """A picture of 200 kB, in base64: no disk that is full takes it."""
    pixels = random.Random(0).randbytes(260 * 260 * 3)
    Image.frombytes("RGB", (260, 260), pixels).save(path)
    return base64.b64encode(path.read_bytes()).decode()


def test_a_service_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    picture = {"name": "noise.png", "image": noise(tmp_path / "noise.png")}
    with (
        disk(tmp_path / "disk", 4) as small,
        server(tmp_path / "log", data_dir=str(small.path)) as service,
        httpx.Client(base_url=service.address, timeout=60) as client,
    ):

        def ask(path: str, body: dict[str, Any]) -> httpx.Response:
            return client.post(f"/v1/{path}", json=body)

        kept = [ask("generate/prompt", SPARK).raise_for_status().json() for _ in range(5)]
        asset = ask("assets", picture).raise_for_status().json()["asset"]
        small.fill()
        refused = ask("assets", picture)
        while (answer := ask("generate/prompt", SPARK)).status_code == 200:
            kept.append(answer.json())
        for told in (refused, answer):
            assert told.status_code == 503
            assert told.json()["name"] == "CatalogError"
            assert "no room left" in told.json()["reason"]
        # What only reads is answered all the same.
        served = client.get(f"/v1/assets/{asset['id']}/content").raise_for_status()
        assert base64.b64encode(served.content).decode() == picture["image"]
        small.make_room()
        kept.append(ask("generate/prompt", SPARK).raise_for_status().json())
        ask("assets", picture).raise_for_status()
        assert len(client.get("/v1/assets").json()["assets"]) == 2
        for answer in kept:
            job = client.get(f"/v1/jobs/{answer['job']['jobId']}").raise_for_status().json()["job"]
            assert job["metadata"]["output"]["prompts"] == answer["prompts"]
    assert "Traceback" not in service.log_text()


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 1) as small:
        files = Files(Settings(files_url=small.path.as_uri()))
        files.write("first", b"1" * 100_000)
        small.fill()
        with pytest.raises(CatalogError, match="no room left"):
            files.write("second", b"2" * 100_000)
        small.make_room()
        assert list(files.names()) == ["first"]
        files.write("second", b"2" * 100_000)
        assert files.read("second") == b"2" * 100_000


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_batch_goes_on_when_there_is_room_again(tmp_path: Path, kind: str) -> None:
    source = tmp_path / f"in.{kind}"
    rows.write(source, rows.sparks(400))
    rows.run(source, whole := tmp_path / f"whole.{kind}")
    with disk(tmp_path / "disk", 1) as small:
        target = small.path / f"out.{kind}"
        leave(small, 60_000)
        with rows.start(source, target) as process:
            _, said = process.communicate()
        assert process.returncode == 1, said
        assert "No space left on device" in said
        assert "Traceback" not in said
        assert not target.exists()
        small.make_room()
        said = rows.run(source, target)
        assert target.read_bytes() == whole.read_bytes()


def leave(small: Disk, room: int) -> None:
    """Fill a disk but for so many bytes."""
    small.fill()
    filler = small.path / "filler"
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - room))


class Looking:
    """Eyes that say much."""

    name = "looking"

    def describe(self, picture: Picture) -> ImageDescription:
        return ImageDescription(sentence="much. " * 10_000, engine=self.name)

    def close(self) -> None:
        """Nothing is held."""


def test_what_eyes_said_is_done_without_and_leaves_nothing_behind(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    picture = read_picture((tmp_path / "a.png").read_bytes())
    with disk(tmp_path / "disk", 1) as small:
        eyes = Remembering(Looking(), small.path / "seen")
        small.fill()
        assert eyes.describe(picture).sentence.startswith("much.")
        assert list((small.path / "seen").iterdir()) == []
        small.make_room()
        eyes.describe(picture)
        assert [file.suffix for file in (small.path / "seen").iterdir()] == [".json"]
