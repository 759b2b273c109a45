"""The bank: finding prompts near a spark."""

from __future__ import annotations

import pytest

from sparkloom.bank import Bank, load_bank

ROWS = [
    ("red fox snow", "A red fox crosses a frozen pond at dawn, telephoto photograph."),
    ("fox den", "Fox cubs in a den under birch roots, soft pencil on cream paper."),
    ("castle", "A castle of wet slate on a cliff, storm light, oil painting."),
    ("castle", "A castle of wet slate on a cliff, storm light, gouache painting."),
    ("tea kettle", "Tin kettle steaming on a stove, linocut in two inks."),
]


def test_the_nearest_come_first() -> None:
    assert Bank(ROWS).nearest("foxes in snow", 2, 100)[0] == ROWS[0][1]


def test_near_copies_are_not_found_twice() -> None:
    found = Bank(ROWS).nearest("castle", 3, 100)
    assert len([prompt for prompt in found if "castle" in prompt]) == 1


def test_the_words_of_all_together_are_bounded() -> None:
    found = Bank(ROWS).nearest("fox", 3, 12)
    assert sum(len(prompt.split()) for prompt in found) <= 12


def test_a_prompt_that_has_the_spark_in_it_is_passed_over() -> None:
    within = " ".join(ROWS[0][1].split()[1:4]).upper()
    assert ROWS[0][1] not in Bank(ROWS).nearest(within, 5, 500)
    assert ROWS[0][1] in Bank(ROWS).nearest(within.split()[-1], 5, 500)


def test_what_is_named_is_not_found() -> None:
    (first, *_) = Bank(ROWS).nearest("fox", 1, 500)
    assert first not in Bank(ROWS).nearest("fox", 5, 500, without=[first])


def test_what_does_not_fit_is_not_found() -> None:
    found = Bank(ROWS).nearest("fox", 5, 500, fits=lambda prompt: "photograph" not in prompt)
    assert ROWS[1][1] in found
    assert ROWS[0][1] not in found


def test_without_a_hint_the_seed_draws() -> None:
    bank = load_bank()
    assert bank.nearest("", 3, 100, seed=1) == bank.nearest("", 3, 100, seed=1)
    assert bank.nearest("", 3, 100, seed=1) != bank.nearest("", 3, 100, seed=2)


@pytest.mark.parametrize("spark", ["", "zxqv", "a dragon guarding", "的", "the of and"])
def test_the_shipped_bank_always_finds_something(spark: str) -> None:
    found = load_bank().nearest(spark, 3, 80)
    assert 1 <= len(found) <= 3
    assert sum(len(prompt.split()) for prompt in found) <= 80
