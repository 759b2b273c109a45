"""Words that nobody knows: digits for letters, plurals, words written apart."""

from __future__ import annotations

import pytest
from searching import found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("R3d Bu11 can in the snow", ["R3d Bu11"]),
        ("Junj1 170 spirals", ["Junj1 170"]),
        ("C3P0 in a desert", ["C3P0"]),
        ("a C1n3m44D render", ["C1n3m44D"]),
        ("A\uff04AP Rocky on a stage", ["A\uff04AP Rocky"]),
        ("an S14 in a garage", []),
    ],
)
def test_digits_and_signs_may_be_letters(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("three Pikachus", ["Pikachus"]),
        ("three Batmen on a roof", ["Batmen"]),
        ("two Cokes on a tray", ["Cokes"]),
        ("his Rolexes in a drawer", ["Rolexes"]),
        ("two Darth Vaders at lunch", ["Darth Vaders"]),
        ("robins and jaguars", []),
    ],
)
def test_a_name_may_stand_for_several(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"), [("a pika chu plush", ["pika chu"]), ("the coke and pep per", ["coke"])]
)
def test_a_name_may_be_written_apart(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_names_between_bars_are_two() -> None:
    assert found("[Greg Rutkowski|Artgerm] dragon") == ["Greg Rutkowski", "Artgerm"]
