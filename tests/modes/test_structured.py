"""Structured: ordered sections, as prose and as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkloom.bank.finishes import Finish
from sparkloom.bank.scenes import settings
from sparkloom.bank.seeds import EACH, begun
from sparkloom.context import Context
from sparkloom.engines import Draft
from sparkloom.modes import layout
from sparkloom.modes.layout import SECTIONS
from sparkloom.modes.structured import Plan, Structured, prose
from sparkloom.request import PromptRequest
from sparkloom.words import phrases

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


def test_the_subject_goes_on_from_the_users_words() -> None:
    task = Structured().ask(PromptRequest(prompt="fox"), Context("a fox"))
    assert task.text == "structure medium\nspark: a fox\nsubject: a fox"


def test_what_the_engine_does_not_write_is_filled_in() -> None:
    draft = Draft(" in a barn\ndetails: white ears\nsetting: hay, one ladder\n", 14, True)
    candidate = Structured().read(PromptRequest(), Context("a fox"), draft)
    assert candidate.finished
    assert tuple(candidate.sections) == SECTIONS
    assert candidate.sections["subject"] == "a fox in a barn"
    assert candidate.sections["details"] == "white ears"
    assert candidate.prompt == prose(candidate.sections)
    assert all(phrase for phrase in candidate.sections.values())


def test_the_users_own_words_are_not_what_the_engine_added() -> None:
    draft = Draft(" in a barn\ndetails: white ears\nsetting: hay\n", 14, True)
    candidate = Structured().read(PromptRequest(), Context("8k fox"), draft)
    assert candidate.added == "in a barn, white ears, hay"


def test_an_answer_that_breaks_off_is_not_finished() -> None:
    draft = Draft(" in a barn\ndetails: white ears", 9, False)
    assert not Structured().read(PromptRequest(), Context("a fox"), draft).finished


def test_every_phrase_of_the_spark_finds_its_section() -> None:
    plan = Plan("old fisherman, mending nets, oil painting, low sun, dog asleep")
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    assert sections["subject"] == "old fisherman on a quay"
    assert sections["details"] == "mending nets, dog asleep, tarred hands"
    assert sections["lighting"] == "low sun"
    assert sections["style"] == "oil painting"


DRAFT = " on a quay\ndetails: tarred hands\nsetting: harbour\n"


def test_a_phrase_that_shows_more_than_a_part_is_a_detail() -> None:
    plan = Plan("night market, stalls carved into red rock, paper lanterns between cliffs, low sun")
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    assert sections["details"].startswith("stalls carved into red rock, paper lanterns")
    assert sections["lighting"] == "low sun"


@pytest.mark.parametrize(
    "style", ["digital art", "concept art", "line art", "claymation", "ukiyo-e", "paper cut"]
)
def test_a_style_that_is_named_is_the_style(style: str) -> None:
    plan = Plan(f"a fox, {style}, golden hour")
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    assert (sections["style"], sections["lighting"]) == (style, "golden hour")


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("black and white photo", "style"),
        ("cyberpunk style", "style"),
        ("85mm", "composition"),
        ("transparent background", "composition"),
        ("dramatic rim lighting", "lighting"),
        ("muted tones", "palette"),
    ],
)
def test_a_phrase_goes_into_the_section_that_it_tells(phrase: str, name: str) -> None:
    plan = Plan(f"a fox, {phrase}")
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    assert sections[name] == phrase


@pytest.mark.parametrize(
    ("spark", "subject"),
    [
        ("fireworks in the sky with red, white and blue, oil painting", None),
        ("a bowl of apples, pears, and grapes, oil painting", None),
        ("a fox in the snow, oil painting", None),
        ("a bus is next to a car. The car is larger, oil painting", None),
        ("Mr. Fox in a hat. Oil painting", None),
        ("a fox in the snow, white and blue, oil painting", "a fox in the snow"),
        ("a fox. oil painting", "a fox"),
    ],
)
def test_what_belongs_together_stays_together(spark: str, subject: str | None) -> None:
    sections = Plan(spark).filled(layout.read_sections(Plan(spark).beginning + DRAFT), Context(""))
    assert sections["subject"].startswith(subject or spark[: -len(", oil painting")])
    assert sections["style"].lower() == "oil painting"


def test_a_thing_with_a_colour_is_no_palette() -> None:
    written = {"subject": "a white lemur", "details": "asleep"}
    sections = Plan("a white lemur, a white soup, pale green and gold").filled(written, Context(""))
    assert sections["details"] == "a white soup, asleep"
    assert sections["palette"] == "pale green and gold"


def test_sections_take_up_what_the_subject_says_of_them() -> None:
    for number in range(20):
        plan = Plan(f"a watercolour of {number} knights at dusk")
        sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
        assert "watercolour" in sections["style"]
        assert not {"noon", "midday", "sunrise"} & set(sections["lighting"].split())


@given(st.text())
def test_a_plan_never_loses_a_phrase(subject: str) -> None:
    plan = Plan(layout.flat(subject))
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    said = " ".join(sections.values())
    assert all(layout.flat(phrase) in said for phrase in phrases(layout.flat(subject)))


def test_a_known_subject_gets_hand_written_details_and_a_setting() -> None:
    request, context = PromptRequest(prompt="knight, oil painting"), Context("knight, oil painting")
    task = Structured().ask(request, context)
    details, scene = settings("knight")[0]
    assert task.options[0] == f"\ndetails: {details}\nsetting: {scene}"
    candidate = Structured().read(request, context, Draft(task.options[0], 0, True))
    assert candidate.finished
    assert tuple(candidate.sections) == SECTIONS
    assert candidate.sections["subject"] == "knight"
    assert candidate.sections["style"] == "oil painting"
    assert (candidate.sections["details"], candidate.sections["setting"]) == (details, scene)


def test_a_word_that_is_no_subject_gets_each_of_its_subjects_about_as_often() -> None:
    options = Structured().ask(PromptRequest(prompt="dreaming"), Context("dreaming")).options
    rests = begun("dreaming")
    assert len(options) == EACH * len(rests)
    for rest in rests:
        assert sum(option.startswith(f"{rest}\n") for option in options) == EACH


def test_an_abstract_subject_is_shown_as_something_in_the_details() -> None:
    options = Structured().ask(PromptRequest(prompt="melancholy"), Context("melancholy")).options
    assert all(option.startswith("\ndetails: as ") for option in options)


def test_what_images_look_like_fills_the_sections() -> None:
    context = Context("knight", look=Finish(palette="grey and tan palette"))
    draft = Draft(Structured().ask(PromptRequest(), context).options[0], 0, True)
    sections = Structured().read(PromptRequest(), context, draft).sections
    assert sections["palette"] == "grey and tan palette"
