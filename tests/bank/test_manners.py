"""Manners: the family of a wish, and wishes that suit an image."""

from __future__ import annotations

import pytest

from sparkloom.bank.circumstances import agree
from sparkloom.bank.finishes import OUTDOOR
from sparkloom.bank.manners import load_manners, manners_of, proposals


@pytest.mark.parametrize(
    ("wish", "families"),
    [
        ("make it night", ["night"]),
        ("a rainy night", ["night", "rain"]),
        ("rain, fog and snow at night", ["night", "winter"]),
        ("remove the snow", ["remove"]),
        ("without the lamp posts", ["remove"]),
        ("Add a red hat", ["add"]),
        ("add snow", ["winter"]),
        ("add a small red boat", ["add"]),
        ("swap it for a watercolour", ["replace"]),
        ("swap the hat for a crown", ["replace"]),
        ("a red coat", ["recolour"]),
        ("make her smile", ["face"]),
        ("give him a red cape", ["add"]),
        ("give her a smile", ["face"]),
        ("give it a watercolour look", ["watercolour"]),
        ("add a dog without a leash", ["add"]),
        ("colorize", ["colourise"]),
        ("restore this old photo", ["restore"]),
        ("restore the photo like new", ["restore"]),
        ("restore it like new", ["renewed"]),
        ("a realistic photo at night", ["night", "photo"]),
        ("ghosts away", ["remove"]),
        ("no people", ["remove"]),
        ("get rid of the wires", ["remove"]),
        ("look away", ["any"]),
        ("remove the background", ["transparent"]),
        ("girl with brown skin and a blue bow", ["any"]),
        ("change the car to red", ["recolour"]),
        ("fifth orb for rain", ["any"]),
        ("night + smoke from the train", ["night"]),
        ("golden autumn", ["autumn"]),
        ("golden hour", ["sunset"]),
        ("light the lamp", ["lamp"]),
        ("hot air balloons instead of cable cars", ["replace"]),
        ("rain instead of snow", ["rain"]),
        ("put it on a beach", ["beach"]),
        ("put him in sunglasses", ["dress"]),
        ("put it in a snow globe", ["enclosed"]),
        ("give it a festive look", ["christmas"]),
        ("make it look old", ["aged"]),
        ("make him old", ["any"]),
        ("flip it", ["flip"]),
        ("watercolour painting", ["watercolour"]),
        ("early morning light", ["dawn"]),
        ("three wishes", ["any"]),
        ("", ["any"]),
        ("!", ["any"]),
    ],
)
def test_the_family_of_a_wish(wish: str, families: list[str]) -> None:
    assert [family.name for family in manners_of(wish)] == families


def test_every_family_can_be_told_apart_and_says_how() -> None:
    names = [family.name for family in load_manners()]
    assert len(set(names)) == len(names)
    for family in load_manners():
        assert bool(family.cues) != (family.name == "any")
        assert len(set(family.phrases)) == len(family.phrases) >= 8
        assert all(len(phrase.split()) >= 5 for phrase in family.phrases)


def test_what_is_offered_suits_the_image() -> None:
    def offered(image: str) -> set[str]:
        return {family.name for family in proposals(image)}

    assert "photo" in offered("a watercolour painting of a fox")
    assert "photo" not in offered("a photograph of a fox")
    assert "winter" in offered("a river and a bridge")
    assert "winter" not in offered("a kitchen table")
    assert not offered("a fox") & {"remove", "add", "any"}


def test_no_phrase_denies_what_its_family_is_known_by() -> None:
    for family in load_manners():
        if family.places == {OUTDOOR}:
            for phrase in family.phrases:
                assert agree(phrase, " ".join(family.cues)), phrase
