"""A prompt as the row of short phrases that some models were trained with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkloom.tags import count_of, tags_of


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("A fox in the snow, low sun", ["fox in snow", "low sun"]),
        (
            "A fox in a woollen coat sits in a snow field.",
            ["fox", "woollen coat", "sitting in snow field"],
        ),
        (
            "an old sailor sitting on a suitcase at the edge of a wheat field",
            ["old sailor", "sitting on suitcase", "edge of wheat field"],
        ),
        (
            "a lantern hung for somebody late under the arch",
            ["lantern hung for somebody late", "under arch"],
        ),
        ("the fox, a fox; low sun\nf/2.8, low sun", ["fox", "low sun", "f/2.8"]),
        ('a sign that says "The End", red', ['sign that says "The End"', "red"]),
        ("an old red brick building on the hill", ["old red brick building", "on hill"]),
    ],
)
def test_a_prompt_is_parted_into_tags(text: str, tags: list[str]) -> None:
    assert tags_of(text) == tags


def test_weights_and_lora_tags_stay_to_the_letter() -> None:
    text = "Girl with a (Red Umbrella, wet:1.2), rain <lora:Ink:0.8>"
    assert tags_of(text) == ["girl", "(Red Umbrella, wet:1.2)", "rain", "<lora:Ink:0.8>"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("girl with a red umbrella", ["1girl", "solo"]),
        ("an old king, low sun", ["1boy", "solo"]),
        ("two witches in a bakery", ["2girls"]),
        ("monks by a well", ["multiple boys"]),
        ("a knight on a hill", []),
        ("the king's dog", []),
        ("a queen and her cat", []),
        ("a dog beside a boy", []),
        ("", []),
    ],
)
def test_people_are_counted_where_it_is_sure(text: str, count: list[str]) -> None:
    assert count_of(text) == count


def test_an_article_alone_is_no_tag() -> None:
    assert tags_of("A, the") == []
    assert tags_of("a, red fox") == ["red fox"]


@given(st.text())
def test_any_text_has_tags_without_commas_or_twins(text: str) -> None:
    tags = tags_of(text)
    assert all(tags)
    assert len(set(tags)) == len(tags)
