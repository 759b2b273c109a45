"""The context of a request."""

from __future__ import annotations

from sparkloom.context import EXAMPLE_WORDS, EXAMPLES, gather
from sparkloom.request import PromptRequest


def test_examples_are_near_the_spark_and_few() -> None:
    examples = gather(PromptRequest(prompt="<lora:x:1> isometric tavern"), seed=1).examples
    assert 1 <= len(examples) <= EXAMPLES
    assert sum(len(example.split()) for example in examples) <= EXAMPLE_WORDS
    assert "tavern" in " ".join(examples).lower()
