"""Models: a project's own and those of the public shelf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.models import ModelQuery
from sparkloom.catalog.profile import shelf
from sparkloom.errors import ForbiddenError, InvalidRequestError, NotFoundError


def asset(catalog: Catalog) -> str:
    return catalog.assets.add("proj_1", picture(), "a.png").id


def test_a_model_comes_back_as_it_was_made(catalog: Catalog) -> None:
    model = catalog.models.create(
        "proj_1", name="cosy", type="flux.1-lora", short_description="houses", author="ada"
    )
    assert catalog.models.get("proj_1", model.id) == model
    assert (model.name, model.type, model.status) == ("cosy", "flux.1-lora", "new")
    assert (model.privacy, model.owner_id, model.author_id) == ("private", "proj_1", "ada")
    assert model.training_images_number == 0


def test_an_unknown_type_is_refused(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    with pytest.raises(InvalidRequestError, match=r"flux\.1-lora"):
        catalog.models.create("proj_1", type="sdxl-lora")
    with pytest.raises(InvalidRequestError, match=r"flux\.1-lora"):
        catalog.models.update("proj_1", model.id, {"type": "sdxl-lora"})


def test_an_unknown_base_model_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match="base model"):
        catalog.models.create("proj_1", base_model_id="sdxxl")
    model = catalog.models.create("proj_1")
    with pytest.raises(NotFoundError, match="base model"):
        catalog.models.update("proj_1", model.id, {"base_model_id": "sdxxl"})


def test_examples_are_replaced_whole(catalog: Catalog) -> None:
    one, two, three = (asset(catalog) for _ in range(3))
    model = catalog.models.create("proj_1")
    catalog.models.set_examples("proj_1", model.id, [three])
    examples = catalog.models.set_examples("proj_1", model.id, [two, one, three, two])
    assert [example.id for example in examples] == [two, one, three]
    assert catalog.models.examples("proj_1", model.id) == examples
    assert catalog.models.get("proj_1", model.id).example_asset_ids == [two, one, three]
    assert catalog.models.set_examples("proj_1", model.id, []) == []


def test_a_model_of_the_shelf_has_no_examples(catalog: Catalog) -> None:
    assert catalog.models.examples("proj_1", "flux-kontext") == []


def test_a_deleted_model_leaves_its_assets(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.models.set_examples("proj_1", model.id, [one])
    catalog.models.delete("proj_1", model.id)
    assert catalog.models.known("proj_1", [model.id]) == []
    assert catalog.assets.get("proj_1", one).id == one


def test_the_type_is_fixed_once_a_model_is_trained(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1", type="custom")
    assert catalog.models.update("proj_1", model.id, {"type": "flux.1-lora"}).type == "flux.1-lora"
    catalog.models.update("proj_1", model.id, {"status": "trained"})
    catalog.models.update("proj_1", model.id, {"type": "flux.1-lora", "name": "x"})
    with pytest.raises(InvalidRequestError, match="type"):
        catalog.models.update("proj_1", model.id, {"type": "custom"})


OTHERS: list[Callable[[Catalog, str], object]] = [
    lambda catalog, found: catalog.models.get("proj_2", found),
    lambda catalog, found: catalog.models.update("proj_2", found, {"name": "mine"}),
    lambda catalog, found: catalog.models.delete("proj_2", found),
    lambda catalog, found: catalog.models.examples("proj_2", found),
    lambda catalog, found: catalog.models.set_examples("proj_2", found, []),
    lambda catalog, found: catalog.models.knowledge("proj_2", found),
]


@pytest.mark.parametrize("attempt", OTHERS, ids=range(len(OTHERS)))
def test_a_model_of_another_project_is_not_there(
    catalog: Catalog, attempt: Callable[[Catalog, str], object]
) -> None:
    model = catalog.models.create("proj_1")
    with pytest.raises(NotFoundError, match=model.id):
        attempt(catalog, model.id)
    assert catalog.models.page("proj_2", ModelQuery()).items == []


def test_assets_of_another_project_are_neither_examples_nor_thumbnails(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_2")
    for attempt in (
        lambda: catalog.models.set_examples("proj_2", model.id, [one]),
        lambda: catalog.models.update("proj_2", model.id, {"thumbnail": one}),
    ):
        with pytest.raises(NotFoundError, match=one):
            attempt()


def test_lists_are_filtered(catalog: Catalog) -> None:
    catalog.models.create("proj_1", name="a", type="flux.1-lora")
    catalog.models.create("proj_1", name="b", status="trained")

    def names(**query: Any) -> set[str | None]:
        return {model.name for model in catalog.models.page("proj_1", ModelQuery(**query)).items}

    assert names() == {"a", "b"}
    assert names(status="trained") == names(type="custom") == {"b"}
    assert names(types="flux.1-lora,zimage-lora") == {"a"}
    with pytest.raises(InvalidRequestError, match="types"):
        names(type="custom", types="custom")


def test_the_shelf_is_listed_in_pages(catalog: Catalog) -> None:
    seen: list[str] = []
    token = None
    while True:
        query = ModelQuery(privacy="public", page_size=4, pagination_token=token)
        page = catalog.models.page("proj_1", query)
        seen += [model.id for model in page.items]
        token = page.next
        if token is None:
            break
    assert seen == sorted(shelf())
    typed = ModelQuery(privacy="public", type="gpt-image-1")
    assert [model.id for model in catalog.models.page("proj_1", typed).items] == ["gpt-image-1"]


SHELF: list[Callable[[Catalog], object]] = [
    lambda catalog: catalog.models.update("proj_1", "sdxl", {"name": "mine"}),
    lambda catalog: catalog.models.delete("proj_1", "sdxl"),
    lambda catalog: catalog.models.set_examples("proj_1", "sdxl", []),
]


@pytest.mark.parametrize("attempt", SHELF, ids=range(len(SHELF)))
def test_the_shelf_cannot_be_changed(
    catalog: Catalog, attempt: Callable[[Catalog], object]
) -> None:
    with pytest.raises(ForbiddenError, match="public"):
        attempt(catalog)


def test_own_and_public_models_come_in_bulk_and_in_order(catalog: Catalog) -> None:
    own = catalog.models.create("proj_1").id
    ids = ["sdxl", own, "pony"]
    assert [model.id for model in catalog.models.bulk("proj_1", ids)] == ids
    assert [model.id for model in catalog.models.known("proj_1", ["x", *ids])] == ids
    with pytest.raises(NotFoundError, match="model_x"):
        catalog.models.bulk("proj_1", ["model_x", own])
