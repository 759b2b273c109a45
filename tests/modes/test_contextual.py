"""Contextual: a prompt in the form of a model's own examples."""

from __future__ import annotations

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.contextual import Contextual
from sparkloom.request import PromptRequest


def test_the_models_examples_and_the_images_stand_before_the_draft() -> None:
    request = PromptRequest(prompt="fox <lora:ink:0.8>")
    context = Context("fox", examples=("inkst, owl",), images=("a red wall",))
    assert Contextual().ask(request, context).text == (
        "context\nexample: inkst, owl\nimage: a red wall\nspark: fox\nprompt:"
    )
    candidate = Contextual().read(
        request, Context(""), Draft(" inkst, fox. ", tokens=4, finished=True)
    )
    assert candidate.prompt == "inkst, fox. <lora:ink:0.8>"
    assert candidate.added == "inkst, fox."
