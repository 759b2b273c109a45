"""How a spark that breaks off goes on."""

from __future__ import annotations

import pytest

from sparkloom.bank.endings import ending_of, load_endings
from sparkloom.bank.kinds import load_kinds
from sparkloom.bank.scenes import happenings, inventions


@pytest.mark.parametrize(
    ("spark", "before", "text"),
    [
        ("a dragon guarding", "a dragon", "an egg the colour of river clay"),
        ("a dragon guarding an", "a dragon", "egg the colour of river clay"),
        ("a dragon guarding its ", "a dragon", "egg the colour of river clay"),
        ("an old robot made of", "an old robot", "folded newspaper"),
        ("a house surrounded by", "a house", "a ring of patient geese"),
        ("a girl looking at a", "a girl looking", "bus stop in the rain"),
        ("in", "", "a street hung with wet washing"),
    ],
)
def test_what_the_last_word_wants_follows(spark: str, before: str, text: str) -> None:
    ending = ending_of(spark)
    assert ending is not None
    assert ending.before == before
    assert text in ending.texts


def test_a_drawing_of_something_is_no_act_of_drawing() -> None:
    told, act = ending_of("anatomical drawing of a"), ending_of("a boy drawing")
    assert told
    assert act
    assert len(told.texts) >= 10
    assert not any(text.startswith("of ") for text in act.texts)


def test_an_article_is_followed_by_what_it_fits() -> None:
    ending = ending_of("a knight holding a")
    assert ending is not None
    assert not any(text.startswith(("a ", "an ")) for text in ending.texts)
    assert "armful of oars" not in ending.texts


@pytest.mark.parametrize("spark", ["", "a", "the the", "a red barn", "guarding?"])
def test_a_spark_that_wants_nothing_known_has_no_ending(spark: str) -> None:
    assert ending_of(spark) is None


def test_every_group_has_enough_to_choose_from() -> None:
    assert all(len(texts) >= 5 for texts in load_endings().values())


def test_a_turn_of_the_subject_follows() -> None:
    told = happenings("a dragon guarding")
    assert len(told) >= 200
    assert all(text.startswith(" ") for text in told)
    (turn, *_) = load_kinds()["mythic"].turns
    assert f" the only bridge across a gorge, {turn}" in told
    assert set(inventions("dragon guarding")) == {f"a dragon guarding{text}" for text in told}
    assert happenings("zyx quaffing") == ()
    assert happenings("the zyx guarding")
