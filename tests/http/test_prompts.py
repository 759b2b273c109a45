"""`POST /v1/generate/prompt`, with the official client in strict mode and with raw bytes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Generator, Iterator
from typing import Any

import httpx
import pytest
from PIL import Image
from scenario_sdk import APIStatusError, Scenario

from conftest import Serve
from eyes import Naming
from sparkloom.engines import Draft, Order, Task
from sparkloom.errors import UnavailableError
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

PATH = "/v1/generate/prompt"
KEYS = {"reason", "name", "details", "trace_id", "message"}


class Untouchable:
    """An engine that must not be asked to write."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        raise AssertionError("a dry run wrote something")

    def close(self) -> None:
        """Nothing is held."""


def picture() -> str:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Sparkloom(Settings(threads=1)))


@pytest.fixture
def client(address: str) -> Iterator[Scenario]:
    with client_of(address) as client:
        yield client


def client_of(address: str) -> Scenario:
    return Scenario(
        base_url=f"{address}/v1",
        api_key="key",
        api_secret="secret",
        _strict_response_validation=True,
    )


def check_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status
    assert set(body) == KEYS
    assert body["reason"] == body["message"] != ""
    assert body["trace_id"] == answer.headers["x-trace-id"] != ""
    assert body["details"].get("field") == field


@pytest.mark.parametrize("mode", ["completion", "inventive", "structured"])
def test_the_official_client_reads_every_answer(client: Scenario, mode: Any) -> None:
    answer = client.generate.prompt(
        mode=mode, prompt="a lighthouse", num_results=2, seed=5, temperature=0.9, top_p=0.9
    )
    assert answer.prompts is not None
    assert len(set(answer.prompts)) == 2
    assert answer.mode == mode
    assert answer.job.status == "success"
    assert answer.job.metadata.output == {
        name: value
        for name, value in answer.to_dict(mode="json").items()
        if name in ("prompts", "sections", "variety")
    }


@pytest.mark.parametrize("tier", ["true", "api"])
@pytest.mark.parametrize("mode", ["completion", "inventive", "structured"])
def test_a_dry_run_answers_269_and_writes_nothing(serve: Serve, mode: Any, tier: Any) -> None:
    with client_of(serve(Sparkloom(Settings(), Untouchable()))) as client:
        # The client's own model of the answer has a job, which a dry run has not.
        answer = client.generate.with_raw_response.prompt(mode=mode, num_results=3, dry_run=tier)
    body = answer.http_response.json()
    assert answer.status_code == 269
    assert set(body) == {"creativeUnitsCost", "creativeUnitsDiscount", "costDetails", "estimate"}
    assert body["costDetails"] == {"prompt": body["creativeUnitsCost"]} == {"prompt": 1.0}
    assert set(body["estimate"]) == {"tokens", "seconds"}


def test_an_edit_instruction_comes_with_the_official_client(serve: Serve) -> None:
    eyes = Naming(subject="a cat", medium="photograph")
    address = serve(Sparkloom(Settings(engine="echo"), eyes=eyes))
    with client_of(address) as client:
        answer = client.generate.prompt(
            mode="image-editing",
            image=picture(),
            prompt="make it night",
            model_id="gpt-image-1",
        )
    assert answer.mode == "image-editing"
    assert answer.prompts[0].startswith("Make it night: ")
    assert answer.prompts[0].endswith("Keep everything else exactly as it is: the cat.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mode": "contextual", "images": [picture()]}, "images"),
        ({"mode": "image-editing", "image": picture()}, "image"),
    ],
)
def test_eyes_that_cannot_look_answer_503_and_the_field(
    serve: Serve, fields: dict[str, Any], field: str
) -> None:
    eyes = Naming(error=UnavailableError("The eyes cannot be reached."))
    with client_of(serve(Sparkloom(Settings(engine="echo"), eyes=eyes))) as client:
        with pytest.raises(APIStatusError) as caught:
            client.generate.prompt(**fields)
        check_error(caught.value.response, 503, field)


CAPTIONS = (
    "inkst, owl on a fence post, thick line, cream paper, one red accent",
    "inkst, hen in a doorway, thick line, cream paper, one blue accent",
    "inkst, cat under a cart, thick line, grey paper, one red accent",
)


def described(client: Scenario, description: str) -> str:
    """A new asset that somebody has described; its id."""
    asset_id = client.assets.upload(name="picture.png", image=picture()).asset.id
    client.assets.update(asset_id, description=description)
    return asset_id


def test_the_official_client_gets_prompts_and_calls_for_its_model(client: Scenario) -> None:
    model = client.models.create(name="ink", type="flux.1-lora").model
    for caption in CAPTIONS:
        client.models.training_images.add(model.id, asset_id=described(client, caption))
    fitted = client.generate.prompt(
        mode="contextual", model_id=model.id, prompt="fox in a boat", num_results=2, seed=5
    )
    assert fitted.prompts is not None
    assert fitted.calls is None
    assert all(prompt.startswith("inkst, ") for prompt in fitted.prompts)
    snow = described(client, "a red fox curled up in deep snow")
    answer = client.generate.prompt(
        mode="contextual-v2", model_id=model.id, images=[snow], num_results=2, seed=5
    )
    assert answer.prompts is not None
    assert answer.calls is not None
    inputs = {field.name for field in client.models.retrieve(model.id).model.inputs or []}
    calls: list[dict[str, Any]] = answer.to_dict(mode="json")["calls"]  # type: ignore[assignment]
    for prompt, call in zip(answer.prompts, calls, strict=True):
        assert call["modelId"] == model.id
        assert call["parameters"].keys() <= inputs
        assert call["parameters"]["prompt"] == prompt
        assert snow in call["rationale"]
    job = client.jobs.retrieve(answer.job.job_id).job
    assert job.metadata.output is not None
    assert job.metadata.output["calls"] == calls


