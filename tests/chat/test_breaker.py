"""The circuit breaker."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sparkloom.chat.breaker import FAILURES, Breaker
from sparkloom.errors import EngineError, UnavailableError


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, error: Exception) -> None:
    with pytest.raises(type(error)), breaker.call():
        raise error


def is_open(breaker: Breaker) -> bool:
    try:
        with breaker.call():
            return False
    except UnavailableError:
        return True


def test_after_some_failures_in_a_row_no_call_is_made_for_a_while() -> None:
    clock = Clock()
    breaker = Breaker(30.0, clock)
    for _ in range(FAILURES):
        fail(breaker, UnavailableError("It is down."))
    with pytest.raises(UnavailableError, match=r"It is down\. It is left alone for 30 s") as caught:
        breaker.call().__enter__()
    assert caught.value.details["retry_after"] == 30
    clock.now += 31
    assert not is_open(breaker)
    fail(breaker, UnavailableError("It is down."))
    assert not is_open(breaker), "the count began anew"


def test_a_success_between_failures_starts_the_count_anew() -> None:
    breaker = Breaker(30.0, Clock())
    for _ in range(FAILURES * 2):
        fail(breaker, UnavailableError("It is down."))
        assert not is_open(breaker)


def test_only_what_is_unavailable_counts() -> None:
    breaker = Breaker(30.0, Clock())
    for _ in range(FAILURES * 2):
        fail(breaker, EngineError("It is odd."))
    assert not is_open(breaker)


def test_one_call_finds_out_whether_it_is_back() -> None:
    clock = Clock()
    breaker = Breaker(30.0, clock)
    for _ in range(FAILURES):
        fail(breaker, UnavailableError("It is down."))
    clock.now += 31
    with breaker.call():
        assert is_open(breaker)
    clock.now += 1
    assert not is_open(breaker)


def test_a_trial_that_fails_or_is_broken_off_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = Breaker(30.0, clock)
    for _ in range(FAILURES):
        fail(breaker, UnavailableError("It is down."))
    clock.now += 31
    fail(breaker, UnavailableError("It is down."))
    assert is_open(breaker)
    clock.now += 31
    fail(breaker, KeyError())
    assert not is_open(breaker)


def test_a_wait_that_is_asked_for_is_kept() -> None:
    clock = Clock()
    breaker = Breaker(30.0, clock)
    fail(breaker, UnavailableError("It is busy.", retry_after=5))
    assert is_open(breaker)
    clock.now += 6
    assert not is_open(breaker)
