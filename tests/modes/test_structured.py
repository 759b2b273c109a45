"""Structured: ordered sections, as prose and as data."""

from __future__ import annotations

from sparkloom.bank.finishes import Finish
from sparkloom.bank.scenes import settings
from sparkloom.bank.seeds import EACH, begun
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


DRAFT = " on a quay\ndetails: tarred hands\nsetting: harbour\n"


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
