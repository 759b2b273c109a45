"""Two tenants: one cannot see, use or change what is the other's, whatever it asks for.

Every route of the OpenAPI document and every MCP tool has a probe here; a new one without fails.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from agent import ask
from pydantic import SecretStr

from conftest import data_url, picture, serving
from mcp import Client
from sparkloom.http.app import make_app
from sparkloom.http.not_offered import NOT_OFFERED
from sparkloom.loom import Sparkloom
from sparkloom.mcp import TOOLS
from sparkloom.settings import Settings

PART = "/v1/uploads/{upload_id}/parts/{number}"
WORD = "zebrafinch"
"""In every text that is the one tenant's; the other must never read it."""

Ids = dict[str, str]
Operation = tuple[str, str]


@dataclass(frozen=True)
class Probe:
    """A request of the other tenant that names what is not its own.

    Attributes:
        status: what it must answer; lists answer 200 without it.
        path: what its parameters are; `ids` names them by default.
        body: as JSON.
    """

    status: int = 404
    path: Callable[[Ids], Ids] = lambda ids: ids
    query: Callable[[Ids], Ids] = lambda _: {}
    body: Callable[[Ids], Any] | None = None


def own_model(ids: Ids) -> Ids:
    """The model is the asker's own; what the body names is not."""
    return ids | {"model_id": ids["own_model"], "training_image_id": ids["own_asset"]}


def own_asset(ids: Ids) -> Ids:
    return ids | {"asset_id": ids["own_asset"]}


def of(status: int = 404, **fields: str) -> list[Probe]:
    """A probe for each field: its value is the name of an id, in a list if it has brackets."""

    def body(field: str, name: str) -> Callable[[Ids], Any]:
        listed = name.endswith("[]")
        return lambda ids: {field: [ids[name[:-2]]] if listed else ids[name]}

    return [Probe(status, body=body(field, name)) for field, name in fields.items()]


def with_body(probes: list[Probe], **more: Any) -> list[Probe]:
    def body(probe: Probe) -> Callable[[Ids], Any]:
        own = probe.body or (lambda _: {})
        return lambda ids: more | own(ids)

    return [Probe(probe.status, probe.path, probe.query, body(probe)) for probe in probes]


def pairs(ids: Ids) -> Any:
    return [
        {"sourceId": ids["asset_id"], "targetId": ids["own_asset"], "instruction": "make it night"}
    ]


PROMPTS = [
    *with_body(of(assetIds="asset_id[]", images="asset_id[]"), mode="completion"),
    *with_body(of(modelId="model_id"), mode="contextual"),
    *with_body(of(modelId="model_id", images="asset_id[]"), mode="contextual-v2"),
    *with_body(of(image="asset_id"), mode="image-editing", prompt="make it night"),
]
LOOKING = of(images="asset_id[]", assetIds="asset_id[]")
OWN_PICTURE = {"name": "fox.png", "image": data_url()}

