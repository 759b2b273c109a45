"""The context of a request."""

from __future__ import annotations

from sparkloom.context import EXAMPLE_WORDS, EXAMPLES, gather
from sparkloom.request import PromptRequest


def test_examples_are_near_the_spark_and_few() -> None:
    examples = gather(PromptRequest(prompt="<lora:x:1> isometric tavern"), seed=1).examples
    assert 1 <= len(examples) <= EXAMPLES
    assert sum(len(example.split()) for example in examples) <= EXAMPLE_WORDS
    assert "tavern" in " ".join(examples).lower()


def test_the_subject_is_the_spark_in_plain_words() -> None:
    assert gather(PromptRequest(prompt="(red fox:1.2) <lora:x:1>"), seed=1).subject == "red fox"


def test_without_a_spark_the_seed_draws_a_subject() -> None:
    one, other = (gather(PromptRequest(), seed) for seed in (1, 2))
    assert one.subject
    assert one != other
    assert one == gather(PromptRequest(prompt=" "), 1)
