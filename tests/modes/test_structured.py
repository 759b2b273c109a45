"""Structured: ordered sections, as prose and as data."""

from __future__ import annotations

from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes.layout import SECTIONS
from sparkloom.modes.structured import Structured, prose
from sparkloom.request import PromptRequest

FOX = {
    "subject": "a fox in a barn",
    "details": "white ears",
    "setting": "barn at night",
    "composition": "close view",
    "lighting": "one lantern",
    "palette": "rust, cream",
    "style": "gouache",
}


def test_prose_is_made_of_the_sections_in_order() -> None:
    assert prose(FOX) == (
        "A fox in a barn, white ears, barn at night. Close view, one lantern. Rust, cream, gouache."
    )


def test_prose_leaves_out_what_is_missing() -> None:
    assert prose({"subject": "a fox", "style": "gouache."}) == "A fox. Gouache."


def test_an_answer_with_every_section_is_finished() -> None:
    text = "\n".join(f"{name}: {FOX[name]}" for name in SECTIONS)
    candidate = Structured().read(PromptRequest(), Draft(text, tokens=40, finished=True))
    assert candidate.finished
    assert candidate.sections == FOX
    assert not Structured().read(PromptRequest(), Draft("subject: a fox", 4, True)).finished


def test_the_grammar_names_every_section_in_order() -> None:
    grammar = Structured().ask(PromptRequest(prompt="fox"), Context("a fox")).grammar
    places = [grammar.index(f'"{name}: "') for name in SECTIONS]
    assert places == sorted(places)
