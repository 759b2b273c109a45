"""What is known of a model."""

from __future__ import annotations

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.profile import shelf
from sparkloom.catalog.training_images import Pair


def asset(catalog: Catalog, description: str | None = None, prompt: str | None = None) -> str:
    added = catalog.assets.add("proj_1", picture(), "a.png", description=description, prompt=prompt)
    return added.id


def test_captions_come_in_the_order_of_their_images_without_blank_ones(catalog: Catalog) -> None:
    images = [asset(catalog, text) for text in ("tok, a wolf", " ", None, "tok, a fox")]
    model = catalog.models.create("proj_1", training_images=images)
    assert catalog.models.knowledge("proj_1", model.id).captions == ("tok, a wolf", "tok, a fox")


def test_the_instructions_of_pairs_are_an_editing_models_captions(catalog: Catalog) -> None:
    before, after = asset(catalog, "before"), asset(catalog, "after")
    model = catalog.models.create("proj_1", training_images=[before, after])
    pairs = [Pair(before, after, "Make it winter"), Pair(after, before, "Thaw it")]
    catalog.training_images.set_pairs("proj_1", model.id, pairs)
    known = catalog.models.knowledge("proj_1", model.id)
    assert known.captions == ("Make it winter", "Thaw it")
    catalog.training_images.set_pairs("proj_1", model.id, [])
    assert catalog.models.knowledge("proj_1", model.id).captions == ("before", "after")


def test_examples_give_their_prompts_or_else_their_descriptions(catalog: Catalog) -> None:
    fox, wolf = asset(catalog, "a fox", "tok fox, snow"), asset(catalog, "a wolf")
    model = catalog.models.create("proj_1")
    catalog.models.set_examples("proj_1", model.id, [wolf, fox, asset(catalog)])
    assert catalog.models.knowledge("proj_1", model.id).prompts == ("a wolf", "tok fox, snow")


def test_guide_and_description_are_kept_and_taken_away(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    catalog.models.update("proj_1", model.id, {"prompt_guide": "# Short", "description": "x"})
    known = catalog.models.knowledge("proj_1", model.id)
    assert (known.guide, known.description, known.profile) == ("# Short", "x", None)
    catalog.models.update("proj_1", model.id, {"prompt_guide": None})
    assert catalog.models.knowledge("proj_1", model.id).guide == ""


def test_a_model_of_the_shelf_is_known_by_its_profile(catalog: Catalog) -> None:
    known = catalog.models.knowledge("proj_1", "flux-kontext")
    assert known.guide == shelf()["flux-kontext"].prompt_guide
    assert known.profile == shelf()["flux-kontext"]
