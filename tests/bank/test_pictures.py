"""Hand-written prompts that go on from a noun."""

from __future__ import annotations

import pytest

from sparkloom.bank.bank import load_bank
from sparkloom.bank.pictures import is_picture, load_pictures, pictures_of
from sparkloom.bank.subject import noun_of
from sparkloom.bank.terms import medium_of, named


@pytest.mark.parametrize(
    ("text", "name", "plural", "modifiers", "rest"),
    [
        ("a fox on a wall", "fox", False, (), " on a wall"),
        ("Two red foxes, asleep", "fox", True, ("two", "red"), ", asleep"),
        ("old lighthouse keeper", "lighthouse_keeper", False, ("old",), ""),
    ],
)
def test_a_noun_is_read_off_the_beginning(
    text: str, name: str, plural: bool, modifiers: tuple[str, ...], rest: str
) -> None:
    noun = noun_of(text)
    assert noun is not None
    assert (noun.name, noun.plural, noun.modifiers) == (name, plural, modifiers)
    assert text[noun.end :] == rest


@pytest.mark.parametrize("text", ["", ", red", "zyx", "herd of cows", "salt and pepper"])
def test_what_is_no_single_noun_has_none(text: str) -> None:
    assert noun_of(text) is None
    assert pictures_of(text) == ()


def test_pictures_are_the_rest_of_prompts_word_for_word() -> None:
    told = pictures_of("a fox")
    assert told
    for text in told:
        assert any(text in prompt for prompt in load_bank().prompts)
    assert not set(told) & set(pictures_of("two foxes"))


def test_a_noun_that_another_makes_something_else_has_no_pictures() -> None:
    assert pictures_of("walrus colony") == ()
    assert pictures_of("tileset")
    assert pictures_of("sewer tileset") == ()


def test_a_picture_is_known_by_its_end() -> None:
    assert all(is_picture(f"a fox {text}") for text in pictures_of("a fox"))
    assert not is_picture("a fox asleep across the warm step of a bakery before opening")


def test_pictures_do_not_contradict_the_spark() -> None:
    assert any("palette" in named(text) for text in pictures_of("a fox"))
    assert not any("palette" in named(text) for text in pictures_of("a red fox"))
    media = {medium_of(text) for text in pictures_of("photo of a dragon, photograph")}
    assert media <= {"", "photo"}


def test_every_place_is_the_end_of_its_noun() -> None:
    prompts = load_bank().prompts
    for (name, plural), places in load_pictures().items():
        for number, end in places:
            noun = noun_of(prompts[number])
            assert noun is not None
            assert (noun.name, noun.plural, noun.end) == (name, plural, end)
