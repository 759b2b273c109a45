"""Which mode a name stands for."""

from __future__ import annotations

import pytest

from sparkloom.errors import UnavailableError
from sparkloom.modes import mode_for
from sparkloom.request import Mode


@pytest.mark.parametrize("mode", ["image-editing"])
def test_a_mode_that_is_not_here_yet_says_so(mode: Mode) -> None:
    with pytest.raises(UnavailableError, match=f"{mode} is not available"):
        mode_for(mode)


@pytest.mark.parametrize(
    "mode", ["completion", "contextual", "contextual-v2", "inventive", "structured"]
)
def test_a_text_mode_is_here(mode: Mode) -> None:
    assert mode_for(mode).typical_tokens > 0
