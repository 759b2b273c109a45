"""Kinds of subjects."""

from __future__ import annotations

import re

from sparkloom.bank.kinds import ANY, AROUND, GROUND, MOMENT, load_kinds


def test_no_noun_is_of_two_kinds_and_every_kind_has_enough_to_say() -> None:
    kinds = [kind for kind in load_kinds().values() if kind.details]
    assert {kind.name for kind in load_kinds().values()} - {kind.name for kind in kinds} == {
        ANY,
        AROUND,
        GROUND,
        MOMENT,
    }
    nouns = [noun for kind in kinds for noun in kind.nouns]
    assert len(set(nouns)) == len(nouns) >= 6000
    for kind in kinds:
        assert len(set(kind.scenes)) == len(kind.scenes) >= 10
        assert len(set(kind.details)) == len(kind.details) >= 5
        assert len(set(kind.situations)) == len(kind.situations) >= 8
        assert len(set(kind.turns)) == len(kind.turns) >= 6


def test_what_suits_any_subject_is_plentiful() -> None:
    kinds = load_kinds()
    for texts in (kinds[MOMENT].turns, kinds[AROUND].scenes, kinds[GROUND].situations):
        assert len(set(texts)) == len(texts) >= 60


def test_what_is_told_fits_one_and_several_of_any_sex() -> None:
    fixed = re.compile(r"\b(its?|his|hers?|their|he|she|they|is|are|was|were|has|have)\b")
    told = [text for kind in load_kinds().values() for text in (*kind.situations, *kind.turns)]
    assert not [text for text in told if fixed.search(text)]


def test_no_animal_has_the_limbs_of_another() -> None:
    kinds = load_kinds()
    for name, wrong in (
        ("hoofed", r"\b(paw|claw|whisker|feather|wing|finger)s?\b"),
        ("ape", r"\b(paw|hoof|hooves|whisker|feather|wing|tail)s?\b"),
        ("snake", r"\b(foot|feet|toe|leg|wing|fur)s?\b"),
        ("whale", r"\b(fur|foot|feet|leg|gill|scale)s?\b"),
        ("worm", r"\b(leg|wing|feeler)s?\b"),
    ):
        told = (*kinds[name].details, *kinds[name].turns)
        assert not [one for one in told if re.search(wrong, one)]
