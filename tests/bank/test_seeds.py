"""Subjects for words that are none."""

from __future__ import annotations

from sparkloom.bank.kinds import ANY, MOMENT
from sparkloom.bank.scenes import happenings
from sparkloom.bank.seeds import begun, load_seeds, subjects_of, turned
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


def test_a_noun_turns_into_something_else_that_is_known() -> None:
    for subject in turned("fox"):
        assert "fox" in subject
        assert subject_of(subject), subject
