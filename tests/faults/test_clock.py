"""A clock that goes backwards, or far ahead and back: ids stay apart, lists stay whole, and what
waits or expires does not do so for ever."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, tzinfo

import pytest

from conftest import picture
from sparkloom import response
from sparkloom.catalog import Catalog
from sparkloom.catalog import uploads as uploads_module
from sparkloom.catalog.assets import AssetQuery
from sparkloom.catalog.jobs import JobQuery
from sparkloom.catalog.rates import WINDOW
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings

PROJECT = Settings().project


class Clock:
    """A clock that a test sets.

    Attributes:
        off: how far it is from the right time.
    """

    off = timedelta()

    @classmethod
    def now(cls, zone: tzinfo) -> datetime:
        return datetime.now(zone) + cls.off

    fromisoformat = datetime.fromisoformat


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    Clock.off = timedelta()
    for module in (response, uploads_module):
        monkeypatch.setattr(module, "datetime", Clock)
    right = time.time
    monkeypatch.setattr("time.time", lambda: right() + Clock.off.total_seconds())
    return Clock


def test_jobs_have_ids_of_their_own_and_lists_are_whole(
    stored: Settings, clock: type[Clock]
) -> None:
    with Sparkloom(stored) as loom:
        kept = []
        for hours in (0, -1, 5, -3, -3, 0):
            clock.off = timedelta(hours=hours)
            kept.append(loom.prompt("a heron", mode="completion").job.job_id)
        assert len(set(kept)) == 6
        found: list[str] = []
        query = JobQuery(page_size=2)
        while True:
            page = loom.catalog.jobs.page(PROJECT, query)
            found += [job.job_id for job in page.items]
            if page.next is None:
                break
            clock.off -= timedelta(hours=1)
            query = JobQuery(page_size=2, pagination_token=page.next)
        assert sorted(found) == sorted(kept)
        assert loom.catalog.jobs.search(PROJECT, "heron", 1)[0].job_id == kept[2]


def test_what_is_added_between_two_pages_hides_nothing(
    catalog: Catalog, clock: type[Clock]
) -> None:
    old = [catalog.assets.add(PROJECT, picture(), f"{n}.png").id for n in range(4)]
    page = catalog.assets.page(PROJECT, AssetQuery(page_size=2))
    clock.off = timedelta(days=-2)
    catalog.assets.add(PROJECT, picture("red"), "late.png")
    assert page.next is not None
    rest = catalog.assets.page(PROJECT, AssetQuery(page_size=9, pagination_token=page.next))
    assert set(old) <= {asset.id for asset in [*page.items, *rest.items]}


@pytest.mark.parametrize("hours", [-48, -1, 1, 23])
def test_an_upload_outlives_a_clock_that_is_set(
    catalog: Catalog, clock: type[Clock], hours: int
) -> None:
    data = picture().data
    upload = catalog.uploads.create(
        PROJECT, "a.png", content_type="image/png", file_size=len(data), parts=1
    )
    clock.off = timedelta(hours=hours)
    catalog.sweep()
    catalog.uploads.add_part(upload.id, 1, upload.token, data)
    assert catalog.uploads.complete(PROJECT, upload.id).status == "imported"


def test_a_limit_holds_nobody_longer_than_its_window(stored: Settings, clock: type[Clock]) -> None:
    if stored.database_url.get_secret_value():
        pytest.skip("PostgreSQL counts by its own clock")
    with Catalog(stored) as catalog:
        clock.off = timedelta(days=1)
        assert [catalog.rates.take("ada", 2).allowed for _ in range(3)] == [True, True, False]
        clock.off = timedelta()
        assert [catalog.rates.take("ada", 2).allowed for _ in range(3)] == [True, True, False]
        for seconds in (-1, -30, -300, -30, 0):
            clock.off = timedelta(seconds=seconds)
            rate = catalog.rates.take("ada", 2)
            assert rate.allowed or rate.retry_after <= WINDOW + 1
        clock.off = timedelta(seconds=WINDOW + 1)
        assert catalog.rates.take("ada", 2).allowed
