"""Running a net by onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sparkloom.errors import UnavailableError

if TYPE_CHECKING:
    import onnxruntime


def open_net(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A net that is ready to run.

    Args:
        path: an ONNX file.
        threads: processor threads.

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
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no class in common
        raise UnavailableError(f"The net {path} cannot be loaded: {error}") from error
