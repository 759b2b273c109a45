"""The lexicon: how names are kept and found, and that the one that ships is whole."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from sparkloom.protection.descriptions import FILE as TABLE
from sparkloom.protection.descriptions import read_descriptions
from sparkloom.protection.lexicon import (
    ALONE,
    CATEGORIES,
    KINDS,
    ORDINARY,
    Lexicon,
    Name,
    load_lexicon,
)
from sparkloom.protection.normalise import fold_name

NAMES = (
    Name("greg rutkowski", "artist", 9),
    Name("jan rutkowski", "artist", 8),
    Name("minecraft", "franchise", 9),
    Name("mine craft", "franchise", 9),
    Name("link", "character", 2, "zelda", frozenset({"hyrule", "ganon"})),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.of(NAMES, ("link", "near"))


def test_a_name_of_several_words_hangs_on_its_rarest(lexicon: Lexicon) -> None:
    hanging = {word: [lexicon[i].text for i in places] for word, places in lexicon.anchors.items()}
    assert hanging == {
        "craft": ["mine craft"],
        "greg": ["greg rutkowski"],
        "rutkowski": ["jan rutkowski"],
    }
    assert [lexicon[i].text for i in lexicon.partners["rutkowski"]] == ["greg rutkowski"]


def test_what_stands_beside_a_word_is_known(lexicon: Lexicon) -> None:
    assert lexicon.company["rutkowski"] == {"jan"}
    assert lexicon.company["craft"] == {"mine"}
    assert lexicon.company["minecraft"] == frozenset()
    assert lexicon.known["near"] == ORDINARY
    assert lexicon.known["link"] == ALONE
    assert "greg" not in lexicon.known


def test_a_name_of_one_word_goes_before_one_that_is_written_as_one(lexicon: Lexicon) -> None:
    assert lexicon[lexicon.whole["minecraft"]].text == "minecraft"
    assert lexicon[lexicon.whole["gregrutkowski"]].text == "greg rutkowski"


def test_a_file_brings_back_every_name(lexicon: Lexicon) -> None:
    read = Lexicon.read(lexicon.dump())
    assert {read[index] for index in range(len(read))} == set(NAMES)
    assert (read.anchors, read.whole, read.words) == (lexicon.anchors, lexicon.whole, lexicon.words)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("rutkowsky", ["rutkowski"]),
        ("rukowski", ["rutkowski"]),
        ("minecarft", ["minecraft"]),
        ("grge", ["greg"]),
        ("gr", []),  # too short
        ("near", []),  # an ordinary word
        ("r2tkowski", []),  # not a word
        ("zzzzzzzz", []),
    ],
)
def test_misspelt_words_find_their_name(lexicon: Lexicon, word: str, near: list[str]) -> None:
    assert [other for other in lexicon.near(word) if other in near] == near
    assert bool(lexicon.near(word)) == bool(near)


def test_the_shipped_lexicon_has_every_name_of_the_table_and_no_other_kind() -> None:
    shipped = load_lexicon()
    weights = {shipped[index].text: shipped[index].weight for index in range(len(shipped))}
    for entry in read_descriptions(TABLE.read_text("utf-8")):
        assert fold_name(entry.name) in weights, entry.name
    assert {shipped[index].kind for index in range(len(shipped))} <= set(KINDS)
    assert set(CATEGORIES) < set(KINDS)
    assert len(shipped) > 50_000


def test_ordinary_words_are_no_names_by_themselves() -> None:
    shipped = load_lexicon()
    for word in ("apple", "shell", "monarch", "jaguar", "dove", "turner", "mars", "swift", "house"):
        index = shipped.whole.get(word)
        assert index is None or shipped[index].weight < 5 or shipped[index].kind == "free", word


def test_the_shipped_lexicon_takes_little_room() -> None:
    code = (
        "import resource, sparkloom.protection.lexicon as lexicon\n"
        "size = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "before = size()\n"
        "lexicon.load_lexicon()\n"
        "print(size() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 80


def test_the_order_of_names_does_not_matter() -> None:
    shuffled = random.Random(1).sample(NAMES, len(NAMES))
    assert Lexicon.of(shuffled).dump() == Lexicon.of(NAMES).dump()
