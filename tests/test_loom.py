"""The path of a request, with the local model: the promises that a user relies on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from conftest import data_url, picture
from eyes import Naming
from sparkloom.catalog import Catalog
from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import Echo
from sparkloom.errors import (
    CatalogError,
    EngineError,
    InvalidRequestError,
    NotFoundError,
    SparkloomError,
)
from sparkloom.loom import Sparkloom, orders
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings
from sparkloom.words import words

TEXT_MODES = ("completion", "inventive", "structured")
SPARKS = (
    "a dragon guarding",
    "(red fox:1.2), <lora:ink:0.8> snow",
    'poster that says "OPEN LATE"',
    "a {red|blue} car, ",
    "A ceramic plate, a green fork, and 4 trains.",
    "two\nlines",
)


class Clinging(Echo):
    """Writes nothing but the first example while it sees one."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        self.texts.append(task.text)
        _, found, example = task.text.partition("example: ")
        for draft in super().write(task, orders):
            yield draft._replace(text=", " + example.splitlines()[0]) if found else draft


@pytest.mark.parametrize("spark", SPARKS)
def test_completion_keeps_the_spark_to_the_letter(loom: Sparkloom, spark: str) -> None:
    for prompt in loom.prompt(spark, mode="completion", num_results=2, seed=1).prompts:
        assert prompt.startswith(spark)
        assert len(prompt) > len(spark) + 20


@pytest.mark.parametrize("mode", TEXT_MODES)
def test_a_result_is_the_same_alone_and_among_five(loom: Sparkloom, mode: str) -> None:
    five = loom.prompt("a castle", mode=mode, num_results=5, seed=9).prompts
    for count in (1, 2, 3):
        assert loom.prompt("a castle", mode=mode, num_results=count, seed=9).prompts == five[:count]
    assert len(set(five)) == 5
    assert loom.prompt("a castle", mode=mode, num_results=5, seed=10).prompts != five


def test_without_a_seed_the_drawn_one_gives_the_answer_again(loom: Sparkloom) -> None:
    first = loom.prompt("a lighthouse", mode="inventive", num_results=2)
    again = loom.prompt("a lighthouse", mode="inventive", num_results=2, seed=first.seed)
    assert first.prompts == again.prompts
    assert first.job.metadata["input"]["seed"] == first.seed


def test_the_loom_answers_without_holding_up_the_event_loop(loom: Sparkloom) -> None:
    async def both() -> list[str]:
        answer = await loom.prompt_async("a lighthouse", mode="completion", seed=4)
        return answer.prompts

    assert anyio.run(both) == loom.prompt("a lighthouse", mode="completion", seed=4).prompts


@pytest.mark.parametrize("mode", TEXT_MODES)
def test_every_mode_works_without_a_spark(loom: Sparkloom, mode: str) -> None:
    prompts = loom.prompt(mode=mode, num_results=2, seed=2).prompts
    assert len(set(prompts)) == 2
    assert all(len(prompt.split()) >= 5 for prompt in prompts)


def test_inventive_keeps_the_words_of_a_short_spark(loom: Sparkloom) -> None:
    for prompt in loom.prompt("clockwork whale", mode="inventive", num_results=3, seed=3).prompts:
        assert "clockwork" in prompt.lower()
        assert "whale" in prompt.lower()


def test_structured_gives_its_sections_as_data(loom: Sparkloom) -> None:
    answer = loom.prompt("potion icon", mode="structured", num_results=2, seed=3)
    assert answer.sections is not None
    for prompt, sections in zip(answer.prompts, answer.sections, strict=True):
        places = [prompt.lower().index(text.strip(" .,;").lower()) for text in sections.values()]
        assert len(places) == 7
        assert places == sorted(places)
    assert answer.job.metadata["output"]["sections"] == answer.sections


@pytest.mark.parametrize("temperature", [0, 0.1, 2])
def test_any_temperature_gives_different_results(loom: Sparkloom, temperature: float) -> None:
    answer = loom.prompt(
        "a castle made of", mode="completion", num_results=3, seed=1, temperature=temperature
    )
    assert len(set(answer.prompts)) == 3
    assert answer.variety is not None
    assert answer.variety > 1 / 3


def test_at_temperature_zero_the_seed_changes_nothing_of_one_result(loom: Sparkloom) -> None:
    one, two = (
        loom.prompt("an owl in", mode="completion", temperature=0, seed=seed).prompts
        for seed in (1, 2)
    )
    assert one == two


