"""Training images, and the pairs of an editing model."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.training_images import Pair
from sparkloom.errors import ForbiddenError, InvalidRequestError, NotFoundError


def asset(catalog: Catalog, description: str | None = None) -> str:
    return catalog.assets.add("proj_1", picture(), "a.png", description=description).id


def test_training_images_keep_their_order_and_captions(catalog: Catalog) -> None:
    one, two, three = (asset(catalog, text) for text in ("tok, a fox", " ", "tok, a wolf"))
    model = catalog.models.create("proj_1")
    catalog.training_images.add("proj_1", model.id, [three])
    added = catalog.training_images.add("proj_1", model.id, [two, one])
    assert [image.id for image in added] == [two, one]
    kept = catalog.models.get("proj_1", model.id)
    assert [image.id for image in kept.training_images] == [three, two, one]
    assert kept.training_images_number == 3
    assert catalog.models.knowledge("proj_1", model.id).captions == ("tok, a wolf", "tok, a fox")


def test_a_caption_given_with_a_training_image_is_its_description(catalog: Catalog) -> None:
    one, two = asset(catalog, "old"), asset(catalog, "other")
    model = catalog.models.create("proj_1")
    (image,) = catalog.training_images.add("proj_1", model.id, [one], "new")
    assert image.description == "new"
    assert catalog.assets.get("proj_1", one).description == "new"
    image = catalog.training_images.replace("proj_1", model.id, one, two, "newer")
    assert (image.id, image.description) == (two, "newer")


def test_replacing_keeps_the_place(catalog: Catalog) -> None:
    one, two, three = (asset(catalog, text) for text in ("1", "2", "3"))
    model = catalog.models.create("proj_1", training_images=[one, two])
    catalog.training_images.replace("proj_1", model.id, one, three)
    assert catalog.models.knowledge("proj_1", model.id).captions == ("3", "2")
    catalog.training_images.replace("proj_1", model.id, three, three)
    with pytest.raises(InvalidRequestError, match="already"):
        catalog.training_images.replace("proj_1", model.id, three, two)


def test_an_image_is_a_training_image_once(catalog: Catalog) -> None:
    one, two = asset(catalog), asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    with pytest.raises(InvalidRequestError, match="already"):
        catalog.training_images.add("proj_1", model.id, [two, one])
    assert catalog.models.get("proj_1", model.id).training_images_number == 1


def test_an_image_added_from_many_sides_is_added_once(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1")

    def add(_: int) -> bool:
        try:
            catalog.training_images.add("proj_1", model.id, [one])
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
                catalog.training_images.add("proj_1", model.id, [one[1]])
            else:
                catalog.assets.delete("proj_1", [one[1]])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_or_delete, [(way, one) for one in assets for way in (1, 0)]))
    assert catalog.models.get("proj_1", model.id).training_images == []
    assert catalog.assets.known("proj_1", assets) == []


def test_a_training_image_taken_away_stays_an_asset(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_1", training_images=[one])
    catalog.training_images.remove("proj_1", model.id, [one])
    assert catalog.models.get("proj_1", model.id).training_images == []
    assert catalog.assets.get("proj_1", one).id == one
    with pytest.raises(NotFoundError, match="training image"):
        catalog.training_images.remove("proj_1", model.id, [one])
    with pytest.raises(NotFoundError, match="training image"):
        catalog.training_images.check_own("proj_1", model.id, one)


OTHERS: list[Callable[[Catalog, str], object]] = [
    lambda catalog, found: catalog.training_images.add("proj_2", found, []),
    lambda catalog, found: catalog.training_images.replace("proj_2", found, "a", "b"),
    lambda catalog, found: catalog.training_images.remove("proj_2", found, ["a"]),
    lambda catalog, found: catalog.training_images.check_own("proj_2", found),
]


@pytest.mark.parametrize("attempt", OTHERS, ids=range(len(OTHERS)))
def test_the_model_of_another_project_is_not_there(
    catalog: Catalog, attempt: Callable[[Catalog, str], object]
) -> None:
    model = catalog.models.create("proj_1")
    with pytest.raises(NotFoundError, match=model.id):
        attempt(catalog, model.id)


def test_assets_of_another_project_are_no_training_images(catalog: Catalog) -> None:
    one = asset(catalog)
    model = catalog.models.create("proj_2")
    with pytest.raises(NotFoundError, match=one):
        catalog.training_images.add("proj_2", model.id, [one])


SHELF: list[Callable[[Catalog], object]] = [
    lambda catalog: catalog.training_images.add("proj_1", "sdxl", []),
    lambda catalog: catalog.training_images.check_own("proj_1", "sdxl"),
]


@pytest.mark.parametrize("attempt", SHELF, ids=range(len(SHELF)))
def test_a_model_of_the_shelf_takes_no_training_images(
    catalog: Catalog, attempt: Callable[[Catalog], object]
) -> None:
    with pytest.raises(ForbiddenError, match="public"):
        attempt(catalog)


def test_pairs_go_with_their_training_images(catalog: Catalog) -> None:
    before, after, spare = (asset(catalog, text) for text in ("before", "after", "spare"))
    model = catalog.models.create("proj_1", training_images=[before, after])
    pairs = [Pair(before, after, "Make it winter"), Pair(after, before, "Thaw it")]
    catalog.training_images.set_pairs("proj_1", model.id, pairs)
    known = catalog.models.knowledge("proj_1", model.id)
    with pytest.raises(NotFoundError, match=spare):
        catalog.training_images.set_pairs("proj_1", model.id, [Pair(before, spare, "Paint it")])
    catalog.training_images.replace("proj_1", model.id, after, spare)
    assert catalog.models.knowledge("proj_1", model.id) == known
    catalog.training_images.remove("proj_1", model.id, [spare])
    assert catalog.models.knowledge("proj_1", model.id).captions == ("before",)
