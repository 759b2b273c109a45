"""Which section of a structured prompt a phrase belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkloom.context import Context
from sparkloom.modes import layout
from sparkloom.modes.plan import Plan
from sparkloom.words import phrases

DRAFT = " on a quay\ndetails: tarred hands\nsetting: harbour\n"


def test_every_phrase_of_the_spark_finds_its_section() -> None:
    plan = Plan("old fisherman, mending nets, oil painting, low sun, dog asleep")
    sections = plan.filled(layout.read_sections(plan.beginning + DRAFT), Context(""))
    assert sections["subject"] == "old fisherman on a quay"
    assert sections["details"] == "mending nets, dog asleep, tarred hands"
    assert sections["lighting"] == "low sun"
    assert sections["style"] == "oil painting"


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
        ("seen from a very high rooftop", "composition"),
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


def test_a_setting_agrees_with_all_that_the_spark_says() -> None:
    assert any("sunrise" in option for option in Plan("a goat").options)
    assert not any("sunrise" in option for option in Plan("a goat, blue hour").options)
