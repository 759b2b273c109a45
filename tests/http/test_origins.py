"""Which names the service goes by, and whose web pages may use it."""

from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from conftest import Serve
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

KEY = {"authorization": "Bearer lovelace"}
KEYS = (SecretStr("ada:lovelace"),)
BODY = '{"mode": "completion"}'
APP = "https://app.example.com"


@pytest.fixture(scope="module")
def alone(serve: Serve) -> str:
    """A service as people run it for themselves."""
    return serve(Sparkloom(Settings(engine="echo")))


@pytest.fixture(scope="module")
def guarded(serve: Serve) -> str:
    return serve(Sparkloom(Settings(engine="echo", api_keys=KEYS, allowed_origins=(APP,))))


def post(address: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{address}/v1/generate/prompt", content=BODY, headers=named).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1:8321", "[::1]:8321"])
def test_alone_it_goes_by_the_names_of_loopback(alone: str, host: str) -> None:
    assert post(alone, host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:8321", "localhost@evil.example", ""],
)
def test_alone_it_goes_by_no_other_name(alone: str, host: str) -> None:
    """A page whose name is made to point here reaches nothing, not even to read."""
    assert post(alone, host=host) == 403
    assert httpx.get(f"{alone}/v1/jobs", headers={"host": host}).status_code == 403
    assert httpx.get(f"{alone}/health", headers={"host": host}).status_code == 200


def test_with_keys_it_goes_by_any_name(guarded: str) -> None:
    assert post(guarded, host="loom.example", **KEY) == 200


def test_it_goes_by_the_names_that_it_is_given(serve: Serve) -> None:
    settings = Settings(engine="echo", api_keys=KEYS, allowed_hosts=("loom.example",))
    address = serve(Sparkloom(settings))
    assert post(address, host="loom.example:443", **KEY) == 200
    assert post(address, host="127.0.0.1", **KEY) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://127.0.0.1", "sec_fetch_site": "cross-site"},
    ],
)
def test_a_page_of_another_origin_changes_nothing(
    alone: str, guarded: str, headers: dict[str, str]
) -> None:
    """With the key as well: a browser that knows it sends it for every page."""
    assert post(alone, **headers) == 403
    assert post(guarded, **headers, **KEY) == 403


def test_its_own_page_and_what_is_no_browser_are_heard(alone: str) -> None:
    assert post(alone) == 200
    assert post(alone, origin=alone) == 200
    assert (
        post(alone, origin="http://other", sec_fetch_site="same-origin") == 200
    )  # a proxy between
    assert post(alone, sec_fetch_site="none") == 200


def test_an_origin_that_is_named_may_use_it(guarded: str) -> None:
    url = f"{guarded}/v1/generate/prompt"
    asking = {
        "origin": APP,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    allowed = httpx.options(url, headers=asking)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == APP
    headers = {**KEY, "origin": APP, "sec-fetch-site": "cross-site"}
    answer = httpx.post(url, content=BODY, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == APP
    assert "x-trace-id" in answer.headers["access-control-expose-headers"]


def test_an_origin_that_is_not_named_is_told_nothing(guarded: str, alone: str) -> None:
    for address in (guarded, alone):
        asking = {"origin": "http://evil.example", "access-control-request-method": "POST"}
        refused = httpx.options(f"{address}/v1/generate/prompt", headers=asking)
        assert refused.status_code >= 400
        assert "access-control-allow-origin" not in refused.headers
        seen = httpx.get(f"{address}/v1/jobs", headers={"origin": "http://evil.example", **KEY})
        assert "access-control-allow-origin" not in seen.headers
