"""Reading answers: what can be read is read, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkloom.chat import read_object, read_texts
from sparkloom.chat.answer import unthought

ONE = ("prompt",)
TWO = ("subject", "style")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a fox", "a fox"),
        ("<think>hm</think> a fox", "a fox"),
        ("<think>hm\n</think>\n<think></think>a fox<|im_end|>", "a fox"),
        ("<Reasoning>hm</Reasoning>a fox", "a fox"),
        ("hm</think>a fox", "a fox"),
        ("<think>hm", ""),
        ("a fox<end_of_turn>", "a fox"),
    ],
)
def test_reasoning_and_stop_tokens_go(text: str, said: str) -> None:
    assert unthought(text) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here: {"a": 1} and {"b": 2}', {"a": 1}),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ('[{"a": 1}, {"b": 2}]', {"a": 1}),
        ('see [1] {"a": 1}', {"a": 1}),
        ('{a} {"a": 1}', {"a": 1}),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ('{"a": "whole", "b": "cut o', {"a": "whole"}),
        ('{"a": "whole", "b"', {"a": "whole"}),
        ("{half", None),
        ("[]", None),
        ('["a"]', None),
        ("no", None),
        ("", None),
    ],
)
def test_the_object_in_an_answer_is_found(text: str, found: dict[str, object] | None) -> None:
    assert read_object(text) == found


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_every_object_is_read_back(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value)) == value


@given(st.text(), st.sampled_from([ONE, TWO]))
def test_whatever_comes_is_texts_or_nothing(text: str, fields: tuple[str, ...]) -> None:
    found = read_texts(text, fields)
    assert set(found) <= set(fields)
    assert all(isinstance(said, str) for said in found.values())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"prompt": " a fox "}', {"prompt": "a fox"}),
        ('{"Prompt": "a fox"}', {"prompt": "a fox"}),
        ('{"prompt": ["a fox", "in snow"]}', {"prompt": "a fox, in snow"}),
        ('{"text": "a fox"}', {"prompt": "a fox"}),
        ('{"prompts": ["a fox", "an owl"]}', {"prompt": "a fox"}),
        ('{"result": {"prompt": "a fox"}}', {"prompt": "a fox"}),
        ('{"results": [{"prompt": "a fox"}]}', {"prompt": "a fox"}),
        ('{"prompt": 3}', {}),
        ('{"a": "x", "b": "y"}', {}),
        ("{}", {}),
        ('["a fox", "an owl"]', {"prompt": "a fox"}),
        ("a fox", {"prompt": "a fox"}),
        ("Sure! Here you go:\n\na fox\n\nMore?", {"prompt": "a fox"}),
        ("Here is a prompt: a fox", {"prompt": "a fox"}),
        ("A prompt for you:\n\na fox", {"prompt": "a fox"}),
        ("**Prompt:** a fox", {"prompt": "a fox"}),
        ("Prompt: a fox", {"prompt": "a fox"}),
        ("```\na fox\n```", {"prompt": "a fox"}),
        ("```", {}),
        ("Sure:", {"prompt": "Sure:"}),
        ("<html>a fox</html>", {}),
        ("{a fox", {}),
        ("", {}),
    ],
)
def test_one_text_is_read_with_and_without_json(text: str, found: dict[str, str]) -> None:
    assert read_texts(text, ONE) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"subject": "a fox", "style": ""}', {"subject": "a fox"}),
        ("Subject: a fox\nstyle: ink\nSubject: an owl", {"subject": "a fox", "style": "ink"}),
        ("1. **Subject**: a fox\n- Style:\nnothing", {"subject": "a fox"}),
        ("a fox", {}),
    ],
)
def test_several_texts_are_read_by_their_names(text: str, found: dict[str, str]) -> None:
    assert read_texts(text, TWO) == found