PROBES: dict[Operation, list[Probe]] = {
    ("POST", "/v1/generate/prompt"): PROMPTS,
    ("POST", "/v1/generate/caption"): [
        *LOOKING,
        *with_body(of(modelId="model_id"), images=[data_url()]),
    ],
    ("POST", "/v1/generate/describe-style"): [*LOOKING, *of(modelId="model_id")],
    ("POST", "/v1/generate/ip-detection"): of(assetIds="asset_id[]"),
    ("POST", "/v1/assets"): with_body(of(parentId="asset_id"), **OWN_PICTURE),
    ("GET", "/v1/assets"): [
        Probe(200),
        Probe(200, query=lambda ids: {"parentAssetId": ids["asset_id"]}),
        Probe(200, query=lambda ids: {"rootAssetId": ids["asset_id"]}),
        Probe(200, query=lambda _: {"authorId": "ada"}),
        Probe(200, query=lambda _: {"tags": WORD}),
        Probe(200, query=lambda ids: {"paginationToken": ids["asset_token"]}),
    ],
    ("DELETE", "/v1/assets"): [
        *of(assetIds="asset_id[]"),
        Probe(body=lambda ids: {"assetIds": [ids["own_asset"], ids["asset_id"]]}),
    ],
    ("POST", "/v1/assets/get-bulk"): of(200, assetIds="asset_id[]"),
    ("GET", "/v1/assets/{asset_id}"): [Probe()],
    ("PUT", "/v1/assets/{asset_id}"): [Probe(body=lambda _: {"description": "mine"})],
    ("PUT", "/v1/assets/{asset_id}/tags"): [Probe(body=lambda _: {"add": ["mine"]})],
    ("GET", "/v1/assets/{asset_id}/content"): [Probe()],
    ("POST", "/v1/uploads"): with_body(
        [Probe(body=lambda ids: {"assetOptions": {"parentId": ids["asset_id"]}})],
        fileName="fox.png",
        contentType="image/png",
        fileSize=100,
    ),
    ("GET", "/v1/uploads/{upload_id}"): [Probe()],
    ("PUT", PART): [
        Probe(query=lambda ids: {"token": ids["own_token"]}),
        Probe(query=lambda _: {"token": ""}),
    ],
    ("POST", "/v1/uploads/{upload_id}/action"): [Probe(body=lambda _: {"action": "complete"})],
    ("POST", "/v1/models"): [
        *with_body(of(baseModelId="model_id"), name="mine"),
    ],
    ("GET", "/v1/models"): [
        Probe(200),
        Probe(200, query=lambda _: {"privacy": "public"}),
        Probe(200, query=lambda ids: {"paginationToken": ids["model_token"]}),
    ],
    ("POST", "/v1/models/get-bulk"): of(200, modelIds="model_id[]"),
    ("GET", "/v1/models/{model_id}"): [Probe()],
    ("PUT", "/v1/models/{model_id}"): [
        Probe(body=lambda _: {"name": "mine"}),
        Probe(path=own_model, body=lambda ids: {"thumbnail": ids["asset_id"]}),
        Probe(path=own_model, body=lambda ids: {"baseModelId": ids["model_id"]}),
    ],
    ("DELETE", "/v1/models/{model_id}"): [Probe()],
    ("POST", "/v1/models/{model_id}/training-images"): [
        Probe(body=lambda ids: {"assetId": ids["own_asset"]}),
        Probe(path=own_model, body=lambda ids: {"assetId": ids["asset_id"]}),
        Probe(path=own_model, body=lambda ids: {"assetIds": [ids["asset_id"]]}),
    ],
    ("PUT", "/v1/models/{model_id}/training-images/pairs"): [
        Probe(body=pairs),
        Probe(path=own_model, body=pairs),
    ],
    ("PUT", "/v1/models/{model_id}/training-images/{training_image_id}"): [
        Probe(body=lambda ids: {"assetId": ids["own_asset"]}),
        Probe(path=own_model, body=lambda ids: {"assetId": ids["asset_id"]}),
    ],
    ("DELETE", "/v1/models/{model_id}/training-images/{training_image_id}"): [
        Probe(),
        Probe(path=lambda ids: ids | {"model_id": ids["own_model"]}),
    ],
    ("DELETE", "/v1/models/{model_id}/images"): [
        Probe(query=lambda ids: {"ids": ids["asset_id"]}),
        Probe(path=own_model, query=lambda ids: {"ids": ids["asset_id"]}),
    ],
    ("GET", "/v1/models/{model_id}/examples"): [Probe()],
    ("PUT", "/v1/models/{model_id}/examples"): [
        Probe(body=lambda ids: {"assetIds": [ids["own_asset"]]}),
        Probe(path=own_model, body=lambda ids: {"assetIds": [ids["asset_id"]]}),
    ],
    ("GET", "/v1/models/{model_id}/prompt-guide"): [Probe()],
    ("PUT", "/v1/models/{model_id}/prompt-guide"): [Probe(body=lambda _: {"promptGuide": "mine"})],
    ("GET", "/v1/models/{model_id}/description"): [Probe()],
    ("PUT", "/v1/models/{model_id}/description"): [Probe(body=lambda _: {"description": "mine"})],
    ("GET", "/v1/models/{model_id}/scores/prompt"): [Probe(query=lambda _: {"prompt": WORD[:5]})],
    ("GET", "/v1/jobs"): [
        Probe(200),
        Probe(200, query=lambda ids: {"paginationToken": ids["job_token"]}),
    ],
    ("GET", "/v1/jobs/{job_id}"): [Probe()],
    ("POST", "/v1/jobs/{job_id}/action"): [Probe(body=lambda _: {"action": "cancel"})],
    ("GET", "/v1/engines"): [Probe(200)],
    ("POST", "/v1/engines/{name}/{what}"): [Probe(200)],  # the engines are everybody's
    ("GET", "/health"): [Probe(200)],
    ("GET", "/metrics"): [Probe(200)],
    **{
        (method, f"/v1{path}"): [Probe(404 if "{model_id}" in path else 400)]
        for method, path in NOT_OFFERED
    },
}

