"""The engine without a model."""

from __future__ import annotations

from itertools import count, islice

from hypothesis import given
from hypothesis import strategies as st

from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.echo import WORDS, Echo

TASK = Task("a harbour", max_tokens=40, top_p=0.9, expected=2)


def write(task: Task, *orders: Order) -> list[Draft]:
    return list(Echo().write(task, iter(orders)))


@given(st.integers(0, 2**32 - 1))
def test_a_draft_is_eight_different_phrases(seed: int) -> None:
    (draft,) = write(TASK, Order(seed, 1.0))
    phrases = draft.text.removeprefix(" ").split(", ")
    assert draft.text.startswith(" ")
    assert draft.finished
    assert len(set(phrases)) == len(phrases) == 8
    assert set(phrases) <= set(WORDS)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=6))
def test_a_seed_decides_whatever_comes_before_it(seeds: list[int]) -> None:
    together = write(TASK, *(Order(seed, 1.0) for seed in seeds))
    assert together == [write(TASK, Order(seed, 0.2))[0] for seed in seeds]


def test_other_seeds_give_other_words() -> None:
    assert len(set(write(TASK, *(Order(seed, 1.0) for seed in range(20))))) == 20


def test_it_writes_as_long_as_it_is_asked_and_no_further() -> None:
    asked = count()
    orders = (Order(next(asked), 1.0) for _ in count())
    assert len(list(islice(Echo().write(TASK, orders), 7))) == 7
    assert next(asked) == 7


def test_it_writes_again_after_it_was_closed() -> None:
    echo = Echo()
    echo.close()
    assert list(echo.write(TASK, iter([Order(1, 1.0)]))) == write(TASK, Order(1, 1.0))
