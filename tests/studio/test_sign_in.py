"""Signing in to the page: who passes, who does not, and what is left open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from sparkloom.catalog import Catalog
from sparkloom.errors import SparkloomError
from sparkloom.keys import KeyRing
from sparkloom.settings import Settings
from sparkloom.studio import sign_in
from sparkloom.studio.sign_in import COOKIE, SignIn

KEYS = [SecretStr("ada:moon:dust"), SecretStr("bob:river")]


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(getattr(request.state, "key", "nobody"))


def client(keys: list[SecretStr], data_dir: Path) -> TestClient:
    inner = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])

    async def told(request: Request, error: Exception) -> PlainTextResponse:
        assert isinstance(error, SparkloomError)
        return PlainTextResponse(error.reason, error.status)

    settings = Settings(api_keys=tuple(keys), data_dir=data_dir)
    ring = KeyRing(settings, Catalog(settings))
    outer = Starlette(
        routes=[Mount("/", SignIn(inner, ring))], exception_handlers={SparkloomError: told}
    )
    return TestClient(outer, follow_redirects=False)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    with client(KEYS, tmp_path) as asking:
        yield asking


def enter(asking: TestClient) -> int:
    status: int = asking.post("/sign-in", data={"key": "ada", "secret": "moon:dust"}).status_code
    return status


def test_without_keys_everybody_passes(tmp_path: Path) -> None:
    with client([], tmp_path) as asking:
        assert asking.get("/").text == "nobody"
        assert asking.get("/sign-in").text == "nobody"


def test_a_stranger_is_sent_to_sign_in(guarded: TestClient) -> None:
    response = guarded.get("/")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")
    assert "<title>Sign in" in guarded.get("/sign-in").text


@pytest.mark.parametrize("path", ["/config", "/gradio_api/queue/join", "/assets/index.js"])
def test_a_stranger_is_refused_everything_else(guarded: TestClient, path: str) -> None:
    response = guarded.get(path)
    assert response.status_code == 401
    assert "What you typed is kept" in response.text
    assert guarded.post("/").status_code == 401


@pytest.mark.parametrize("path", sign_in.OPEN)
def test_what_tells_nothing_is_open(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).text == "nobody"


def test_a_key_and_its_secret_let_one_pass(guarded: TestClient) -> None:
    assert enter(guarded) == 303
    assert guarded.get("/").text == "ada"
    cookie = guarded.post("/sign-in", data={"key": "bob", "secret": "river"}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert "river" not in cookie
    assert guarded.get("/").text == "bob"


def test_over_https_the_cookie_stays_there(guarded: TestClient) -> None:
    guarded.base_url = guarded.base_url.copy_with(scheme="https")
    answer = guarded.post("/sign-in", data={"key": "bob", "secret": "river"})
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("key", "secret"),
    [("ada", "river"), ("ada", ""), ("eve", ""), ("", ""), ("ada", "moon"), ("<b>", "é")],
)
def test_what_does_not_belong_together_is_told(guarded: TestClient, key: str, secret: str) -> None:
    response = guarded.post("/sign-in", data={"key": key, "secret": secret})
    assert response.status_code == 401
    assert "Check both" in response.text
    assert "<b>" not in response.text
    assert "set-cookie" not in response.headers


def test_signing_out_ends_it(guarded: TestClient) -> None:
    enter(guarded)
    assert guarded.get("/sign-out").status_code == 303
    assert guarded.get("/").status_code == 303


def test_a_forged_cookie_does_not_pass(guarded: TestClient) -> None:
    enter(guarded)
    until, proof, seal, name = guarded.cookies[COOKIE].strip('"').split(".", 3)
    for forged in (
        f"{until}.{proof}.{seal}.bob",
        f"{int(until) + 1}.{proof}.{seal}.{name}",
        f"{until}.{proof}.{'0' * len(seal)}.{name}",
        f"{until}.{'0' * len(proof)}.{seal}.{name}",
        f"{until}.{seal}.{name}",
        "soon",
        "",
    ):
        guarded.cookies.clear()
        guarded.cookies.set(COOKIE, forged)
        assert guarded.get("/").status_code == 303, forged


def test_what_a_browser_is_given_opens_nothing_but_the_page(guarded: TestClient) -> None:
    enter(guarded)
    _, proof, seal, name = guarded.cookies[COOKIE].strip('"').split(".", 3)
    guarded.cookies.clear()
    for stolen in (proof, seal, bytes.fromhex(proof).decode("latin-1")):
        assert guarded.post("/sign-in", data={"key": name, "secret": stolen}).status_code == 401


def test_a_key_that_is_taken_away_is_signed_out(tmp_path: Path) -> None:
    with client([*KEYS], tmp_path) as asking:
        enter(asking)
        cookie = asking.cookies[COOKIE]
    with client(KEYS[1:], tmp_path) as asking:
        asking.cookies.set(COOKIE, cookie)
        assert asking.get("/").status_code == 303


def test_after_its_time_one_signs_in_again(
    guarded: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "LASTS", -1)
    response = guarded.post("/sign-in", data={"key": "ada", "secret": "moon:dust"})
    value = response.headers["set-cookie"].partition("=")[2].partition(";")[0].strip('"')
    guarded.cookies.set(COOKIE, value)
    assert guarded.get("/").status_code == 303


def test_a_form_without_end_is_not_read(guarded: TestClient) -> None:
    assert guarded.post("/sign-in", data={"key": "a" * 20_000}).status_code == 400