TOOL_PROBES: dict[str, list[Callable[[Ids], dict[str, Any]]]] = {
    "post-prompt-inferences": [probe.body for probe in PROMPTS if probe.body],
    "check-names": [lambda ids: {"assetIds": [ids["asset_id"]]}],
    "upload-asset": [lambda ids: {**OWN_PICTURE, "parentId": ids["asset_id"]}],
    "list-assets": [lambda ids: {"paginationToken": ids["asset_token"]}, lambda _: {"tags": WORD}],
    "get-asset": [lambda ids: {"assetId": ids["asset_id"], "picture": True}],
    "update-asset": [lambda ids: {"assetId": ids["asset_id"], "description": "mine"}],
    "list-models": [lambda ids: {"privacy": "private", "paginationToken": ids["model_token"]}],
    "get-model": [lambda ids: {"modelId": ids["model_id"]}],
    "create-model": [
        lambda ids: {"name": "mine", "trainingImages": [{"assetId": ids["asset_id"]}]},
        lambda ids: {"name": "mine", "exampleAssetIds": [ids["asset_id"]]},
        lambda ids: {"name": "mine", "baseModelId": ids["model_id"]},
    ],
}
LISTS = ("list-assets", "list-models")
PRICED = {
    "/v1/generate/prompt": 404,
    "/v1/generate/caption": 269,
    "/v1/generate/describe-style": 269,
    "/v1/generate/ip-detection": 269,
    "/v1/uploads": 269,
}
"""What a dry run answers: those that look nothing up tell a price that everybody pays."""


@dataclass
class House:
    """A service of two tenants.

    Attributes:
        ids: what the first has, and what the second has in its place.
    """

    address: str
    ada: httpx.Client
    bob: httpx.Client
    ids: Ids

    def belongings(self) -> list[Any]:
        """All that the first tenant can see of its own."""
        model, asset = self.ids["model_id"], self.ids["asset_id"]
        paths = ("assets", "models", "jobs", f"assets/{asset}", f"models/{model}")
        more = ("examples", "prompt-guide", "description")
        seen = [
            self.ada.get(f"/v1/{path}").raise_for_status().json()
            for path in (*paths, *(f"models/{model}/{part}" for part in more))
        ]
        upload = self.ada.get(f"/v1/uploads/{self.ids['upload_id']}").raise_for_status().json()
        return [*seen, upload, self.ada.get(f"/v1/assets/{asset}/content").content]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = Settings(
        engine="echo",
        data_dir=tmp_path_factory.mktemp("tenants"),
        api_keys=(SecretStr("ada:lovelace"), SecretStr("bob:builder")),
        key_projects={"ada": "proj_art", "bob": "proj_zoo"},
    )
    with (
        serving(Sparkloom(settings)) as address,
        httpx.Client(base_url=address, auth=("ada", "lovelace"), timeout=60) as ada,
        httpx.Client(base_url=address, auth=("bob", "builder"), timeout=60) as bob,
    ):
        theirs, mine = furnish(ada, WORD), furnish(bob, "heron")
        own = {"own_asset": mine["asset_id"], "own_model": mine["model_id"]}
        yield House(address, ada, bob, theirs | own | {"own_token": mine["token"]})


def furnish(tenant: httpx.Client, word: str) -> Ids:
    """One of everything."""

    def post(path: str, body: Any) -> Any:
        return tenant.post(f"/v1/{path}", json=body).raise_for_status().json()

    def put(path: str, body: Any) -> None:
        tenant.put(f"/v1/{path}", json=body).raise_for_status()

    words = {"name": f"{word}.png", "description": f"a {word} asleep", "prompt": f"a {word}"}
    assets = [post("assets", {**words, "image": data_url(colour)})["asset"]["id"] for colour in
              ("teal", "navy", "plum")]  # fmt: skip
    asset = assets[-1]
    put(f"assets/{asset}/tags", {"add": [word]})
    model = post("models", {"name": f"{word}s", "baseModelId": "sdxl"})["model"]["id"]
    post("models", {"name": f"other {word}s"})
    post(f"models/{model}/training-images", {"assetIds": assets})
    pair = {"sourceId": assets[0], "targetId": assets[1], "instruction": f"add a {word}"}
    put(f"models/{model}/training-images/pairs", [pair])
    put(f"models/{model}/examples", {"assetIds": [asset]})
    put(f"models/{model}/prompt-guide", {"promptGuide": f"Think of a {word}."})
    put(f"models/{model}/description", {"description": f"Draws a {word}."})
    asked = {"mode": "completion", "prompt": f"a {word}", "seed": 1}
    jobs = [post("generate/prompt", asked)["job"]["jobId"] for _ in range(2)]
    upload = post("uploads", {"fileName": f"{word}.png", "contentType": "image/png",
                              "fileSize": len(picture().data), "parts": 1})["upload"]  # fmt: skip
    tokens = {
        f"{kind}_token": tenant.get(f"/v1/{kind}s", params={"pageSize": 1}).json()[
            "nextPaginationToken"
        ]
        for kind in ("asset", "model", "job")
    }
    return tokens | {
        "asset_id": asset,
        "training_image_id": asset,
        "model_id": model,
        "job_id": jobs[0],
        "upload_id": upload["id"],
        "token": upload["parts"][0]["url"].partition("token=")[2],
        "number": "1",
        "team_id": "team_1",
        "name": "echo",
        "what": "load",
    }


