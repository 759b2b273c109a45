"""Assets, models and jobs, with the official client in strict mode."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from scenario_sdk import BadRequestError, NotFoundError, Scenario

from conftest import data_url, picture, serving
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings


@pytest.fixture
def client(stored: Settings) -> Iterator[Scenario]:
    with (
        serving(Sparkloom(stored)) as address,
        Scenario(
            base_url=f"{address}/v1",
            api_key="key",
            api_secret="secret",
            _strict_response_validation=True,
        ) as client,
    ):
        yield client


def test_the_official_client_runs_through_the_whole_catalog(  # noqa: PLR0915
    client: Scenario,
) -> None:
    assets, models = client.assets, client.models

    # Assets: upload, retrieve, content, list, bulk, update, tags.
    fox = assets.upload(name="fox.png", image=data_url("red")).asset
    bare = data_url("grey").partition(",")[2]
    wolf = assets.upload(name="wolf.png", image=bare, parent_id=fox.id).asset
    assert (fox.mime_type, fox.properties.width, fox.metadata.name) == ("image/png", 8, "fox.png")
    assert assets.retrieve(fox.id).asset.to_dict() == fox.to_dict()
    assert httpx.get(fox.url).content == picture("red").data
    assert [asset.id for asset in assets.list(page_size=1)] == [wolf.id, fox.id]
    assert [asset.id for asset in assets.list(parent_asset_id=fox.id)] == [wolf.id]
    assert [asset.id for asset in assets.list(types=["txt2img"])] == []
    both = [wolf.id, fox.id]
    assert [asset.id for asset in assets.get_bulk(asset_ids=both).assets] == both
    assert assets.update(fox.id, description="tok, a red fox").asset.description == "tok, a red fox"
    assets.update(wolf.id, description="tok, a grey wolf", name="grey.png")
    assert assets.update_tags(fox.id, add=["red", "fox"]).added == ["red", "fox"]
    assert assets.update_tags(fox.id, delete=["red"]).deleted == ["red"]
    assert [asset.id for asset in assets.list(tags="fox")] == [fox.id]

    # Models: create, update, retrieve, list, bulk.
    model = models.create(name="animals", type="flux.1-lora", short_description="x").model
    assert models.update(model.id, name="beasts", thumbnail=fox.id).model.thumbnail is not None
    kept = models.retrieve(model.id).model
    assert (kept.name, kept.status, kept.type) == ("beasts", "new", "flux.1-lora")
    assert kept.inputs is not None
    assert [field.name for field in kept.inputs if field.prompt_spark] == ["prompt"]
    assert [listed.id for listed in models.list(page_size=1)] == [model.id]
    public = [listed.id for listed in models.list(privacy="public", page_size=5)]
    assert {"flux-kontext", "gpt-image-1", "sdxl"} <= set(public)
    ids = ["sdxl", model.id, "model_none"]
    assert [found.id for found in models.get_bulk(model_ids=ids).models] == ids[:2]
    assert models.get_bulk(model_ids=ids, minimal=True).models[1].type == "flux.1-lora"

    # Training images: by asset, by several, by picture; replaced and taken away.
    images = models.training_images
    added = images.add(model.id, asset_id=fox.id).training_image
    assert (added.id, added.description) == (fox.id, "tok, a red fox")
    images.add(model.id, asset_ids=[wolf.id])
    owl = images.add(model.id, data=data_url("brown"), name="owl.png").training_image
    heron = images.replace(owl.id, model_id=model.id, data=data_url("blue"), name="heron.png")
    images.delete(wolf.id, model_id=model.id)
    trained = models.retrieve(model.id).model
    assert trained.training_images is not None
    assert [image.id for image in trained.training_images] == [fox.id, heron.training_image.id]
    assert trained.training_images_number == 2

    images.add(model.id, asset_id=wolf.id)
    asked = {"source_id": fox.id, "target_id": wolf.id, "instruction": "Make it grey"}
    pairs = images.replace_pairs(model.id, body=[asked])  # type: ignore[list-item]
    assert (pairs.count, pairs.pairs[0].target_id) == (1, wolf.id)
    assert models.delete_images(model.id, ids=[wolf.id, heron.training_image.id]) == {}
    assert models.retrieve(model.id).model.training_images_number == 1

    # Examples, prompt guide, description, score.
    assert models.examples.list(model.id).examples == []
    shown = models.examples.update(model.id, asset_ids=[wolf.id]).examples
    assert [example.asset.id for example in shown] == [wolf.id]
    assert models.examples.list(model.id).examples[0].api_model_id == model.id
    assert models.prompt_guide.retrieve(model.id).prompt_guide.value == ""
    guide = models.prompt_guide.update(model.id, prompt_guide="# Begin with tok").prompt_guide
    assert guide.value == models.prompt_guide.retrieve(model.id).prompt_guide.value
    assert models.description.update(model.id, description="Beasts.").description.value == "Beasts."
    assert models.description.retrieve(model.id).description.value == "Beasts."
    score = models.scores.retrieve_prompt(model.id, prompt="tok, a red fox")
    assert (score.status, score.api_model_id) == ("complete", model.id)
    assert score.score > models.scores.retrieve_prompt(model.id, prompt="a vase").score
    assert models.prompt_guide.retrieve("sdxl").prompt_guide.value.startswith("One clear sentence")

    # Jobs: what was answered is there.
    answer = client.generate.prompt(mode="completion", prompt="a fox", num_results=2, seed=3)
    job = client.jobs.retrieve(answer.job.job_id).job
    assert job.to_dict() == answer.job.to_dict()
    assert job.metadata.output is not None
    assert job.metadata.output["prompts"] == answer.prompts
    assert job.metadata.input == {
        "mode": "completion",
        "prompt": "a fox",
        "numResults": 2,
        "seed": 3,
        "ensureIPCleared": False,
    }
    assert [listed.job_id for listed in client.jobs.list(types=["generate-prompt"])] == [job.job_id]
    with pytest.raises(BadRequestError, match="Cannot cancel"):
        client.jobs.trigger_action(job.job_id, action="cancel")

    # Deletes answer an object, and what is deleted is gone.
    assert models.delete(model.id) == {}
    assert assets.delete_multiple(asset_ids=[fox.id, wolf.id]) == {}
    for gone in (lambda: models.retrieve(model.id), lambda: assets.retrieve(fox.id)):
        with pytest.raises(NotFoundError):
            gone()


def test_the_official_client_uploads_in_parts(client: Scenario) -> None:
    data = picture("red", size=(500, 400)).data
    half = len(data) // 2
    uploads = client.uploads
    asked = {"file_name": "fox.png", "content_type": "image/png", "kind": "image", "parts": 2}
    begun = uploads.create(file_size=len(data), **asked).upload  # type: ignore[arg-type]
    assert (begun.status, begun.kind, begun.source) == ("pending", "image", "multipart")
    assert begun.parts is not None
    for part, bytes_ in zip(begun.parts, (data[:half], data[half:]), strict=True):
        assert httpx.put(part.url, content=bytes_).json() == {}
    assert uploads.retrieve(begun.id).upload.status == "pending"
    done = uploads.trigger_action(begun.id, action="complete").upload
    assert (done.status, done.parts) == ("imported", None)
    assert uploads.retrieve(begun.id).upload.entity_id == done.entity_id
    asset = client.assets.retrieve(str(done.entity_id)).asset
    assert (asset.metadata.name, asset.properties.width) == ("fox.png", 500)
    assert httpx.get(asset.url).content == data
    with pytest.raises(BadRequestError, match="not opened"):
        uploads.create(url="http://127.0.0.1/fox.png", kind="image")


def test_what_is_not_offered_is_said_to_the_official_client(client: Scenario) -> None:
    model = client.models.create(name="animals").model
    generate, models = client.generate, client.models
    for ask in (
        lambda: models.train.trigger(model.id, parameters={}),
        lambda: models.train.action(model.id, action="cancel"),
        lambda: models.scores.retrieve_training_dataset(model.id),
        lambda: generate.run_model(model.id, body={"prompt": "a fox"}),
        lambda: generate.embed(text="a fox"),
        lambda: generate.quality_gate(image=data_url()),
        client.usages.list,
        lambda: client.teams.retrieve_limits("team_1"),
    ):
        with pytest.raises(BadRequestError, match="NotOfferedError"):
            ask()
    with pytest.raises(NotFoundError):
        models.train.trigger("model_none", parameters={})
