"""Subjects for words that are none."""

from __future__ import annotations

from sparkloom.bank.kinds import ANY, MOMENT
from sparkloom.bank.seeds import load_seeds, subjects_of
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
