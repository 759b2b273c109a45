"""`GET /health`."""

from __future__ import annotations

import httpx

from conftest import Serve
from sparkloom import __version__
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


def test_health_tells_the_version(serve: Serve) -> None:
    answer = httpx.get(serve(Sparkloom(Settings(engine="echo"))) + "/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}