def test_left_out_the_mode_is_structured(echo_loom: Sparkloom) -> None:
    assert echo_loom.dry_run(PromptRequest()).creative_units_cost == 0.75


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"mode": "contextual"}, InvalidRequestError),
        ({"mode": "completion", "modelId": "model_x"}, NotFoundError),
        ({"mode": "completion", "assetIds": ["asset_x"]}, NotFoundError),
        ({"mode": "completion", "images": ["asset_x"]}, NotFoundError),
        ({"mode": "image-editing", "image": "asset_x"}, NotFoundError),
    ],
)
def test_what_cannot_be_used_is_refused(
    echo_loom: Sparkloom, fields: dict[str, object], error: type[SparkloomError]
) -> None:
    request = PromptRequest.parse(fields)
    with pytest.raises(error):
        echo_loom.answer(request)
    with pytest.raises(error):
        echo_loom.dry_run(request)


def test_an_answer_leaves_its_job_in_the_catalog(stored: Settings) -> None:
    with Sparkloom(stored) as loom:
        own = loom.prompt("a fox", mode="completion", seed=1)
        other = loom.answer(PromptRequest(mode="completion", seed=1), "proj_1")
    with Catalog(stored) as catalog:
        assert catalog.jobs.get(stored.project, own.job.job_id) == own.job
        assert catalog.jobs.get("proj_1", other.job.job_id) == other.job
        with pytest.raises(NotFoundError):
            catalog.jobs.get("proj_1", own.job.job_id)
    assert own.job.metadata["input"]["prompt"] == "a fox"
    assert own.job.metadata["output"]["prompts"] == own.prompts


def test_an_answer_whose_job_cannot_be_kept_is_not_given(tmp_path: Path) -> None:
    settings = Settings(engine="echo", database_url=SecretStr(f"sqlite:///{tmp_path}/no/such.db"))
    with Sparkloom(settings) as loom, pytest.raises(CatalogError):
        loom.prompt("a fox", mode="completion")


def test_a_dry_run_opens_no_catalog(tmp_path: Path) -> None:
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path / "data")) as loom:
        assert loom.dry_run(PromptRequest(mode="completion")).creative_units_cost == 0.75
    assert not (tmp_path / "data").exists()


def test_what_another_project_has_is_not_found(stored: Settings) -> None:
    with Sparkloom(stored) as loom:
        asset = loom.catalog.assets.add("proj_1", picture(), "fox.png", description="a fox")
        model = loom.catalog.models.create("proj_1")
        for fields in ({"asset_ids": [asset.id]}, {"images": [asset.id]}, {"model_id": model.id}):
            request = PromptRequest.parse({"mode": "completion", **fields})
            assert loom.answer(request, "proj_1").prompts
            with pytest.raises(NotFoundError):
                loom.dry_run(request, "proj_2")


CAPTIONS = [
    "inkst, owl on a fence post, thick line, cream paper, one red accent",
    "inkst, hen in a doorway, thick line, cream paper, one blue accent",
    "inkst, cat under a cart, thick line, grey paper, one red accent",
    "inkst, mule at a trough, thin line, cream paper, one green accent",
]


def trained(loom: Sparkloom, captions: list[str] = CAPTIONS, base: str | None = None) -> str:
    """A model of the loom's project with captioned training images; its id."""
    project = loom.settings.project
    assets = [
        loom.catalog.assets.add(project, picture(), f"{number}.png", description=caption)
        for number, caption in enumerate(captions)
    ]
    ids = [asset.id for asset in assets]
    return loom.catalog.models.create(project, training_images=ids, base_model_id=base).id


def test_a_model_that_the_engine_clings_to_keeps_its_texts(tmp_path: Path) -> None:
    engine = Clinging()
    settings = Settings(engine="echo", data_dir=tmp_path)
    with Sparkloom(settings, engine) as loom, pytest.raises(EngineError):
        loom.prompt("a fox", mode="contextual", model_id=trained(loom), seed=1)
    assert len(engine.texts) == 2
    assert all("example: inkst, owl" in text for text in engine.texts)


@pytest.mark.parametrize("mode", ["completion", "inventive"])
def test_a_model_conditions_the_text_modes_too(tmp_path: Path, mode: str) -> None:
    engine = Clinging()
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path), engine) as loom:
        model_id = trained(loom)
        fox = loom.catalog.assets.add(
            loom.settings.project, picture(), "fox.png", description="a fox in snow"
        )
        with pytest.raises(EngineError):
            loom.prompt("a fox", mode=mode, model_id=model_id, seed=1)
        assert "example: inkst, owl" in engine.texts[0]
        with suppress(EngineError):
            loom.prompt("a fox", mode=mode, model_id=model_id, images=[fox.id], seed=1)
    assert "inkst" not in engine.texts[-1]
    assert "image: a fox in snow" in engine.texts[-1]


def test_a_prompt_for_a_model_has_its_trigger_and_its_form(loom: Sparkloom) -> None:
    answer = loom.prompt(
        "fox asleep in a boat", mode="contextual", model_id=trained(loom), num_results=3, seed=1
    )
    for prompt in answer.prompts:
        assert prompt.startswith("inkst, ")
        assert 6 <= len(prompt.split()) <= 24
        assert len({"fox", "asleep", "boat"} & set(words(prompt))) >= 2
    assert answer.warnings is None
    assert answer.calls is None
    alone = loom.prompt(
        "fox asleep in a boat", mode="contextual", model_id=trained(loom), num_results=1, seed=1
    )
    assert alone.prompts == answer.prompts[:1], "the same texts give the same bytes"


