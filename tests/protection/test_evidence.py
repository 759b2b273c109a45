"""What tells that a doubtful name is meant."""

from __future__ import annotations

import pytest
from searching import found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("an apple on the table", []),
        ("the apple laptop on a desk", ["apple"]),
        ("an Apple laptop", ["Apple"]),
        ("a jaguar in the jungle", []),
        ("a red Jaguar coupe", ["Jaguar"]),
        ("a chain link fence", []),
        ("Link from The Legend of Zelda", ["Link", "The Legend of Zelda"]),
        ("a frozen lake", []),
        ("elsa from frozen", ["elsa", "frozen"]),
        ("a rock in the sea", []),
        ("the rock, dwayne johnson", ["the rock", "dwayne johnson"]),
        ("cyborg and raven on a roof", []),
        ("Nightwing and Robin on a roof", ["Nightwing", "Robin"]),
        ("painting by hopper", ["hopper"]),
        ("a grass hopper", []),
        ("hopper style", ["hopper"]),
        ("a storm over Iron Man", ["Iron Man"]),
        ("someone cosplaying as Loki", ["Loki"]),
        ("art by wlop, hopper", ["wlop", "hopper"]),
        ("the Red Bull can", ["Red Bull"]),
        ("a red bull in a field", []),
    ],
)
def test_doubtful_words_need_something_that_tells(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "a bird of prey above maple leaves turning red",
        "an angry bird, a green goblin and a green lantern",
        "imagine dragons, rolling stones, smashing pumpkins",
        "light plays a critical role, knights with knives out",
        "seven samurai and an iron giant in the lands between two rivers",
        "a dark crystal on the steam deck of an old ship",
        "a baby reindeer in a quiet place, a throne of glass, a path to nowhere",
        "a ford across a river, a wooded dell",
        "a cavalier king charles spaniel, a kirby grip, a madonna and child",
        "a blank street, a blue ghost, a slate truck, the white lotus",
    ],
)
def test_sayings_are_no_names(text: str) -> None:
    assert found(text) == []
