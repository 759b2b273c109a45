"""A model as it is shown."""

from __future__ import annotations

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.models import ModelQuery
from sparkloom.catalog.profile import shelf


def asset(catalog: Catalog, description: str | None = None) -> str:
    return catalog.assets.add("proj_1", picture(), "a.png", description=description).id


def test_without_a_type_it_is_custom(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    assert (model.type, model.custom, model.dialect, model.inputs) == ("custom", True, None, [])


def test_a_model_speaks_the_dialect_of_its_base_or_else_of_its_type(catalog: Catalog) -> None:
    based = catalog.models.create("proj_1", base_model_id="sdxl", type="flux.1-lora")
    typed = catalog.models.create("proj_1", type="flux.1-lora")
    assert based.dialect == shelf()["sdxl"].dialect
    assert based.inputs == shelf()["sdxl"].inputs
    assert typed.dialect == shelf()["flux-1-dev"].dialect


def test_a_deleted_asset_leaves_its_models(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.models.set_examples("proj_1", model.id, [one])
    catalog.models.update("proj_1", model.id, {"thumbnail": one})
    catalog.assets.delete("proj_1", [one])
    kept = catalog.models.get("proj_1", model.id)
    assert (kept.training_images, kept.example_asset_ids, kept.thumbnail_id) == ([], [], None)


def test_lists_show_the_first_three_training_images(catalog: Catalog) -> None:
    for count in (5, 0):
        images = [asset(catalog, str(number)) for number in range(count)]
        catalog.models.create("proj_1", name=f"{count}", training_images=images)
    page = catalog.models.page("proj_1", ModelQuery(sort_direction="asc"))
    shown = {model.name: model for model in page.items}
    assert [image.description for image in shown["5"].training_images] == ["0", "1", "2"]
    assert shown["5"].training_images_number == 5
    assert shown["0"].training_images == []


def test_the_shelf_is_public_and_the_same_in_every_project(catalog: Catalog) -> None:
    model = catalog.models.get("proj_1", "flux-kontext")
    assert model == catalog.models.get("proj_2", "flux-kontext")
    assert (model.privacy, model.status) == ("public", "trained")
    assert model.inputs == shelf()["flux-kontext"].inputs
