"""Inventive: a new prompt around the spark."""

from __future__ import annotations

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.inventive import Inventive
from sparkloom.request import PromptRequest


def test_the_answer_is_the_prompt_and_tags_come_back() -> None:
    request = PromptRequest(prompt="fox <lora:ink:0.8>")
    task = Inventive().ask(request, Context("fox", examples=("an owl",)))
    assert task.text == "invent medium\nexample: an owl\nspark: fox\nprompt:"
    candidate = Inventive().read(request, Draft(" A fox asleep. ", tokens=4, finished=True))
    assert candidate.prompt == "A fox asleep. <lora:ink:0.8>"
    assert candidate.added == "A fox asleep."
