"""Rate limits: buckets that fill steadily, whoever takes from them at the same time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from sparkloom.catalog import Catalog, rates
from sparkloom.catalog.rates import Rates
from sparkloom.catalog.tables import RateRow
from sparkloom.settings import Settings


def wait(catalog: Catalog, seconds: float) -> None:
    """Let time go by for every bucket; it goes back if the seconds are below nothing."""
    with catalog._database.writing() as session:
        session.execute(update(RateRow).values(full_at=RateRow.full_at - seconds))


def test_a_bucket_is_emptied_and_says_when_there_is_more(catalog: Catalog) -> None:
    taken = [catalog.rates.take("ada", 4) for _ in range(6)]
    assert [rate.allowed for rate in taken] == [True] * 4 + [False] * 2
    assert [rate.remaining for rate in taken] == [3, 2, 1, 0, 0, 0]
    assert {rate.limit for rate in taken} == {4}
    assert [rate.retry_after for rate in taken[:4]] == [0] * 4
    assert 1 <= taken[4].retry_after <= 15  # a token comes every fifteen seconds
    assert 45 <= taken[4].reset <= 60


def test_it_fills_a_token_at_a_time_and_not_beyond_its_size(catalog: Catalog) -> None:
    def allowed() -> int:
        return sum(catalog.rates.take("ada", 4).allowed for _ in range(9))

    assert allowed() == 4
    wait(catalog, 31)
    assert allowed() == 2
    wait(catalog, 10_000)
    assert allowed() == 4


def test_every_key_has_a_bucket_of_its_own(catalog: Catalog) -> None:
    assert not [catalog.rates.take("ada", 1) for _ in range(2)][1].allowed
    assert catalog.rates.take("bob", 1).allowed


def test_a_clock_that_went_back_locks_nobody_out(catalog: Catalog) -> None:
    assert catalog.rates.take("ada", 1).allowed
    wait(catalog, -3600)
    assert catalog.rates.take("ada", 1).allowed
    assert not catalog.rates.take("ada", 1).allowed


def test_exactly_the_limit_is_let_through_from_two_replicas(stored: Settings) -> None:
    with Catalog(stored) as one, Catalog(stored) as other, ThreadPoolExecutor(8) as clients:
        replicas = [one.rates, other.rates]
        one.open()

        def ask(number: int) -> bool:
            return replicas[number % 2].take("ada", 20).allowed

        assert sum(clients.map(ask, range(60))) == pytest.approx(20, abs=1)  # one may have come


def test_sqlite_takes_the_clock_of_the_machine(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    if catalog._database.shared:
        pytest.skip("PostgreSQL has a clock of its own")
    monkeypatch.setattr(rates, "time", time)
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    assert catalog.rates.take("ada", 60) == (True, 60, 59, 1, 0)
    assert isinstance(catalog.rates, Rates)
