"""Assets: kept, listed, changed and removed, each in its project."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.assets import MIME_TYPES, Asset, AssetQuery
from sparkloom.errors import InvalidRequestError, NotFoundError
from sparkloom.reference import FORMATS
from sparkloom.settings import Settings


def add(catalog: Catalog, name: str = "fox.png", **fields: Any) -> Asset:
    return catalog.assets.add("proj_1", picture(), name, **fields)


def names(catalog: Catalog, project: str = "proj_1", **query: Any) -> list[str]:
    return [asset.name for asset in catalog.assets.page(project, AssetQuery(**query)).items]


def test_an_asset_comes_back_as_it_was_kept(catalog: Catalog) -> None:
    asset = add(catalog, description="a red fox", prompt="red fox, snow", author="ada")
    assert catalog.assets.get("proj_1", asset.id) == asset
    assert (asset.name, asset.description, asset.author_id) == ("fox.png", "a red fox", "ada")
    assert (asset.owner_id, asset.metadata.prompt) == ("proj_1", "red fox, snow")
    assert (asset.properties.width, asset.properties.height) == (8, 6)
    assert asset.properties.size == len(picture().data)
    assert asset.created_at == asset.updated_at


@pytest.mark.parametrize("name", FORMATS)
def test_the_bytes_of_every_format_come_back(catalog: Catalog, name: str) -> None:
    kept = picture(name=name)
    asset = catalog.assets.add("proj_1", kept, "fox")
    assert catalog.assets.content("proj_1", asset.id) == (kept.data, MIME_TYPES[name])
    assert asset.mime_type == MIME_TYPES[name]


def test_assets_survive_a_restart(catalog: Catalog, stored: Settings) -> None:
    asset = add(catalog)
    catalog.close()
    with Catalog(stored) as again:
        assert again.assets.get("proj_1", asset.id) == asset


OTHERS: list[Callable[[Catalog, str], object]] = [
    lambda catalog, found: catalog.assets.get("proj_2", found),
    lambda catalog, found: catalog.assets.bulk("proj_2", [found]),
    lambda catalog, found: catalog.assets.content("proj_2", found),
    lambda catalog, found: catalog.assets.update("proj_2", found, {"name": "mine"}),
    lambda catalog, found: catalog.assets.tag("proj_2", found, ["mine"]),
    lambda catalog, found: catalog.assets.delete("proj_2", [found]),
    lambda catalog, found: catalog.assets.add("proj_2", picture(), "x.png", parent_id=found),
    lambda catalog, found: catalog.models.create("proj_2", training_images=[found]),
]


@pytest.mark.parametrize("attempt", OTHERS, ids=range(len(OTHERS)))
def test_an_asset_of_another_project_is_not_there(
    catalog: Catalog, attempt: Callable[[Catalog, str], object]
) -> None:
    asset = add(catalog)
    with pytest.raises(NotFoundError, match=asset.id):
        attempt(catalog, asset.id)
    assert catalog.assets.get("proj_1", asset.id) == asset
    assert catalog.assets.known("proj_2", [asset.id]) == []
    assert names(catalog, "proj_2") == []


def test_bulk_keeps_the_order_and_known_leaves_out(catalog: Catalog) -> None:
    one, two = add(catalog, "1.png"), add(catalog, "2.png")
    assert catalog.assets.bulk("proj_1", [two.id, one.id, two.id]) == [two, one]
    assert catalog.assets.known("proj_1", ["asset_x", two.id, one.id]) == [two, one]
    with pytest.raises(NotFoundError, match="asset_x"):
        catalog.assets.bulk("proj_1", [one.id, "asset_x"])


def test_a_change_leaves_what_it_does_not_name(catalog: Catalog) -> None:
    asset = add(catalog, description="a fox", prompt="fox")
    changed = catalog.assets.update("proj_1", asset.id, {"description": "a wolf"})
    assert (changed.description, changed.name, changed.metadata.prompt) == (
        "a wolf",
        "fox.png",
        "fox",
    )
    assert changed.updated_at >= asset.updated_at
    assert catalog.assets.update("proj_1", asset.id, {"description": None}).description is None
    assert catalog.assets.get("proj_1", asset.id).description is None


def test_tags_are_added_and_taken_off(catalog: Catalog) -> None:
    asset = add(catalog)
    change = catalog.assets.tag("proj_1", asset.id, ["red", "fox", "red"])
    assert (change.added, change.deleted) == (["red", "fox"], [])
    change = catalog.assets.tag("proj_1", asset.id, ["fox", "snow"], ["red", "blue"])
    assert (change.added, change.deleted) == (["snow"], ["red"])
    assert catalog.assets.get("proj_1", asset.id).tags == ["fox", "snow"]


def test_the_same_change_from_many_sides_is_made_once(catalog: Catalog) -> None:
    asset = add(catalog)
    with ThreadPoolExecutor(8) as pool:
        changes = pool.map(lambda _: catalog.assets.tag("proj_1", asset.id, ["red"]), range(24))
        assert sum(len(change.added) for change in changes) == 1
    assert catalog.assets.get("proj_1", asset.id).tags == ["red"]


@pytest.mark.parametrize(("add_tags", "remove"), [(["fox"], []), (["new"], ["missing"])])
def test_a_strict_change_of_tags_is_made_whole_or_not(
    catalog: Catalog, add_tags: list[str], remove: list[str]
) -> None:
    asset = add(catalog)
    catalog.assets.tag("proj_1", asset.id, ["fox"])
    with pytest.raises(InvalidRequestError):
        catalog.assets.tag("proj_1", asset.id, add_tags, remove, strict=True)
    assert catalog.assets.get("proj_1", asset.id).tags == ["fox"]


def test_deleting_takes_all_or_none(catalog: Catalog, stored: Settings) -> None:
    one, two = add(catalog), add(catalog)
    with pytest.raises(NotFoundError):
        catalog.assets.delete("proj_1", [one.id, "asset_x"])
    assert catalog.assets.get("proj_1", one.id) == one
    catalog.assets.delete("proj_1", [one.id, two.id])
    assert catalog.assets.known("proj_1", [one.id, two.id]) == []
    assert [path.name for path in (stored.data_dir / "files").iterdir()] == ["catalog"]


def test_a_child_knows_its_parent_and_the_first_of_its_line(catalog: Catalog) -> None:
    root = add(catalog, "root.png")
    child = add(catalog, "child.png", parent_id=root.id)
    grandchild = add(catalog, "grandchild.png", parent_id=child.id)
    assert grandchild.metadata.parent_id == child.id
    assert grandchild.metadata.root_parent_id == root.id
    assert names(catalog, parent_asset_id=root.id) == ["child.png"]
    assert set(names(catalog, root_asset_id=root.id)) == {"child.png", "grandchild.png"}


def test_lists_are_filtered(catalog: Catalog) -> None:
    add(catalog, "a.png", author="ada")
    tagged = add(catalog, "b.png", author="bob")
    catalog.assets.tag("proj_1", tagged.id, ["red", "fox"])
    assert names(catalog, author_id="ada") == ["a.png"]
    assert names(catalog, tags="fox,red") == ["b.png"]
    assert names(catalog, tags="fox,blue") == []
    assert set(names(catalog, type="uploaded")) == {"a.png", "b.png"}
    assert set(names(catalog, types="txt2img,uploaded")) == {"a.png", "b.png"}
    assert names(catalog, type="txt2img") == []
    assert names(catalog, privacy="public") == []
    assert len(names(catalog, privacy="private")) == 2
    with pytest.raises(InvalidRequestError, match="types"):
        names(catalog, type="uploaded", types="uploaded")
