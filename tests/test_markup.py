"""The markup of image generators: taken out for the model, given back to the user."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkloom.markup import TAG, plain, with_tags


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a red fox", "a red fox"),
        ("", ""),
        ("<lora:ink:0.8>", ""),
        ("a fox <lora:ink:0.8>", "a fox"),
        ("a fox <lora:ink:0.8>, at dawn", "a fox, at dawn"),
        ("<lora:ink:0.8>, a fox", "a fox"),
        ("a<hypernet:x:1>fox", "a fox"),
        ("a (red fox:1.2) at dawn", "a red fox at dawn"),
        ("a (red fox:-.5), asleep", "a red fox, asleep"),
        ("(a:1)(b:2)", "ab"),
        ("two\n lines\tand  spaces ", "two lines and spaces"),
        ("a fox ; a den", "a fox; a den"),
        (", a fox, ", "a fox"),
    ],
)
def test_markup_is_taken_out(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    "text",
    ["a fox (asleep)", "at 5:30 in the morning", "a < b > c", "a __colour__ fox", "[fox|wolf]"],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert plain(text) == text


@settings(deadline=None)
@given(st.text("ab <>():,.;1-\n"))
def test_plain_text_has_no_tags_and_one_line(text: str) -> None:
    result = plain(text)
    assert not TAG.search(result)
    assert result == " ".join(result.split())


@pytest.mark.parametrize(
    ("spark", "result"),
    [
        ("a fox", "a fox at dawn"),
        ("a fox <lora:ink:0.8>", "a fox at dawn <lora:ink:0.8>"),
        ("<lora:b:1> fox <lora:a:0.5>", "a fox at dawn <lora:b:1> <lora:a:0.5>"),
        ("a (fox:1.2)", "a fox at dawn"),
    ],
)
def test_tags_of_the_spark_come_back_in_order(spark: str, result: str) -> None:
    assert with_tags("a fox at dawn", spark) == result
