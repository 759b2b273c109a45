"""Image editing: an instruction for an editor."""

from __future__ import annotations

import pytest

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.image_editing import VERBS, ImageEditing, staying, wish
from sparkloom.request import PromptRequest


@pytest.mark.parametrize("editor", [None, "gpt-image-1"])
def test_the_editor_is_named_and_has_a_default(editor: str | None) -> None:
    request = PromptRequest(prompt="make it night").model_copy(update={"model_id": editor})
    task = ImageEditing().ask(request, Context("make it night", images=("a mug",)))
    assert task.text == (
        f"edit {editor or 'flux-kontext'}\nimage: a mug\nspark: make it night\n"
        "instruction: Make it night:"
    )


@pytest.mark.parametrize(
    ("request_", "beginning"),
    [
        ("make it night", "Make it night:"),
        ("Add a cat.", "Add a cat:"),
        ("as a paper cut-out", "Redraw it as a paper cut-out:"),
        ("seen from above", "Show it seen from above:"),
        ("golden autumn", "Change the image to golden autumn:"),
        ("one twin has a red cape now", "Change the image: one twin has a red cape now,"),
    ],
)
def test_an_instruction_begins_with_the_wish(request_: str, beginning: str) -> None:
    assert wish(request_) == beginning
    assert beginning.split(maxsplit=1)[0] in VERBS
    task = ImageEditing().ask(PromptRequest(prompt=request_), Context(request_))
    assert task.text.endswith(f"instruction: {beginning}")


def test_without_a_wish_the_engine_begins_with_a_verb() -> None:
    task = ImageEditing().ask(PromptRequest(), Context("", images=("a mug",)))
    assert task.text.endswith("instruction:")
    assert all(f'" {verb}"' in task.grammar for verb in VERBS)
    draft = Draft(" Add a spoon to the saucer.", tokens=6, finished=True)
    prompt = ImageEditing().read(PromptRequest(), Context("", images=("a mug",)), draft).prompt
    assert prompt == "Add a spoon to the saucer. Keep everything else exactly as it is: a mug."


@pytest.mark.parametrize(
    ("images", "kept"),
    [
        ((), "Keep everything else exactly as it is."),
        (("A mug, a spoon.",), "Keep everything else exactly as it is: a mug."),
        (("A spoon",), "Keep everything else exactly as it is: a spoon."),
        (("A mug; tea, steam. Dusk",), "Keep everything else exactly as it is: a mug, tea."),
    ],
)
def test_what_the_change_does_not_touch_stays(images: tuple[str, ...], kept: str) -> None:
    assert staying("Polish the spoon.", images) == kept


def test_the_instruction_is_wish_manner_and_what_stays() -> None:
    request = PromptRequest(prompt="make it night")
    context = Context("make it night", images=("A mug on a table, window light",))
    draft = Draft(" one lamp glowing behind it,", tokens=6, finished=True)
    candidate = ImageEditing().read(request, context, draft)
    assert candidate.added == "one lamp glowing behind it"
    assert candidate.prompt == (
        "Make it night: one lamp glowing behind it. "
        "Keep everything else exactly as it is: a mug on a table, window light."
    )
