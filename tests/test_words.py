"""Words of a text, their stems and their runs."""

from __future__ import annotations

import pytest

from sparkloom.words import (
    STOP_WORDS,
    article,
    capitalised,
    common,
    content_stems,
    grams,
    listed,
    phrases,
    runs,
    singulars,
    stem,
    stems_of,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ,.!? _ -- ", []),
        ("A Red fox.", ["a", "red", "fox"]),
        ("well-lit snake_case", ["well", "lit", "snake", "case"]),
        ("don't 'quote'", ["don't", "quote"]),
        ("35mm f1.8", ["35mm", "f1", "8"]),
        ("Größe, ÉTÉ, 狐", ["größe", "été", "狐"]),
    ],
)
def test_words_are_in_lower_case_and_in_order(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "family",
    [
        ("guard", "guards", "guarded", "guarding"),
        ("run", "runs", "running"),
        ("city", "cities"),
        ("painting", "paintings", "painted"),
        ("stone", "stones", "stony"),
        ("loud", "loudly"),
        ("box", "boxes"),
    ],
    ids=lambda family: family[0],
)
def test_inflections_have_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("word", ["", "a", "es", "red", "king", "sky", "bee", "ring"])
def test_a_short_word_keeps_its_ending(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(("one", "other"), [("fox", "box"), ("star", "stair"), ("red", "reed")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_content_is_without_stop_words_and_single_letters() -> None:
    assert content_stems("The picture of a fox is guarding x its two dens") == [
        "fox",
        "guard",
        "two",
        "den",
    ]


def test_stop_words_alone_are_no_content() -> None:
    assert content_stems(" ".join(sorted(STOP_WORDS))) == []


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, [("a",), ("b",), ("c",)]),
        (2, [("a", "b"), ("b", "c")]),
        (3, [("a", "b", "c")]),
        (4, []),
        (9, []),
    ],
)
def test_grams_are_the_runs_of_words(size: int, expected: list[tuple[str, ...]]) -> None:
    assert grams(["a", "b", "c"], size) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a fox, snow; dusk. An owl\na hen", ["a fox", "snow", "dusk", "An owl", "a hen"]),
        ("f/2.8, 1,000 lamps, v2.5", ["f/2.8", "1,000 lamps", "v2.5"]),
        ("1girl,solo,8k.", ["1girl", "solo", "8k"]),
        ("...", []),
    ],
)
def test_phrases_end_at_marks_but_not_inside_numbers(text: str, found: list[str]) -> None:
    assert phrases(text) == found


def test_names_are_listed() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_articles_go_by_how_a_word_begins() -> None:
    assert [article(word) for word in ("ewok", "unicorn", "hour", "one", "8-bit", "toy")] == [
        "an", "a", "an", "a", "an", "a",
    ]  # fmt: skip
    assert [article(word) for word in ("European", "hourglass", "unicycle", "unimportant")] == [
        "a", "an", "a", "an",
    ]  # fmt: skip


def test_stems_without_their_order() -> None:
    assert stems_of("a red fox, red foxes") == frozenset(content_stems("fox red"))


def test_runs_of_six_words_are_copies_wherever_they_stand() -> None:
    assert runs("A fox, a hen and one dog") == {
        ("a", "fox", "a", "hen", "and", "one"),
        ("fox", "a", "hen", "and", "one", "dog"),
    }
    assert runs("a fox and a hen") == frozenset()


def test_common_is_what_more_than_half_have_and_two_at_least() -> None:
    assert common([frozenset("ab"), frozenset("bc"), frozenset("cb")]) == {"b", "c"}
    assert common([frozenset("ab"), frozenset("b"), frozenset("c"), frozenset("c")]) == frozenset()
    assert common([frozenset("ab")]) == frozenset()


def test_a_capital_in_front_leaves_the_rest() -> None:
    assert [capitalised(text) for text in ("", "a Fox", "A", "8-bit")] == [
        "",
        "A Fox",
        "A",
        "8-bit",
    ]


@pytest.mark.parametrize(
    ("word", "one"),
    [("fox", "fox"), ("foxes", "fox"), ("ferries", "ferry"), ("wolves", "wolf"), ("cats", "cat")],
)
def test_one_of_several(word: str, one: str) -> None:
    assert next(singulars(word)) == word
    assert one in singulars(word)