def test_a_fitting_mode_without_anything_to_fit_to_answers_400(client: Scenario) -> None:
    modes: tuple[Any, ...] = ("contextual", "contextual-v2")
    for mode in modes:
        with pytest.raises(APIStatusError) as caught:
            client.generate.prompt(mode=mode, prompt="a fox")
        check_error(caught.value.response, 400, "modelId")


@pytest.mark.parametrize(
    "fields", [{"model_id": "model_none"}, {"asset_ids": ["asset_none"]}, {"images": ["asset_no"]}]
)
def test_an_unknown_id_answers_404(client: Scenario, fields: dict[str, Any]) -> None:
    with pytest.raises(APIStatusError) as caught:
        client.generate.prompt(mode="completion", **fields)
    check_error(caught.value.response, 404)
    assert caught.value.response.json()["name"] == "NotFoundError"


BAD_BODIES = [
    (b"", "body"),
    (b"{", "body"),
    (b"[]", "body"),
    (b"null", "body"),
    (b"3", "body"),
    (b"\xff\xfe", "body"),
    (b'{"temperature": NaN}', "body"),
    (b'{"topP": -Infinity}', "body"),
    (b"[" * 100_000, "body"),
    (b'{"prompt": ' + b"[" * 100_000, "body"),
    (b'{"prompt": ' + b"[" * 500 + b"]" * 500 + b"}", "prompt"),
    (b'{"numResults": 1' + b"0" * 5000 + b"}", "body"),
    (b'{"\\ud800": 1}', "body"),
    (b'{"unknown": 1}', "unknown"),
    (b'{"mode": "telepathy"}', "mode"),
    (b'{"mode": ["completion"]}', "mode"),
    (b'{"mode": "\\ud800"}', "mode"),
    (b'{"prompt": 3}', "prompt"),
    (b'{"prompt": {"text": "a"}}', "prompt"),
    (b'{"prompt": "a\\u0000b"}', "prompt"),
    (b'{"prompt": "a\\ud800b"}', "prompt"),
    (b'{"numResults": 0}', "numResults"),
    (b'{"numResults": 6}', "numResults"),
    (b'{"numResults": 2.5}', "numResults"),
    (b'{"numResults": "3"}', "numResults"),
    (b'{"numResults": true}', "numResults"),
    (b'{"seed": 1e400}', "seed"),
    (b'{"seed": 1e300}', "seed"),
    (b'{"seed": "7"}', "seed"),
    (b'{"temperature": 1' + b"0" * 400 + b"}", "temperature"),
    (b'{"temperature": -0.1}', "temperature"),
    (b'{"topP": 0}', "topP"),
    (b'{"ensureIPCleared": "yes"}', "ensureIPCleared"),
    (b'{"images": "asset_1"}', "images"),
    (b'{"images": ["../secret.png"]}', "images[0]"),
    (b'{"images": ["https://example.com/a.png"]}', "images[0]"),
    (b'{"mode": "image-editing"}', "image"),
    (b'{"mode": "image-editing", "image": "data:image/png;base64,AAAA"}', "image"),
]


@pytest.mark.parametrize(("body", "field"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_bad_body_answers_400_and_names_the_field(address: str, body: bytes, field: str) -> None:
    check_error(httpx.post(address + PATH, content=body), 400, field)


def test_a_prompt_beyond_the_context_answers_400(address: str) -> None:
    body = {"mode": "completion", "prompt": "\N{GRINNING FACE}" * 10_000}
    check_error(httpx.post(address + PATH, json=body, timeout=60), 400, "prompt")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"dryRun": "yes"}, "dryRun"),
        ({"dryRun": ""}, "dryRun"),
        ({"projectId": "p" * 201}, "projectId"),
    ],
)
def test_a_bad_query_answers_400(address: str, query: dict[str, str], field: str) -> None:
    body = {"mode": "completion"}
    check_error(httpx.post(address + PATH, params=query, json=body), 400, field)


def test_the_server_still_answers_after_every_bad_body(client: Scenario, address: str) -> None:
    before = client.generate.prompt(mode="completion", prompt="a mill", seed=3).prompts
    for body, _ in BAD_BODIES:
        httpx.post(address + PATH, content=body)
    after = client.generate.prompt(mode="completion", prompt="a mill", seed=3, project_id="p")
    assert after.prompts == before


def test_fields_may_be_null_and_whole_numbers_written_as_floats(address: str) -> None:
    body = '{"mode": "completion", "prompt": "a mill", "seed": 3.0, "modelId": null, "topP": null}'
    plain = {"mode": "completion", "prompt": "a mill", "seed": 3}
    answers = [
        httpx.post(address + PATH, content=text, timeout=60).json()
        for text in (body, json.dumps(plain))
    ]
    assert answers[0]["prompts"] == answers[1]["prompts"]
