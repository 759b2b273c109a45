"""Nets that come in packages of their own, and running them by onnxruntime."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from sparkloom.errors import UnavailableError

if TYPE_CHECKING:
    import onnxruntime


def shipped(package: str, path: str, sha256: str) -> Path | None:
    """A file of a package, where that is installed and the file is what it should be."""
    try:
        found = Path(str(distribution(package).locate_file(path)))
        with found.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                return found
    except (PackageNotFoundError, OSError):
        pass
    return None


def open_net(path: Path, threads: int, *, any_size: bool = False) -> onnxruntime.InferenceSession:
    """A net that is ready to run.

    Args:
        path: an ONNX file.
        threads: processor threads.
        any_size: whether it shall take images of any size, though it was written for one.

    Raises:
        UnavailableError: the file is no net.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would be faster by a quarter, and keep 450 MB
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # cores are shared
    options.log_severity_level = 3
    try:
        net = _of_any_size(path) if any_size else path
        return onnxruntime.InferenceSession(net, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no class in common
        raise UnavailableError(f"The net {path} cannot be loaded: {error}") from error


def _of_any_size(path: Path) -> bytes:
    """A net's file without the sizes that it was written for: its layers need none."""

    import onnx

    model = onnx.load(path)
    for value in (*model.graph.input, *model.graph.output):
        for axis, length in enumerate(value.type.tensor_type.shape.dim):
            if axis:  # one picture at a time
                length.dim_param = f"{value.name}.{axis}"
    del model.graph.value_info[:]
    content: bytes = model.SerializeToString()
    return content
