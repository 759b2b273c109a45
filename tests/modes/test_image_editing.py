"""Image editing: an instruction for an editor."""

from __future__ import annotations

import pytest

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.image_editing import GRAMMAR, VERBS, ImageEditing
from sparkloom.request import PromptRequest


@pytest.mark.parametrize("editor", [None, "gpt-image-1"])
def test_the_editor_is_named_and_has_a_default(editor: str | None) -> None:
    request = PromptRequest(prompt="make it night").model_copy(update={"model_id": editor})
    task = ImageEditing().ask(request, Context("make it night", images=("a mug",)))
    assert task.text == (
        f"edit {editor or 'flux-kontext'}\nimage: a mug\nspark: make it night\ninstruction:"
    )
    assert task.grammar == GRAMMAR


def test_an_instruction_begins_with_a_verb() -> None:
    assert len(VERBS) == len(set(VERBS))
    assert all(f'"{verb}"' in GRAMMAR for verb in VERBS)


@pytest.mark.parametrize(
    ("instruction", "fault"),
    [
        ("Add fog, keeping the mug.", ""),
        ("Add fog. The mug must not move.", ""),
        ("Add fog. Everything else is untouched.", ""),
        ("Add fog to the mug.", "does not say what stays"),
    ],
)
def test_an_instruction_says_what_stays(instruction: str, fault: str) -> None:
    draft = Draft(f" {instruction}", tokens=4, finished=True)
    candidate = ImageEditing().read(PromptRequest(prompt="fog"), Context("fog"), draft)
    assert candidate.prompt == instruction
    assert candidate.fault == fault
