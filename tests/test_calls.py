"""Calls: parameters that a model takes, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkloom.admission import Admission
from sparkloom.calls import calls_of, parameters, seed_of
from sparkloom.catalog import Catalog
from sparkloom.catalog.knowledge import Knowledge
from sparkloom.catalog.profile import shelf
from sparkloom.context import Context
from sparkloom.form import Form
from sparkloom.settings import Settings

REFERENCES = [f"asset_{number}" for number in range(15)]
PROJECT = "proj_1"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog; what differs between databases is tested with the catalog."""
    with Catalog(Settings(engine="echo", data_dir=tmp_path)) as catalog:
        yield catalog


@pytest.mark.parametrize("model_id", shelf())
@pytest.mark.parametrize("references", [REFERENCES, REFERENCES[:1]])
def test_parameters_are_complete_and_valid(
    catalog: Catalog, model_id: str, references: list[str]
) -> None:
    model = catalog.models.get(PROJECT, model_id)
    inputs = {wanted.name: wanted for wanted in model.inputs}
    for number in range(20):
        values = parameters(model, "a fox", seed_of(7, number), references)
        assert values.keys() <= inputs.keys()
        for name, wanted in inputs.items():
            if name not in values:
                assert wanted.default is None
                assert not wanted.must_be_given
                assert name != "seed"
            else:
                assert wanted.fault(values[name]) == "", name
        (prompt,) = (name for name, wanted in inputs.items() if wanted.prompt)
        assert values[prompt] == "a fox"
        assert all(
            values[name] == wanted.default
            for name, wanted in inputs.items()
            if wanted.default is not None
        )


def test_pictures_go_where_a_model_takes_them_as_many_as_it_takes(catalog: Catalog) -> None:
    def asked(model_id: str, references: list[str]) -> dict[str, object]:
        return parameters(catalog.models.get(PROJECT, model_id), "a fox", 1, references)

    assert asked("flux-kontext", REFERENCES)["image"] == "asset_0"
    assert asked("runway-gen4-image", REFERENCES)["referenceImages"] == REFERENCES[:3]
    assert "referenceImages" not in asked("runway-gen4-image", [])
    assert not set(REFERENCES) & {str(value) for value in asked("sdxl", REFERENCES).values()}


def test_seeds_are_drawn_from_the_requests_and_differ(catalog: Catalog) -> None:
    model = catalog.models.get(PROJECT, "sdxl")
    seeds = [parameters(model, "a fox", seed_of(7, number))["seed"] for number in range(5)]
    assert len(set(seeds)) == 5
    assert seeds == [parameters(model, "a", seed_of(7, number))["seed"] for number in range(5)]
    assert seeds[0] != parameters(model, "a fox", seed_of(8, 0))["seed"]
    assert all(0 <= seed <= 2**31 - 1 for seed in seeds)


def test_an_own_model_without_inputs_gets_the_prompt(catalog: Catalog) -> None:
    model = catalog.models.create(PROJECT)
    assert parameters(model, "a fox", 1) == {"prompt": "a fox"}


def test_calls_stand_in_the_order_of_the_prompts_and_tell_what_they_follow(
    catalog: Catalog,
) -> None:
    model = catalog.models.create(PROJECT, base_model_id="sdxl")
    known = Knowledge(("inkst, owl", "inkst, hen"), ("inkst, cat",), "", "", shelf()["sdxl"])
    context = Context("fox", ("inkst, owl", "inkst, cat"), form=Form("inkst, "), own=True)
    admitted = Admission("contextual-v2", model, known)
    calls = calls_of(admitted, context, ["asset_1", "asset_2"], ["one", "two"], 3)
    assert [call.model_id for call in calls] == [model.id] * 2
    assert [call.parameters["prompt"] for call in calls] == ["one", "two"]
    (why,) = {call.rationale for call in calls}
    assert why == (
        "The prompt follows 2 of the model's 3 own texts, first “inkst, owl”; begins with "
        "“inkst”; takes up what is known of asset_1 and asset_2."
    )
    (alone,) = calls_of(admitted, context, [], ["one"], 3)
    assert alone.parameters == calls[0].parameters
    assert "takes up" not in alone.rationale


def test_a_model_without_texts_is_told_by_its_profile(catalog: Catalog) -> None:
    admitted = Admission(
        "contextual-v2",
        catalog.models.get(PROJECT, "pony"),
        Knowledge((), (), "", "", shelf()["pony"]),
    )
    form = Form(opening="score_9, ", closing=("sharp", "best"))
    (call,) = calls_of(admitted, Context("fox", form=form), [], ["one"], 3)
    assert call.rationale == (
        "The prompt follows the profile of Pony Diffusion V6 XL; begins with “score_9”; "
        "ends with “sharp, best”."
    )
    nothing = Admission(
        "contextual-v2", catalog.models.create(PROJECT), Knowledge((), (), "", "", None)
    )
    (call,) = calls_of(nothing, Context("fox"), [], ["one"], 3)
    assert call.rationale.startswith("The prompt follows hand-written prompts")
    assert calls_of(Admission("contextual-v2"), Context("fox"), [], ["one"], 3) == []