def operations() -> list[Operation]:
    with Sparkloom(Settings(engine="echo")) as loom:
        paths = make_app(loom).openapi()["paths"]
    return [(method.upper(), path) for path in paths for method in paths[path]]


def foreign(house: House, text: str, sent: object) -> list[str]:
    """What an answer gives away: the word, and ids that were not in the request."""
    told = [WORD] if WORD in text else []
    theirs = {house.ids[name] for name in ("asset_id", "model_id", "job_id", "upload_id")}
    return told + [it for it in theirs if it in text and it not in json.dumps(sent)]


def test_every_route_has_a_probe() -> None:
    assert set(PROBES) == set(operations())


def test_every_tool_has_a_probe() -> None:
    assert set(TOOL_PROBES) == set(TOOLS)


def test_the_probes_would_find_something(house: House) -> None:
    """What the other tenant is refused, its owner is not."""
    for path in ("/v1/assets/{asset_id}", "/v1/models/{model_id}", "/v1/jobs/{job_id}"):
        answer = house.ada.get(path.format(**house.ids))
        assert answer.status_code == 200
        assert foreign(house, answer.text, None)
    for path in ("/v1/assets", "/v1/models", "/v1/jobs"):
        assert foreign(house, house.ada.get(path).text, None)


@pytest.mark.parametrize("operation", PROBES, ids=" ".join)
def test_a_route_tells_and_changes_nothing_of_another(house: House, operation: Operation) -> None:
    """As it is, as a dry run, and with the other's project named."""
    method, path = operation
    before = house.belongings()
    for probe in PROBES[operation]:
        url, query = path.format(**probe.path(house.ids)), probe.query(house.ids)
        body = probe.body(house.ids) if probe.body else None

        def pry(more: Ids, url: str = url, query: Ids = query, body: Any = body) -> httpx.Response:
            answer = house.bob.request(method, url, params=query | more, json=body)
            assert foreign(house, answer.text, [url, query, body]) == []
            return answer

        asked = pry({})
        assert asked.status_code == probe.status, (url, query, body, asked.text)
        if path in PRICED:
            assert pry({"dryRun": "true"}).status_code == PRICED[path]
        named = pry({"projectId": "proj_art"})
        if path not in ("/health", "/metrics", PART) and "NotOffered" not in named.text:
            assert named.status_code == 403, (url, named.text)
    assert house.belongings() == before


@pytest.mark.parametrize("path", ["/openapi.json", "/health", "/metrics"])
def test_what_is_everybodys_names_nobody(house: House, path: str) -> None:
    text = house.bob.get(path).text
    assert foreign(house, text, None) == []
    assert '"ada"' not in text
    assert "proj_art" not in text


@pytest.mark.parametrize("name", TOOL_PROBES)
def test_a_tool_tells_and_changes_nothing_of_another(house: House, name: str) -> None:
    before = house.belongings()

    async def pry(client: Client) -> None:
        for fields in TOOL_PROBES[name]:
            arguments = fields(house.ids)
            result = await client.call_tool(name, arguments)
            text = str(result.content)
            assert result.is_error == (name not in LISTS), (arguments, text)
            assert foreign(house, text, arguments) == []
            if result.is_error:
                assert "NotFoundError" in text
            named = await client.call_tool(name, {**arguments, "projectId": "proj_art"})
            assert "ForbiddenError" in str(named.content)

    ask(f"{house.address}/mcp", pry, "builder")
    assert house.belongings() == before


def test_the_key_of_another_is_no_key(house: House) -> None:
    for pair in (b"ada:builder", b"bob:lovelace", b"proj_art:builder"):
        header = {"authorization": "Basic " + base64.b64encode(pair).decode()}
        assert httpx.get(f"{house.address}/v1/jobs", headers=header).status_code == 401
