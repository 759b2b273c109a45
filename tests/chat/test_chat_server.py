"""A server of OpenAI's protocol; `tests/engines/test_openai.py` has what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

import chat_double
from chat_double import Double, Said, after, completion, fault
from sparkloom.chat import ChatServer
from sparkloom.chat.server import Address
from sparkloom.errors import UnavailableError

QUESTION = [{"role": "user", "content": "a fox"}]
SCHEMA = {"type": "object", "required": ["prompt"]}


@pytest.fixture
def double() -> Iterator[Double]:
    with chat_double.running(lambda _: completion("a fox")) as double:
        yield double


@pytest.fixture
def server(double: Double) -> Iterator[ChatServer]:
    with closing(ChatServer(Address(double.address, retries=1, timeout=5))) as server:
        yield server


def test_a_server_lists_its_models(double: Double, server: ChatServer) -> None:
    assert server.models() == ["first", "second"]
    server.close()
    server.close()
    assert server.models() == ["first", "second"]


def test_a_server_without_models_is_asked_without_one(double: Double, server: ChatServer) -> None:
    double.models = []
    assert server.ask(QUESTION, SCHEMA, 9).result().text == "a fox"
    assert double.asked[0]["model"] == ""


@pytest.mark.parametrize("wait", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-1"])
def test_a_wait_that_is_no_number_of_seconds_is_no_fault(
    double: Double, server: ChatServer, wait: str
) -> None:
    busy = fault(429, "busy", **{"Retry-After": wait})
    double.script = after([busy], then=lambda _: completion("a fox"))
    assert server.ask(QUESTION, SCHEMA, 9).result().text == "a fox"


def test_a_page_of_html_is_told_in_short(double: Double, server: ChatServer) -> None:
    double.script = lambda _: Said("<p>no</p>" * 999, 502, content_type="text/html")
    with pytest.raises(UnavailableError, match="answers 502") as caught:
        server.ask(QUESTION, SCHEMA, 9).result()
    assert len(str(caught.value)) < 400


def test_a_name_of_this_machine_will_do(double: Double) -> None:
    address = double.address.replace("127.0.0.1", "localhost")
    with closing(ChatServer(Address(address, model="first"))) as server:
        assert server.ask(QUESTION, SCHEMA, 9, seed=3).result().tokens == 30
