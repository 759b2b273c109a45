"""Lists, a page at a time: nothing twice, nothing skipped, and no nonsense for a token."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.assets import Asset, AssetQuery
from sparkloom.catalog.page import ListQuery, split
from sparkloom.errors import InvalidRequestError


def add(catalog: Catalog, name: str = "fox.png") -> Asset:
    return catalog.assets.add("proj_1", picture(), name)


def names(catalog: Catalog, **query: Any) -> list[str]:
    return [asset.name for asset in catalog.assets.page("proj_1", AssetQuery(**query)).items]


def test_pages_hold_every_asset_once_and_the_last_has_no_next(catalog: Catalog) -> None:
    added = [add(catalog, f"{number}.png").id for number in range(7)]
    for direction in ("asc", "desc"):
        seen: list[str] = []
        token = None
        while True:
            query = AssetQuery(page_size=3, pagination_token=token, sort_direction=direction)
            page = catalog.assets.page("proj_1", query)
            assert page.items
            seen += [asset.id for asset in page.items]
            token = page.next
            if token is None:
                break
        assert sorted(seen) == sorted(added)
        created = [asset.created_at for asset in catalog.assets.bulk("proj_1", seen)]
        assert created == sorted(created, reverse=direction == "desc")
    assert catalog.assets.page("proj_1", AssetQuery(page_size=7)).next is None


def test_a_page_goes_on_after_what_was_deleted(catalog: Catalog) -> None:
    for number in range(4):
        add(catalog, f"{number}.png")
    first = catalog.assets.page("proj_1", AssetQuery(page_size=2))
    catalog.assets.delete("proj_1", [first.items[1].id])
    second = catalog.assets.page("proj_1", AssetQuery(page_size=2, pagination_token=first.next))
    assert len({asset.id for asset in (*first.items, *second.items)}) == 4


def test_lists_are_cut_by_time(catalog: Catalog) -> None:
    asset = add(catalog)
    time = asset.created_at
    assert names(catalog, created_after=time) == names(catalog, created_before=time) == []
    assert names(catalog, created_after="2020-01-01") == ["fox.png"]
    assert names(catalog, updated_before="2999-01-01T00:00:00+02:00") == ["fox.png"]
    assert names(catalog, updated_after="2999-01-01T00:00:00Z", sort_by="updatedAt") == []


@pytest.mark.parametrize(
    "token", ["", "x", "!!", "bnVsbA", "WzEsMiwzXQ", "WyJjcmVhdGVkQXQiLCAiAAAiLCAieCJd", "é"]
)
def test_a_token_of_no_list_is_refused(catalog: Catalog, token: str) -> None:
    add(catalog)
    if not token:
        assert names(catalog, pagination_token=token) == ["fox.png"]
        return
    with pytest.raises(InvalidRequestError, match="paginationToken"):
        names(catalog, pagination_token=token)


def test_a_token_of_another_order_is_refused(catalog: Catalog) -> None:
    for _ in range(2):
        add(catalog)
    token = catalog.assets.page("proj_1", AssetQuery(page_size=1)).next
    with pytest.raises(InvalidRequestError, match="paginationToken"):
        names(catalog, pagination_token=token, sort_by="updatedAt")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500Z"),
        ("2026-01-31T14:00:00+02:00", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.123456+00:00", "2026-01-31T12:00:00.123Z"),
    ],
)
def test_times_are_read_as_they_are_kept(written: str, read: str) -> None:
    assert ListQuery(created_after=written).created_after == read


@pytest.mark.parametrize("time", ["", "today", "12:00", "2026-13-01", "0001-01-01T00:00:00+20:00"])
def test_what_is_no_time_is_refused(time: str) -> None:
    with pytest.raises(ValidationError, match="ISO 8601"):
        ListQuery(updated_before=time)


def test_texts_are_split_at_commas() -> None:
    assert split(" red, fox ,,") == ["red", "fox"]
