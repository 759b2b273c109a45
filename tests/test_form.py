"""The form that a model's texts have."""

from __future__ import annotations

import pytest

from sparkloom.catalog.profile import shelf
from sparkloom.form import Form, begun, form_of, form_of_profile, is_tags, trigger_of, unbegun


@pytest.mark.parametrize(
    ("texts", "trigger"),
    [
        (["inkst, an owl", "inkst, a hen"], "inkst, "),
        (["game icon, potnk, flask", "game icon, potnk, vial"], "game icon, "),
        (["pix16 item: key", "pix16 item: map"], "pix16 item: "),
        (["ball :: bronze", "ball :: clay"], "ball :: "),
        (["lnbrd. A heron", "lnbrd. A jay"], "lnbrd. "),
        (["LOOK 04 / coat", "LOOK 11 / vest"], "LOOK "),
        (["icon of a boot", "icon of a hat"], "icon of "),
        (["Still life with eels", "Still life with figs"], "Still life with "),
        (["tok", "tok"], "tok "),
        (
            ["The Inn of Two Wells, at dawn", "The Inn of Two Wells, at noon"],
            "The Inn of Two Wells, ",
        ),
        (["  tok, a", "tok, b"], "tok, "),
        (["tok, a"] * 4 + ["b"], "tok, "),
        (["tok, a"] * 3 + ["b"], ""),
        (["The image shows a", "The image shows b"], ""),
        (["a fox", "an owl"], ""),
        (["inkst, an owl"], ""),
        ([", , ,", "!?"], ""),
        ([], ""),
    ],
)
def test_the_trigger_is_what_nearly_all_texts_begin_with(texts: list[str], trigger: str) -> None:
    assert trigger_of(texts) == trigger


def test_the_form_bounds_length_in_words_and_in_characters() -> None:
    form = form_of(["inkst, an owl at rest", "inkst, a hen"], shelf()["sdxl"])
    assert form == Form("inkst, ", shortest=3, longest=5, most=2000)
    assert form.fault(" ".join(["word"] * 10)) == ""
    assert form.fault(" ".join(["word"] * 11)) == "is much longer than the model's texts"
    assert form.fault("word") == "is much shorter than the model's texts"
    assert form.fault("word " + "x" * 1995) == ""
    assert form.fault("word " + "x" * 1996) == "is longer than the model takes"


def test_without_texts_only_the_profile_bounds() -> None:
    assert form_of_profile(None) == Form()
    assert form_of_profile(None).fault("x " * 10_000) == ""
    pony = form_of_profile(shelf()["pony"])
    assert pony == Form(
        opening="score_9, score_8_up, score_7_up, ", tags=True, counts=True, most=2000
    )
    illustrious = form_of_profile(shelf()["illustrious"])
    assert illustrious.closing == ("masterpiece", "best quality", "very aesthetic")
    assert pony.fault("") == ""


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("1girl, solo, short silver hair, oil smudge", True),
        ("a heron stands on one leg in shallow water, morning mist", False),
        ("Red key. Blue door.", False),
        ("", False),
    ],
)
def test_tags_are_short_phrases_between_commas(text: str, tags: bool) -> None:
    assert is_tags(text) is tags


def test_a_beginning_that_is_there_is_not_put_there_again() -> None:
    assert begun("Look ", "look 12 / coat") == "look 12 / coat"
    assert begun("", "fox") == "fox"


def test_a_beginning_is_taken_away_where_it_is() -> None:
    assert unbegun("tok, ", "Tok, a fox") == "a fox"
    assert unbegun("tok, ", "a fox") == "a fox"
    assert unbegun("", "a fox") == "a fox"


def test_a_guide_rules_out_words_and_length() -> None:
    guide = 'At most 8 words. Never write "8k", "inkst" or "red fox".'
    form = Form("inkst, ").guided(guide, "a red fox at dawn")
    assert form == Form("inkst, ", most_words=8, unwanted=("8k",))
    assert form.fault("inkst, " + "word " * 7) == ""
    assert form.fault("inkst, " + "word " * 8) == "is longer than the model's guide allows"
    assert Form("inkst, ").guided("", "a red fox") == Form("inkst, ")


def test_the_captions_tell_the_trigger_where_there_are_any() -> None:
    prompts = ["an owl at rest", "a hen"]
    captions = ["inkst, an owl", "inkst, a hen"]
    assert form_of([*captions, *prompts], None, captions).trigger == "inkst, "
    assert form_of([*captions, *prompts], None).trigger == ""
