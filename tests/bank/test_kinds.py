"""Kinds of subjects."""

from __future__ import annotations

import re
from itertools import permutations

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
    assert sum(len(kind.scenes) for kind in kinds) >= 1800
    for kind in kinds:
        assert len(set(kind.scenes)) == len(kind.scenes) >= 10
        assert len(set(kind.details)) == len(kind.details) >= 5
        pairs = permutations(kind.details, 2)
        assert all(len(f"{one} {two}".split()) >= 5 for one, two in pairs)


def test_what_suits_any_subject_is_plentiful_and_can_be_painted() -> None:
    kinds = load_kinds()
    empty = re.compile(
        r"\b(arranged|breath were held|easy to tell|looks twice|take nothing away|"
        r"clear enough to touch|left honest|the eye should|hinted)\b"
    )
    for name in (MOMENT, AROUND):
        assert len(set(kinds[name].scenes)) == len(kinds[name].scenes) >= 60
        assert not any(map(empty.search, kinds[name].scenes))


def test_no_animal_has_the_limbs_of_another() -> None:
    kinds = load_kinds()
    for name, wrong in (
        ("hoofed", r"\b(paw|claw|whisker|feather|wing|finger)s?\b"),
        ("ape", r"\b(paw|hoof|hooves|whisker|feather|wing|tail)s?\b"),
        ("snake", r"\b(foot|feet|toe|leg|wing|fur)s?\b"),
        ("whale", r"\b(fur|foot|feet|leg|gill|scale)s?\b"),
        ("worm", r"\b(leg|wing|feeler)s?\b"),
    ):
        assert not [one for one in kinds[name].details if re.search(wrong, one)]
