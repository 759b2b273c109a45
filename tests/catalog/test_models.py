"""Models: a project's own and those of the public shelf."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.models import ModelQuery, Pair
from sparkloom.catalog.profile import shelf
from sparkloom.errors import ForbiddenError, InvalidRequestError, NotFoundError


def asset(catalog: Catalog, description: str | None = None, **fields: Any) -> str:
    added = catalog.assets.add("proj_1", picture(), "a.png", description=description, **fields)
    return added.id


def test_a_model_comes_back_as_it_was_made(catalog: Catalog) -> None:
    model = catalog.models.create(
        "proj_1", name="cosy", type="flux.1-lora", short_description="houses", author="ada"
    )
    assert catalog.models.get("proj_1", model.id) == model
    assert (model.name, model.type, model.status) == ("cosy", "flux.1-lora", "new")
    assert (model.privacy, model.owner_id, model.author_id) == ("private", "proj_1", "ada")
    assert model.training_images_number == 0


def test_without_a_type_it_is_custom(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    assert (model.type, model.custom, model.dialect, model.inputs) == ("custom", True, None, [])


def test_an_unknown_type_is_refused(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    with pytest.raises(InvalidRequestError, match=r"flux\.1-lora"):
        catalog.models.create("proj_1", type="sdxl-lora")
    with pytest.raises(InvalidRequestError, match=r"flux\.1-lora"):
        catalog.models.update("proj_1", model.id, {"type": "sdxl-lora"})


def test_a_model_speaks_the_dialect_of_its_base_or_else_of_its_type(catalog: Catalog) -> None:
    based = catalog.models.create("proj_1", base_model_id="sdxl", type="flux.1-lora")
    typed = catalog.models.create("proj_1", type="flux.1-lora")
    assert based.dialect == shelf()["sdxl"].dialect
    assert based.inputs == shelf()["sdxl"].inputs
    assert typed.dialect == shelf()["flux-1-dev"].dialect


def test_an_unknown_base_model_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError, match="base model"):
        catalog.models.create("proj_1", base_model_id="sdxxl")
    model = catalog.models.create("proj_1")
    with pytest.raises(NotFoundError, match="base model"):
        catalog.models.update("proj_1", model.id, {"base_model_id": "sdxxl"})


def test_training_images_keep_their_order_and_captions(catalog: Catalog) -> None:
    one, two, three = (asset(catalog, text) for text in ("tok, a fox", " ", "tok, a wolf"))
    model = catalog.models.create("proj_1")
    catalog.models.add_training_images("proj_1", model.id, [three])
    added = catalog.models.add_training_images("proj_1", model.id, [two, one])
    assert [image.id for image in added] == [two, one]
    kept = catalog.models.get("proj_1", model.id)
    assert [image.id for image in kept.training_images] == [three, two, one]
    assert kept.training_images_number == 3
    assert catalog.models.knowledge("proj_1", model.id).captions == ("tok, a wolf", "tok, a fox")


def test_a_caption_given_with_a_training_image_is_its_description(catalog: Catalog) -> None:
    one, two = asset(catalog, "old"), asset(catalog, "other")
    model = catalog.models.create("proj_1")
    (image,) = catalog.models.add_training_images("proj_1", model.id, [one], "new")
    assert image.description == "new"
    assert catalog.assets.get("proj_1", one).description == "new"
    image = catalog.models.replace_training_image("proj_1", model.id, one, two, "newer")
    assert (image.id, image.description) == (two, "newer")


def test_replacing_keeps_the_place(catalog: Catalog) -> None:
    one, two, three = (asset(catalog, text) for text in ("1", "2", "3"))
    model = catalog.models.create("proj_1", training_images=[one, two])
    catalog.models.replace_training_image("proj_1", model.id, one, three)
    assert catalog.models.knowledge("proj_1", model.id).captions == ("3", "2")
    catalog.models.replace_training_image("proj_1", model.id, three, three)
    with pytest.raises(InvalidRequestError, match="already"):
        catalog.models.replace_training_image("proj_1", model.id, three, two)


def test_an_image_is_a_training_image_once(catalog: Catalog) -> None:
    one, two = asset(catalog), asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    with pytest.raises(InvalidRequestError, match="already"):
        catalog.models.add_training_images("proj_1", model.id, [two, one])
    assert catalog.models.get("proj_1", model.id).training_images_number == 1


def test_an_image_added_from_many_sides_is_added_once(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1")

    def add(_: int) -> bool:
        try:
            catalog.models.add_training_images("proj_1", model.id, [one])
        except InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(16))) == 1
    assert catalog.models.get("proj_1", model.id).training_images_number == 1


def test_deleting_an_asset_while_it_is_added_leaves_no_half(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    assets = [asset(catalog) for _ in range(12)]

    def add_or_delete(one: tuple[int, str]) -> None:
        with suppress(NotFoundError):
            if one[0]:
                catalog.models.add_training_images("proj_1", model.id, [one[1]])
            else:
                catalog.assets.delete("proj_1", [one[1]])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_or_delete, [(way, one) for one in assets for way in (1, 0)]))
    assert catalog.models.get("proj_1", model.id).training_images == []
    assert catalog.assets.known("proj_1", assets) == []


def test_a_training_image_taken_away_stays_an_asset(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.models.remove_training_images("proj_1", model.id, [one])
    assert catalog.models.get("proj_1", model.id).training_images == []
    assert catalog.assets.get("proj_1", one).id == one
    with pytest.raises(NotFoundError, match="training image"):
        catalog.models.remove_training_images("proj_1", model.id, [one])
    with pytest.raises(NotFoundError, match="training image"):
        catalog.models.check_own("proj_1", model.id, one)


def test_examples_are_replaced_whole_and_give_their_prompts(catalog: Catalog) -> None:
    one = asset(catalog, "a fox", prompt="tok fox, snow")
    two = asset(catalog, "a wolf")
    three = asset(catalog)
    model = catalog.models.create("proj_1")
    catalog.models.set_examples("proj_1", model.id, [three])
    examples = catalog.models.set_examples("proj_1", model.id, [two, one, three, two])
    assert [example.id for example in examples] == [two, one, three]
    assert catalog.models.examples("proj_1", model.id) == examples
    assert catalog.models.get("proj_1", model.id).example_asset_ids == [two, one, three]
    assert catalog.models.knowledge("proj_1", model.id).prompts == ("a wolf", "tok fox, snow")
    assert catalog.models.set_examples("proj_1", model.id, []) == []


def test_a_deleted_asset_leaves_its_models(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.models.set_examples("proj_1", model.id, [one])
    catalog.models.update("proj_1", model.id, {"thumbnail": one})
    catalog.assets.delete("proj_1", [one])
    kept = catalog.models.get("proj_1", model.id)
    assert (kept.training_images, kept.example_asset_ids, kept.thumbnail_id) == ([], [], None)


def test_a_deleted_model_leaves_its_assets(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.models.set_examples("proj_1", model.id, [one])
    catalog.models.delete("proj_1", model.id)
    assert catalog.models.known("proj_1", [model.id]) == []
    assert catalog.assets.get("proj_1", one).id == one


def test_guide_and_description_are_kept_and_taken_away(catalog: Catalog) -> None:
    model = catalog.models.create("proj_1")
    catalog.models.update("proj_1", model.id, {"prompt_guide": "# Short", "description": "x"})
    known = catalog.models.knowledge("proj_1", model.id)
    assert (known.guide, known.description, known.profile) == ("# Short", "x", None)
    catalog.models.update("proj_1", model.id, {"prompt_guide": None})
    assert catalog.models.knowledge("proj_1", model.id).guide == ""


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
    lambda catalog, found: catalog.models.add_training_images("proj_2", found, []),
    lambda catalog, found: catalog.models.replace_training_image("proj_2", found, "a", "b"),
    lambda catalog, found: catalog.models.remove_training_images("proj_2", found, ["a"]),
    lambda catalog, found: catalog.models.examples("proj_2", found),
    lambda catalog, found: catalog.models.set_examples("proj_2", found, []),
    lambda catalog, found: catalog.models.knowledge("proj_2", found),
    lambda catalog, found: catalog.models.check_own("proj_2", found),
]


@pytest.mark.parametrize("attempt", OTHERS, ids=range(len(OTHERS)))
def test_a_model_of_another_project_is_not_there(
    catalog: Catalog, attempt: Callable[[Catalog, str], object]
) -> None:
    model = catalog.models.create("proj_1")
    with pytest.raises(NotFoundError, match=model.id):
        attempt(catalog, model.id)
    assert catalog.models.page("proj_2", ModelQuery()).items == []


def test_assets_of_another_project_are_no_training_images(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_2")
    for attempt in (
        lambda: catalog.models.add_training_images("proj_2", model.id, [one]),
        lambda: catalog.models.set_examples("proj_2", model.id, [one]),
        lambda: catalog.models.update("proj_2", model.id, {"thumbnail": one}),
    ):
        with pytest.raises(NotFoundError, match=one):
            attempt()


def test_lists_show_the_first_three_training_images(catalog: Catalog) -> None:
    for count in (5, 0):
        images = [asset(catalog, str(number)) for number in range(count)]
        catalog.models.create("proj_1", name=f"{count}", training_images=images)
    page = catalog.models.page("proj_1", ModelQuery(sort_direction="asc"))
    shown = {model.name: model for model in page.items}
    assert [image.description for image in shown["5"].training_images] == ["0", "1", "2"]
    assert shown["5"].training_images_number == 5
    assert shown["0"].training_images == []


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


def test_the_shelf_is_public_and_the_same_in_every_project(catalog: Catalog) -> None:
    model = catalog.models.get("proj_1", "flux-kontext")
    assert model == catalog.models.get("proj_2", "flux-kontext")
    assert (model.privacy, model.status) == ("public", "trained")
    assert model.inputs == shelf()["flux-kontext"].inputs
    assert catalog.models.examples("proj_1", "flux-kontext") == []
    known = catalog.models.knowledge("proj_1", "flux-kontext")
    assert known.guide == shelf()["flux-kontext"].prompt_guide
    assert known.profile == shelf()["flux-kontext"]


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
    lambda catalog: catalog.models.add_training_images("proj_1", "sdxl", []),
    lambda catalog: catalog.models.set_examples("proj_1", "sdxl", []),
    lambda catalog: catalog.models.check_own("proj_1", "sdxl"),
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


def test_the_instructions_of_pairs_are_an_editing_models_captions(catalog: Catalog) -> None:
    ids = [
        catalog.assets.add("proj_1", picture(), "a.png", description=name).id
        for name in ("before", "after", "spare")
    ]
    model = catalog.models.create("proj_1", training_images=ids[:2])
    pairs = [Pair(ids[0], ids[1], "Make it winter"), Pair(ids[1], ids[0], "Thaw it")]
    catalog.models.set_pairs("proj_1", model.id, pairs)
    known = catalog.models.knowledge("proj_1", model.id)
    assert known.captions == ("Make it winter", "Thaw it")
    with pytest.raises(NotFoundError):
        catalog.models.set_pairs("proj_1", model.id, [Pair(ids[0], ids[2], "Paint it")])
    catalog.models.replace_training_image("proj_1", model.id, ids[1], ids[2])
    assert catalog.models.knowledge("proj_1", model.id) == known
    catalog.models.remove_training_images("proj_1", model.id, [ids[2]])
    assert catalog.models.knowledge("proj_1", model.id).captions == ("before",)
    catalog.models.set_pairs("proj_1", model.id, [])
