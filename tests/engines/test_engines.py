"""Which engine a request gets, and what engines hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import chat_double
from chat_double import Double
from sparkloom.engines import Engines
from sparkloom.engines.chosen import Chosen
from sparkloom.engines.echo import Echo
from sparkloom.engines.embedded import Embedded
from sparkloom.errors import InvalidRequestError, NotFoundError, UnavailableError
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings


@pytest.fixture
def double() -> Iterator[Double]:
    with chat_double.running(chat_double.good) as double:
        yield double


def test_a_request_names_an_engine_only_where_the_settings_allow_it() -> None:
    with Sparkloom(Settings(engine="echo")) as loom:
        for call in (loom.answer, loom.dry_run):
            with pytest.raises(InvalidRequestError, match=r"^engine: may not be chosen") as caught:
                call(PromptRequest(mode="completion", engine="echo"))
            assert caught.value.details == {"field": "engine"}


def test_a_request_chooses_among_those_that_are_allowed(double: Double) -> None:
    chosen = Settings(engine="echo", request_engines=("echo", "openai"), engine_url=double.address)
    with Sparkloom(chosen) as loom:
        plain = loom.prompt("a fox", mode="completion", seed=1)
        assert not double.asked
        other = loom.prompt("a fox", mode="completion", seed=1, engine="openai")
        assert double.asked
        assert loom.prompt("a fox", mode="completion", seed=1, engine="echo").prompts == (
            plain.prompts
        )
        assert other.job.metadata["input"]["engine"] == "openai"
        with pytest.raises(InvalidRequestError, match="may be echo, openai here"):
            loom.prompt("a fox", mode="completion", engine="embedded")


def test_engines_are_loaded_and_unloaded_by_name(double: Double) -> None:
    engines = Engines(
        Settings(engine="echo", request_engines=("openai",), engine_url=double.address)
    )
    assert [(s.name, s.default, s.loaded) for s in engines.states()] == [
        ("echo", True, False),
        ("openai", False, False),
    ]
    assert engines.load("openai").loaded
    assert engines.states()[1].model == f"the first at {double.address}"
    assert not engines.unload("openai").loaded
    assert not engines.load("echo").loaded, "there is nothing to load"
    for work in (engines.load, engines.unload):
        with pytest.raises(NotFoundError, match="there are echo, openai"):
            work("embedded")
    engines.close()


def test_a_server_that_is_not_there_cannot_be_loaded() -> None:
    with chat_double.running(chat_double.good) as gone:
        address = gone.address
    engines = Engines(Settings(engine="openai", engine_url=address, engine_retries=0))
    with pytest.raises(UnavailableError, match="cannot be reached"):
        engines.load("openai")
    engines.close()


def test_an_engine_of_the_callers_takes_the_place_of_the_default() -> None:
    own = Echo()
    engines = Engines(Settings(engine="embedded"), own)
    assert engines.named(None) is own
    assert not engines.unload("embedded").loaded


def test_the_embedded_engine_is_whatever_model_was_chosen() -> None:
    assert isinstance(Engines(Settings()).named(None), Embedded)
    engines = Engines(Settings(model="some.gguf"))
    assert isinstance(engines.named(None), Chosen)
    assert engines.states()[0].model == "some.gguf"
    assert Engines(Settings()).states()[0].model == "sparkloom"
    assert Engines(Settings(engine="echo")).states()[0].model == "none"


def test_the_embedded_engine_loads_and_gives_back() -> None:
    engines = Engines(Settings(workers=1, threads=1))
    assert engines.load("embedded").loaded
    assert not engines.unload("embedded").loaded
