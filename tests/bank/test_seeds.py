"""Subjects for words that are none."""

from __future__ import annotations

import pytest

from sparkloom.bank.kinds import ANY, MOMENT
from sparkloom.bank.scenes import happenings, inventions
from sparkloom.bank.seeds import EACH, begun, evenly, load_seeds, subjects_of, turned
from sparkloom.bank.subject import subject_of


def test_a_word_stands_in_its_subjects_as_it_was_typed() -> None:
    assert subjects_of("Lazy")
    assert all("Lazy" in subject for subject in subjects_of("Lazy"))
    assert subjects_of("qwertz") == ()


def test_every_subject_is_known() -> None:
    for word in load_seeds():
        for subject in subjects_of(word):
            found = subject_of(subject)
            assert found, subject
            assert found.kind.name not in (ANY, MOMENT), subject


def test_a_prompt_can_begin_with_the_word() -> None:
    rests = begun("lazy")
    assert rests
    assert all(f"lazy{rest}" in subjects_of("lazy") for rest in rests)
    told = happenings("lazy")
    assert told
    assert all(text.startswith(rests) for text in told)
    assert begun("fox") == ()


@pytest.mark.parametrize("word", ["dreaming", "leaping", "london"])
def test_no_subject_drowns_the_others(word: str) -> None:
    made = inventions(word)
    for subject in subjects_of(word):
        assert 1 <= sum(subject in text for text in made) <= EACH, subject


def test_a_few_tellings_are_the_same_each_time() -> None:
    def some(subject: str, tellings: range) -> list[int]:
        return [telling for _, telling in evenly([subject], lambda _: tellings)]

    assert some("a fox", range(100)) == some("a fox", range(100)) != some("a cat", range(100))
    assert len(some("a fox", range(100))) == EACH
    assert sorted(some("a fox", range(3))) == [0, 1, 2]


def test_a_noun_turns_into_something_else_that_is_known() -> None:
    for subject in turned("fox"):
        assert "fox" in subject
        assert subject_of(subject), subject
