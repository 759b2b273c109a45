"""Running a net."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings
from sparkloom.vision.classifier import net_file
from sparkloom.vision.net import open_net


def test_threads_are_as_asked_for() -> None:
    net = open_net(net_file(Settings().cache_dir), 1)
    assert net.get_session_options().intra_op_num_threads == 1


@pytest.mark.parametrize("content", [b"", b"no net"])
def test_a_file_that_is_no_net(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.onnx"
    path.write_bytes(content)
    with pytest.raises(UnavailableError, match="cannot be loaded"):
        open_net(path, 1)
