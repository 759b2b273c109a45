"""Kinds of subjects."""

from __future__ import annotations

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
