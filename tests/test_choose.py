"""Choosing: the first sound candidate, then the most varied ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sparkloom.choose import TRIES, choose, expected, variety
from sparkloom.context import Context
from sparkloom.errors import EngineError
from sparkloom.modes import Candidate

NOTHING = Context(subject="")
HERON = "a heron on a mossy post, grey river behind it, soft morning light, ink and wash"
KETTLE = "copper kettle steaming on a farmhouse stove, oil painting, brown and gold"
BRIDGE = "stone bridge under a violet storm, wide view from the bank, pastel on paper"
HERON_AGAIN = "a heron on a mossy post, grey river behind it, soft evening light, ink and wash"


def made(text: str) -> Candidate:
    return Candidate(prompt=text, added=text)


def test_a_faulty_candidate_is_passed_over() -> None:
    named = replace(made(HERON), fault="has a protected name")
    assert choose(iter([named, made(KETTLE)]), 1, NOTHING, keep=False) == [made(KETTLE)]


def test_the_first_sound_candidate_is_the_first_result() -> None:
    candidates = iter([made("a heron"), made(HERON), made(KETTLE)])
    assert choose(candidates, 1, NOTHING, keep=False) == [made(HERON)]
    assert next(candidates) == made(KETTLE), "no candidate is taken that is not needed"


def test_the_farthest_candidate_is_taken_next() -> None:
    near = "a heron on a mossy post, red barn, tin roof, gouache, hard noon glare, poster"
    chosen = choose(iter([made(HERON), made(near), made(KETTLE)]), 2, NOTHING, keep=False)
    assert chosen == [made(HERON), made(KETTLE)]


def test_the_first_results_are_the_same_however_many_are_asked_for() -> None:
    texts = [HERON, "too short", KETTLE, HERON_AGAIN, BRIDGE]
    texts += [f"{word} {KETTLE}" for word in ("old", "new")]
    texts += ["paper boats on a flooded street, low sun, risograph print in two colours"]
    texts += ["a tin robot waters tomatoes on a balcony, felt pens, flat colours, noon"]
    texts += ["salt flats at dusk, a single bicycle, telephoto photograph, pale pinks"]
    all_five = choose(map(made, texts), 5, NOTHING, keep=False)
    for count in range(1, 5):
        assert choose(map(made, texts), count, NOTHING, keep=False) == all_five[:count]


def test_an_engine_that_writes_nothing_of_use_is_given_up() -> None:
    taken = 0

    def useless() -> Iterator[Candidate]:
        nonlocal taken
        while True:
            taken += 1
            yield made("a heron")

    with pytest.raises(EngineError, match="0 of 3") as caught:
        choose(useless(), 3, NOTHING, keep=False)
    assert caught.value.details["dropped"] == {"too short": TRIES}
    assert taken == TRIES


def test_an_engine_that_repeats_one_text_is_given_up() -> None:
    def one_text() -> Iterator[Candidate]:
        while True:
            yield made(HERON)

    with pytest.raises(EngineError, match="1 of 2"):
        choose(one_text(), 2, NOTHING, keep=False)


def test_two_candidates_more_than_needed_are_expected() -> None:
    assert [expected(count) for count in (1, 2, 3, 5)] == [1, 4, 5, 7]


def test_variety_counts_how_many_texts_really_differ() -> None:
    assert variety([HERON, HERON]) == pytest.approx(0.5)
    assert variety([HERON, KETTLE]) > 0.95
    assert variety([HERON, HERON_AGAIN, KETTLE]) < variety([HERON, BRIDGE, KETTLE])
