"""Models from a hub that were tried out by name, and which one is chosen.

The table is `curated.toml`. A file is fetched into Sparkloom's cache, checked against the
checksum that the hub states for it, and remembered in `chosen.json`. The hub's own client finds
the file and says what it must be; it does not go on with a fetch that was killed, so the bytes
are fetched here.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sparkloom.errors import NotFoundError, UnavailableError

Progress = Callable[[float], None]

OWN = "sparkloom"
"""The name of Sparkloom's own model."""

SHARE = 0.9
"""Of the work, what fetching takes; checking takes the rest."""

TRIES = 5
"""So often in a row a connection may fail before anything has come."""


class Curated(BaseModel):
    """A model of the table.

    Attributes:
        repository: on the hub, `owner/name`.
        file: the GGUF in it.
        vision_file: the GGUF of its vision part; empty where it sees nothing.
        megabytes: of the download, about.
        memory_megabytes: while it runs, about.
        licence: by its name.
        good_at: what it is good for, in a few words.
        sha256: of `file`, where the hub's word is not enough.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    repository: str
    file: str
    vision_file: str = ""
    megabytes: int
    memory_megabytes: int
    licence: str
    good_at: str
    sha256: str = ""


class Choice(BaseModel):
    """A model that was fetched and chosen.

    Attributes:
        name: in the table.
        path: the GGUF file.
        sha256: its checksum.
        vision_path: the file of its vision part; empty where it has none.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    path: str
    sha256: str
    vision_path: str = ""


@cache
def curated() -> dict[str, Curated]:
    """The table, by name."""
    text = resources.files("sparkloom.engines").joinpath("curated.toml").read_text("utf-8")
    return {name: Curated.model_validate(row) for name, row in tomllib.loads(text).items()}


def chosen(folder: Path) -> Choice | None:
    """The model that is chosen in a cache folder; None for Sparkloom's own."""
    try:
        return Choice.model_validate_json(_file(folder).read_text("utf-8"))
    except (OSError, ValidationError):
        return None


def choose(name: str, folder: Path, progress: Progress) -> Choice | None:
    """Fetch a model, check it, and take it from now on.

    Args:
        name: in the table, or `OWN`.
        folder: Sparkloom's cache.
        progress: told how much is done, 0 to 1.

    Raises:
        NotFoundError: there is no such name.
        UnavailableError: the hub cannot be reached, or the file is not what it says.
    """
    if name == OWN:
        _file(folder).unlink(missing_ok=True)
        return None
    if name not in curated():
        raise NotFoundError(f"There is no model {name}; there are {', '.join([OWN, *curated()])}.")
    model = curated()[name]
    files = [file for file in (model.file, model.vision_file) if file]
    fetched = []
    for number, file in enumerate(files):
        expected = model.sha256 if file == model.file else ""
        share = lambda done, number=number: progress((number + done) / len(files))  # noqa: E731
        fetched.append(fetch(model.repository, file, folder, share, expected))
    (path, digest), *vision = fetched
    choice = Choice(
        name=name, path=str(path), sha256=digest, vision_path=str(vision[0][0]) if vision else ""
    )
    folder.mkdir(parents=True, exist_ok=True)
    partial = _file(folder).with_suffix(".partial")
    partial.write_text(json.dumps(choice.model_dump()), "utf-8")
    partial.replace(_file(folder))
    return choice


def fetch(
    repository: str, file: str, folder: Path, progress: Progress, expected: str = ""
) -> tuple[Path, str]:
    """A file of a hub, and its checksum. A fetch that was cut off goes on where it stopped.

    Args:
        repository: `owner/name`.
        file: its path there.
        folder: Sparkloom's cache.
        progress: told how much is done, 0 to 1.
        expected: its SHA-256; what the hub states if left out.

    Raises:
        UnavailableError: it cannot be fetched, or is not what it should be.
    """
    path = folder / "models" / repository.replace("/", "--") / file
    note = path.with_suffix(".sha256")
    where = f"{file} of {repository}"
    with _explained(where):
        if path.is_file() and note.is_file() and _sha256(path) == note.read_text().strip():
            progress(1.0)
            return path, note.read_text().strip()
        from filelock import FileLock
        from huggingface_hub import get_hf_file_metadata, get_token, hf_hub_url

        url = hf_hub_url(repository, file)
        stated = get_hf_file_metadata(url)
        digest = expected or stated.etag or ""
        if not re.fullmatch(r"[0-9a-f]{64}", digest) or stated.size is None:
            raise UnavailableError(f"The hub states no checksum for {where}; it is not used.")
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{file}.{digest[:12]}.partial")
        with FileLock(f"{path}.lock"):
            headers = {"Authorization": f"Bearer {token}"} if (token := get_token()) else {}
            _download(url, headers, partial, stated.size, progress)
            if (found := _sha256(partial)) != digest:
                partial.unlink()
                raise UnavailableError(
                    f"{where} is damaged: its SHA-256 is {found}, and {digest} is right. It was "
                    "deleted; fetch it again."
                )
            note.write_text(digest)
            partial.replace(path)
    progress(1.0)
    return path, digest


def _download(
    url: str, headers: Mapping[str, str], partial: Path, size: int, progress: Progress
) -> None:
    """Add to a file what it lacks of what is at an address, however often that is cut off."""
    import httpx2

    left = TRIES
    while (have := partial.stat().st_size if partial.exists() else 0) < size:
        if (free := shutil.disk_usage(partial.parent).free) < size - have:
            raise OSError(
                errno.ENOSPC, f"{(size - have) / 1e6:.0f} MB are needed, {free / 1e6:.0f} are free"
            )
        asked = {**headers, "Range": f"bytes={have}-"}
        try:
            with httpx2.stream(
                "GET", url, headers=asked, timeout=30, follow_redirects=True
            ) as said:
                said.raise_for_status()
                goes_on = said.status_code == httpx2.codes.PARTIAL_CONTENT
                done = have if goes_on else 0
                with partial.open("ab" if goes_on else "wb") as file:
                    for piece in said.iter_raw():
                        file.write(piece)
                        done += len(piece)
                        left = TRIES
                        progress(SHARE * min(1.0, done / size))
        except httpx2.TransportError:
            left -= 1
            if not left:
                raise
            time.sleep(TRIES - left)


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn what the hub, the network and the disk say into what the user can do."""
    try:
        import httpx2
        from huggingface_hub import errors
    except ImportError:
        raise UnavailableError(
            "Models from a hub need one more package: pip install 'sparkloom[hub]'"
        ) from None
    try:
        yield
    except UnavailableError:
        raise
    except (errors.OfflineModeIsEnabled, httpx2.TransportError) as error:
        raise UnavailableError(
            f"{where} is not here yet, and the hub cannot be reached ({error}). What is there of "
            "it is kept. Try again where there is a network, or name a GGUF file that you have in "
            "SPARKLOOM_MODEL."
        ) from error
    except Exception as error:  # the hub and the disk have errors of their own
        raise UnavailableError(
            f"{where} could not be fetched: {error}. What is there of it is kept."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(folder: Path) -> Path:
    return folder / "chosen.json"
