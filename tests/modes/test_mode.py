"""Which mode a name stands for."""

from __future__ import annotations

import pytest

from sparkloom.modes import mode_for
from sparkloom.request import MODES, Mode


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_here(mode: Mode) -> None:
    assert mode_for(mode).temperature > 0