def test_without_a_draft_a_model_proposes_from_its_own_texts(loom: Sparkloom) -> None:
    model_id = trained(loom)
    for seed in (1, 2):
        (prompt,) = loom.prompt(mode="contextual", model_id=model_id, seed=seed).prompts
        assert prompt.startswith("inkst, ")


def test_a_model_without_texts_follows_its_profile_and_says_so(loom: Sparkloom) -> None:
    model_id = trained(loom, [], "pony")
    answer = loom.prompt("heron", mode="contextual-v2", model_id=model_id, seed=1)
    assert answer.prompts[0].startswith("score_9, score_8_up, score_7_up, ")
    (warning,) = answer.warnings or []
    assert "no captions" in warning
    assert "Pony Diffusion" in warning
    output = answer.job.metadata["output"]
    assert output["warnings"] == [warning]
    assert output["calls"] == [call.wire() for call in answer.calls or []]


def test_left_out_the_mode_is_contextual_with_a_model(echo_loom: Sparkloom) -> None:
    assert echo_loom.prompt(model_id="sdxl", seed=1).mode == "contextual"


def test_an_engine_that_clings_to_examples_goes_on_without_them() -> None:
    engine = Clinging()
    with Sparkloom(Settings(engine="echo"), engine) as loom:
        five = loom.prompt("a fox in a barn", mode="completion", num_results=5, seed=1).prompts
        one = loom.prompt("a fox in a barn", mode="completion", num_results=1, seed=1).prompts
    assert one == five[:1]
    assert {"example:" in text for text in engine.texts} == {True, False}


def test_orders_depend_on_the_seed_and_their_number_alone() -> None:
    def first(count: int, base: float, seed: int) -> list[tuple[int, float]]:
        stream = orders(base, seed)
        return [next(stream) for _ in range(count)]

    assert first(3, 0.7, 5) == first(10, 0.7, 5)[:3]
    assert len({order[0] for order in first(10, 0.7, 5)}) == 10
    assert [order[1] for order in first(3, 0, 5)] == pytest.approx([0, 0.5, 0.6])
    assert first(12, 0.7, 5)[11][1] == 1.1
    assert all(order[1] <= 2 for order in first(60, 2, 5))


def test_an_edit_says_the_wish_and_keeps_what_the_image_shows(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path / "cache")
    eyes = Naming(medium="photograph", subject="a cat", background="a red sofa")
    fields: dict[str, Any] = {"mode": "image-editing", "image": data_url(), "seed": 1}
    with Sparkloom(settings, eyes=eyes) as loom:
        wished = loom.prompt("make it night", num_results=5, **fields)
        assert len(set(wished.prompts)) == 5
        for prompt in wished.prompts:
            assert prompt.startswith("Make it night: ")
            assert "the cat" in prompt
        assert wished.prompts == loom.prompt("make it night", num_results=5, **fields).prompts
        assert wished.prompts[:1] == loom.prompt("make it night", **fields).prompts
        offered = loom.prompt(num_results=5, **fields)
        assert len({prompt.partition(":")[0] for prompt in offered.prompts}) == 5
        doubted = loom.prompt("remove the people", **fields | {"model_id": "gpt-image-1"})
        assert doubted.warnings is None
    assert not (tmp_path / "cache").exists()


def test_pictures_are_looked_at_in_every_mode(tmp_path: Path) -> None:
    eyes = Naming(subject="a violet toad", warnings=("Dim.",))
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path), eyes=eyes) as loom:
        for mode in ("completion", "inventive", "contextual", "contextual-v2"):
            answer = loom.prompt(mode=mode, images=[data_url()], seed=1)
            assert answer.warnings == ["Dim."]
        assert len(eyes.looked) == 4


def test_a_dry_run_looks_at_nothing(tmp_path: Path) -> None:
    eyes = Naming(error=AssertionError("looked"))
    with Sparkloom(Settings(engine="echo", data_dir=tmp_path), eyes=eyes) as loom:
        request = PromptRequest.parse({"mode": "image-editing", "image": data_url()})
        assert loom.dry_run(request).creative_units_cost == 0.75


def test_progress_is_told_with_each_candidate_and_rises(echo_loom: Sparkloom) -> None:
    told: list[float] = []
    request = PromptRequest.parse({"mode": "completion", "prompt": "a fox,", "numResults": 5})
    echo_loom.answer(request, progress=told.append)
    assert len(told) >= 7
    assert told == sorted(set(told))
    assert 0 < told[0] < told[-1] < 1
