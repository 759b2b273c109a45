"""Servers that speak OpenAI's protocol, good and bad ones, through the whole loom."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import chat_double
from chat_double import Body, Double, Said, after, completion, fault, good, saying, slow, texts
from conftest import llama_server, picture
from sparkloom.engines import Brief, Order, Task
from sparkloom.engines.openai import OpenAI, address_of
from sparkloom.errors import EngineError, InvalidRequestError, SparkloomError, UnavailableError
from sparkloom.local_model import local_model
from sparkloom.loom import Sparkloom
from sparkloom.modes.layout import SECTIONS
from sparkloom.settings import Settings

MODES = ("completion", "inventive", "structured", "contextual")
BRIEF = Brief("Write.", "Spark:\na fox", ("prompt",))
TASK = Task("a fox", 20, 0.9, expected=3, brief=BRIEF)
ORDERS = [Order(seed, 0.5) for seed in range(1, 20)]

Ask = Callable[..., Any]


@pytest.fixture
def double() -> Iterator[Double]:
    with chat_double.running(good) as double:
        yield double


def settings(double: Double, **chosen: Any) -> Settings:
    return Settings.model_validate(
        {"engine": "openai", "engine_url": double.address, "engine_retries": 1, **chosen}
    )


@pytest.fixture
def ask(double: Double, tmp_path: Path) -> Iterator[Ask]:
    """Asks a loom whose engine is the server, in any mode; contextual has a model to fit."""
    with Sparkloom(settings(double, data_dir=tmp_path)) as loom:

        def answer(mode: str, spark: str = "a fox", **fields: Any) -> Any:
            if mode == "contextual" and "model_id" not in fields:
                fields["model_id"] = "flux-1-dev"
            return loom.prompt(spark, mode=mode, **fields)

        yield answer


PROSE = "\n\n".join


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "form",
    [
        str,
        "```json\n{}\n```".format,
        "Sure! Here is what you asked for:\n\n{}\n\nShall I go on?".format,
        '<think>The user wants {{a fox}}. {{"prompt": 1}}</think>\n{}'.format,
        "They want a fox.</think>{}".format,
        '[{}, {{"prompt": "another"}}]'.format,
        '{{"prompts": [{}]}}'.format,
        '{{"answer": {}}}'.format,
        "{}<|im_end|>".format,
    ],
    ids=["plain", "fenced", "chatter", "think", "think begun", "list", "many", "nested", "token"],
)
def test_every_mode_reads_what_a_model_puts_around_its_answer(
    double: Double, ask: Ask, mode: str, form: Callable[[str], str]
) -> None:
    double.script = saying(form)
    answer = ask(mode, "a fox", num_results=3, seed=1)
    assert len(set(answer.prompts)) == 3
    for prompt in answer.prompts:
        assert "fox" in prompt
        assert not {"{", "}", "`", "<", "think", "Sure"} & set(prompt)
        assert "think" not in prompt
    if mode == "structured":
        assert all(list(sections) == list(SECTIONS) for sections in answer.sections)
    assert answer.warnings is None or mode == "contextual"


@pytest.mark.parametrize("mode", ["completion", "inventive", "contextual"])
def test_an_answer_without_json_is_taken_for_the_text(double: Double, ask: Ask, mode: str) -> None:
    double.script = lambda body: completion(
        'Sure, here is the prompt:\n\n"' + next(iter(texts(body).values())) + '"\n\nEnjoy it!'
    )
    (prompt,) = ask(mode, seed=1).prompts
    assert "fox" in prompt
    assert '"' not in prompt
    assert "Enjoy" not in prompt


def test_sections_without_json_are_read_by_their_names(double: Double, ask: Ask) -> None:
    double.script = lambda body: completion(
        "\n".join(f"**{name.title()}:** {text}" for name, text in texts(body).items())
    )
    (sections,) = ask("structured", seed=1).sections
    assert list(sections) == list(SECTIONS)


SPARKS = (
    "a dragon guarding",
    "(red fox:1.2), <lora:ink:0.8> snow",
    'poster that says "OPEN LATE"',
    "a {red|blue} car, ",
    "A ceramic plate, a green fork, and 4 trains.",
    "two\nlines",
)


@pytest.mark.parametrize("spark", SPARKS)
@pytest.mark.parametrize("echo", [True, False])
def test_completion_keeps_the_spark_to_the_letter(
    double: Double, ask: Ask, spark: str, echo: bool
) -> None:
    def script(body: Body) -> Said:
        text = texts(body)["continuation"]
        said = body["messages"][-1]["content"].split("\n")[1]
        return completion(json.dumps({"continuation": f"{said} {text}" if echo else text}))

    double.script = script
    for prompt in ask("completion", spark, num_results=3, seed=1).prompts:
        assert prompt.startswith(spark)
        assert len(prompt) > len(spark) + 20
        assert prompt.lower().count("dragon") <= 1


def test_inventive_keeps_the_words_and_tags_of_a_spark(double: Double, ask: Ask) -> None:
    (prompt,) = ask("inventive", "(red fox:1.2) <lora:ink:0.8>", seed=1).prompts
    assert "red fox" in prompt
    assert prompt.endswith(" <lora:ink:0.8>")
    double.script = lambda _: completion('{"prompt": "a wolf on a hill in the low sun of June"}')
    (prompt,) = ask("inventive", "red fox", seed=1).prompts
    assert prompt == "red fox a wolf on a hill in the low sun of June"  # gone on from in the end


def test_a_prompt_for_a_model_has_its_trigger_and_its_form(double: Double, tmp_path: Path) -> None:
    captions = [
        "inkst, owl on a fence post, thick line, cream paper, one red accent",
        "inkst, hen in a doorway, thick line, cream paper, one blue accent",
        "inkst, cat under a cart, thick line, grey paper, one red accent",
    ]
    with Sparkloom(settings(double, data_dir=tmp_path)) as loom:
        project = loom.settings.project
        ids = [
            loom.catalog.assets.add(project, picture(), "a.png", description=caption).id
            for caption in captions
        ]
        model = loom.catalog.models.create(project, training_images=ids)
        loom.catalog.models.update(project, model.id, {"prompt_guide": "Be brief."})
        answer = loom.prompt("a fox", mode="contextual", model_id=model.id, num_results=2, seed=1)
    assert all(prompt.startswith("inkst, ") for prompt in answer.prompts)
    told = double.asked[0]["messages"][-1]["content"]
    for text in ("Be brief.", "- inkst, owl on", "Words that every text", "12 to 13", "a fox"):
        assert text in told


@pytest.mark.parametrize("mode", MODES)
def test_a_result_is_the_same_alone_and_among_five(ask: Ask, mode: str) -> None:
    five = ask(mode, num_results=5, seed=9).prompts
    assert len(set(five)) == 5
    for count in (1, 2):
        assert ask(mode, num_results=count, seed=9).prompts == five[:count]
    assert ask(mode, num_results=1, seed=10).prompts != five[:1]


def test_sampling_and_schema_are_passed_on(double: Double, ask: Ask) -> None:
    ask("inventive", seed=1, temperature=0.3, top_p=0.7)
    (body,) = double.asked
    assert (body["temperature"], body["top_p"]) == (0.3, 0.7)
    assert 0 <= body["seed"] < 2**32
    assert body["model"] == "first"
    schema = body["response_format"]["json_schema"]
    assert (schema["strict"], schema["schema"]["required"]) == (True, ["prompt"])
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["max_tokens"] == 500 + 2048


def test_key_model_and_further_fields_come_from_the_settings(double: Double) -> None:
    chosen = settings(
        double,
        engine_key=SecretStr("sesame"),
        engine_model="second",
        engine_extra={"chat_template_kwargs": {"enable_thinking": False}},
        engine_thinking_tokens=0,
    )
    with Sparkloom(chosen) as loom:
        assert loom.prompt("a fox", mode="inventive").prompts
    assert double.keys == ["Bearer sesame"]
    assert double.asked[0]["model"] == "second"
    assert double.asked[0]["max_tokens"] == 500
    assert double.asked[0]["chat_template_kwargs"] == {"enable_thinking": False}


def test_what_a_server_refuses_is_left_out_and_told(double: Double, ask: Ask) -> None:
    refusals = {
        "max_tokens": "Unsupported parameter: use 'max_completion_tokens', not 'max_tokens'.",
        "temperature": "temperature does not support this value",
        "seed": "seed: Extra inputs are not permitted",
    }

    def script(body: Body) -> Said:
        if body.get("response_format", {}).get("type") == "json_schema":
            return fault(400, "response_format of type json_schema is not supported")
        if "response_format" in body:
            return fault(422, "json_object is unknown")
        if body["messages"][0]["role"] == "system":
            return fault(400, "System role not supported")
        for name, message in refusals.items():
            if name in body:
                return fault(400, message)
        return good({**body, "seed": len(double.asked)})

    double.script = script
    answer = ask("inventive", "a fox", num_results=2, seed=1)
    assert len(answer.prompts) == 2
    (warning,) = answer.warnings
    assert warning == (
        "The server takes no seed and no temperature: the same seed may give other prompts."
    )
    last = double.asked[-1]
    assert not {"seed", "temperature", "max_tokens", "response_format"} & set(last)
    assert last["max_completion_tokens"] == 2548
    assert last["messages"][0]["role"] == "user"
    assert "You invent prompts" in last["messages"][0]["content"]
    asked = len(double.asked)
    ask("inventive", "a fox", seed=2)
    assert len(double.asked) == asked + 1, "what was refused once is not sent again"


@pytest.mark.parametrize(
    "said",
    [
        fault(429, "slow down", **{"Retry-After": "0.05"}),
        fault(500, "oops"),
        fault(503, "loading model"),
        Said(completion("x").body, cut=40),
    ],
    ids=["429", "500", "503", "cut off"],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_passes_is_tried_again(double: Double, ask: Ask, mode: str, said: Said) -> None:
    double.script = after([said])
    assert len(ask(mode, num_results=2, seed=1).prompts) == 2
    assert sum(body == double.asked[0] for body in double.asked) == 2


def test_a_wait_that_the_server_asks_for_is_kept(double: Double, ask: Ask) -> None:
    moments: list[float] = []

    def script(body: Body) -> Said:
        moments.append(time.monotonic())
        return fault(429, "busy", **{"Retry-After": "0.6"}) if len(moments) == 1 else good(body)

    double.script = script
    ask("inventive", seed=1)
    assert moments[1] - moments[0] >= 0.6


def test_a_wait_that_is_too_long_is_told_and_kept(double: Double, ask: Ask) -> None:
    double.script = after([fault(429, "busy", **{"Retry-After": "90"})])
    with pytest.raises(UnavailableError, match="429") as caught:
        ask("inventive", seed=1)
    assert caught.value.details["retry_after"] == 90
    with pytest.raises(UnavailableError, match="left alone for"):
        ask("inventive", seed=1)
    assert len(double.asked) == 1, "nothing is asked before the time"


HTML = "<!doctype html><html><body>Welcome to nginx!</body></html>"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        (Said(HTML, content_type="text/html"), UnavailableError, "no chat completion"),
        (Said("{half", content_type="application/json"), UnavailableError, "no chat completion"),
        (Said({"choices": []}), UnavailableError, "no chat completion"),
        (Said({"choices": [{"index": 0}]}), UnavailableError, "no chat completion"),
        (Said([1]), UnavailableError, "no chat completion"),
        (Said(HTML, 502, content_type="text/html"), UnavailableError, "answers 502"),
        (fault(500, "oops"), UnavailableError, "answers 500 .*oops"),
        (fault(401, "who?"), UnavailableError, "SPARKLOOM_ENGINE_KEY"),
        (fault(404, "no model first"), UnavailableError, "SPARKLOOM_ENGINE_MODEL"),
        (fault(400, "I do not like it"), EngineError, "refuses the call: .*not like it"),
        (fault(400, "maximum context length is 9"), InvalidRequestError, "^prompt: is too long"),
        (completion(HTML), EngineError, "only 0 of 2"),
        (completion(None), EngineError, "only 0 of 2"),
        (completion(""), EngineError, "only 0 of 2"),
        (completion("<think>still at it", "length"), EngineError, "only 0 of 2"),
        (completion('{"prompt": "a fox on a hi', "length"), EngineError, "only 0 of 2"),
        (completion("{}"), EngineError, "only 0 of 2"),
        (completion('{"prompts": []}'), EngineError, "only 0 of 2"),
        (completion('{"prompt": {"x": 1}}'), EngineError, "only 0 of 2"),
        (completion("I cannot help with that."), EngineError, "only 0 of 2"),
    ],
)
def test_what_is_no_use_is_an_error_and_never_a_prompt(
    double: Double, ask: Ask, mode: str, said: Said, error: type[SparkloomError], message: str
) -> None:
    double.script = lambda _: said
    with pytest.raises(error, match=message) as caught:
        ask(mode, num_results=2, seed=1)
    assert type(caught.value) is error
    assert len(double.asked) < 40


def test_a_few_bad_answers_among_good_ones_do_no_harm(double: Double, ask: Ask) -> None:
    bad = ["", "{", HTML, '{"prompt": ""}', "<think>hm", "no", '{"continuation": "; fox."}']
    for mode in MODES:
        double.script = after([completion(text) for text in bad])
        answer = ask(mode, num_results=3, seed=3)
        assert len(set(answer.prompts)) == 3


def test_instructions_do_not_leak(double: Double, ask: Ask) -> None:
    def script(body: Body) -> Said:
        told = " ".join(body["messages"][0]["content"].split()[:30])
        name, text = next(iter(texts(body).items()))
        return completion(json.dumps({name: f"{text}, {told}"}))

    double.script = script
    with pytest.raises(EngineError) as caught:
        ask("inventive", seed=1)
    assert caught.value.details["dropped"] == {"repeats its instructions": 12}


def test_a_slow_server_is_given_up(double: Double) -> None:
    double.script = slow(5)
    chosen = settings(double, engine_timeout=0.3, engine_retries=0)
    with Sparkloom(chosen) as loom, pytest.raises(UnavailableError, match=r"within 0\.3 s"):
        loom.prompt("a fox", mode="inventive")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with chat_double.running(good) as gone:
        chosen = settings(gone, engine_retries=0)
    with Sparkloom(chosen) as loom, pytest.raises(UnavailableError, match="cannot be reached"):
        loom.prompt("a fox", mode="inventive")


def test_a_server_that_keeps_failing_is_left_alone_and_asked_again_later(double: Double) -> None:
    double.script = lambda _: fault(500, "oops")
    with Sparkloom(settings(double, engine_retries=0, engine_pause=0.5)) as loom:
        for _ in range(5):
            with pytest.raises(UnavailableError):
                loom.prompt("a fox", mode="inventive")
        assert len(double.asked) == 3
        double.script = good
        time.sleep(0.6)
        assert loom.prompt("a fox", mode="inventive").prompts


def test_no_more_calls_are_under_way_than_the_settings_say(double: Double) -> None:
    double.script = slow(0.05)
    with (
        closing(OpenAI(address_of(settings(double, engine_calls=2)))) as engine,
        ThreadPoolExecutor(3) as pool,
    ):
        written = pool.map(lambda _: list(engine.write(TASK, iter(ORDERS[:4]))), range(3))
        assert [len(drafts) for drafts in written] == [4, 4, 4]
    assert double.most == 2


def test_calls_that_nobody_waits_for_are_broken_off(double: Double) -> None:
    waiting = threading.Event()
    double.script = lambda body: (
        (waiting.wait(10), good(body))[1] if body["seed"] > 1 else good(body)
    )
    with closing(OpenAI(address_of(settings(double)))) as engine:
        drafts = engine.write(TASK, iter(ORDERS))
        next(drafts)
        while double.under_way < 2:
            time.sleep(0.01)
        drafts.close()
        double.script = good
        with closing(engine.write(TASK, iter(ORDERS))) as others:
            assert len(list(islice(others, 5))) == 5, "the places are free again"
        waiting.set()


def test_closing_the_engine_ends_what_is_under_way(double: Double) -> None:
    double.script = slow(3)
    engine = OpenAI(address_of(settings(double)))
    failed: list[Exception] = []

    def write() -> None:
        try:
            next(engine.write(TASK, iter(ORDERS)))
        except EngineError as error:
            failed.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    while not double.under_way:
        time.sleep(0.01)
    engine.close()
    thread.join()
    assert [str(error) for error in failed] == ["The engine was closed."]
    double.script = good
    assert next(engine.write(TASK, iter(ORDERS))).answer
    engine.close()


def test_when_orders_run_out_the_drafts_end(double: Double) -> None:
    with closing(OpenAI(address_of(settings(double)))) as engine:
        assert len(list(engine.write(TASK, iter(ORDERS[:2])))) == 2
        with pytest.raises(EngineError, match="brief"):
            next(engine.write(Task("a fox", 20, 0.9), iter(ORDERS)))


def test_the_embedded_engine_writes_only_if_the_settings_say_so(double: Double) -> None:
    double.script = lambda _: fault(500, "oops")
    chosen = settings(double, engine_retries=0, engine_fallback=True)
    with Sparkloom(chosen) as loom:
        answer = loom.prompt("a castle", mode="completion", num_results=2, seed=1)
    (warning,) = answer.warnings or []
    assert "embedded engine" in warning
    assert "oops" in warning
    with Sparkloom(Settings()) as loom:
        assert loom.prompt("a castle", mode="completion", num_results=2, seed=1).prompts == (
            answer.prompts
        )


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """llama.cpp's server with the local model, which has learned to follow no instruction."""
    with llama_server(local_model(Settings().cache_dir).path) as address:
        yield address


@pytest.mark.parametrize("mode", ["completion", "inventive", "structured"])
def test_a_real_server_keeps_the_promises(llama: str, mode: str) -> None:
    chosen = Settings(
        engine="openai", engine_url=llama, engine_calls=1, engine_thinking_tokens=0,
        engine_timeout=600,
    )  # fmt: skip
    with Sparkloom(chosen) as loom:
        answer = loom.prompt("a fox", mode=mode, seed=1)
        if mode == "completion":
            two = loom.prompt("a fox", mode=mode, seed=1, num_results=2).prompts
            assert two[:1] == answer.prompts
            assert len(set(two)) == 2
    (prompt,) = answer.prompts
    assert "fox" in prompt.lower()
    assert prompt.startswith("a fox") or mode != "completion"
    assert not {"{", "}", "\n"} & set(prompt)
    if mode == "structured":
        assert [list(sections) for sections in answer.sections or ()] == [list(SECTIONS)]
