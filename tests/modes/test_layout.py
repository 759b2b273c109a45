"""The layouts that the adapter was trained on."""

from __future__ import annotations

import pytest

from sparkloom.modes import layout


def test_a_completion_ends_with_the_spark() -> None:
    assert layout.complete("a dragon\nguarding", "medium", ["red fox,\nink"]) == (
        "complete medium\nexample: red fox, ink\nspark: a dragon guarding\n"
        "prompt: a dragon guarding"
    )


def test_a_layout_without_a_spark_has_no_trailing_spaces() -> None:
    assert layout.complete("", "medium", []) == "complete medium\nspark:\nprompt:"
    assert layout.invent("", "short", []) == "invent short\nspark:\nprompt:"
    assert layout.structure("", "long") == "structure long\nspark:\n"


def test_a_long_spark_is_whole_where_the_answer_goes_on() -> None:
    spark = " ".join(f"w{number}" for number in range(100))
    text = layout.complete(spark, "long", [])
    assert text.endswith(f"prompt: {spark}")
    assert text.count("w99") == 1


@pytest.mark.parametrize(("words", "length"), [(25, "short"), (26, "medium"), (56, "long")])
def test_lengths_have_names(words: int, length: str) -> None:
    assert layout.length_of(words) == length


def test_sections_are_read_back_in_order() -> None:
    sections = {name: f"the {name}, with: a colon" for name in layout.SECTIONS}
    text = layout.structured_answer(dict(reversed(sections.items())))
    assert layout.read_sections(text) == sections
    assert list(layout.read_sections(text)) == list(layout.SECTIONS)


def test_what_is_no_section_is_left_out() -> None:
    assert layout.read_sections("subject: fox\nsubject: owl\nmood: calm\nstyle:\nlighting dim") == {
        "subject": "fox"
    }


def test_a_fitted_prompt_follows_the_models_examples_and_the_images() -> None:
    assert layout.fit("a\nfox", ["owl, ink", "cat, ink"], ["red\nfur"]) == (
        "context\nexample: owl, ink\nexample: cat, ink\nimage: red fur\nspark: a fox\nprompt:"
    )


def test_reference_images_stand_before_the_spark() -> None:
    assert layout.complete("fox", "medium", ["owl, ink"], ["red\nfur"]) == (
        "complete medium\nexample: owl, ink\nimage: red fur\nspark: fox\nprompt: fox"
    )
    assert layout.invent("fox", "medium", [], ["fur"]) == (
        "invent medium\nimage: fur\nspark: fox\nprompt:"
    )
    assert layout.structure("fox", "medium", ["fur"]) == (
        "structure medium\nimage: fur\nspark: fox\n"
    )


def test_an_edit_is_asked_for_one_editor_and_one_image() -> None:
    assert layout.edit("", "flux-kontext", "a mug", ["Add a spoon."]) == (
        "edit flux-kontext\nexample: Add a spoon.\nimage: a mug\nspark:\ninstruction:"
    )
