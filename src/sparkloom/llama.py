"""The library of llama.cpp, loaded the same way by everybody who computes with it."""

from __future__ import annotations

import os
from types import ModuleType


def load_llama() -> ModuleType:
    """`xllamacpp`, whose threads sleep while they wait for each other.

    By default they spin. Where other programs want the cores too that made two threads more than
    ten times slower than asleep; alone it gains little. OpenMP reads its environment once, when the
    library is loaded; a policy that is set already stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    library: ModuleType = xllamacpp
    return library
