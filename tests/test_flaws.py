"""What makes a candidate unfit to be returned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sparkloom.context import Context
from sparkloom.flaws import fault_of
from sparkloom.form import Form
from sparkloom.modes import Candidate

NOTHING = Context(subject="")
HERON = "a heron on a mossy post, grey river behind it, soft morning light, ink and wash"
KETTLE = "copper kettle steaming on a farmhouse stove, oil painting, brown and gold"
HERON_AGAIN = "a heron on a mossy post, grey river behind it, soft evening light, ink and wash"


def made(text: str, finished: bool = True) -> Candidate:
    return Candidate(prompt=text, added=text, finished=finished)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HERON, ""),
        ("a heron", "too short"),
        ("a heron on a post in the river with a", "stops in mid-sentence"),
        ("a heron on a post in the grey river,", "stops in mid-sentence"),
        ("a heron on a post\nspark: another one for the road", "leaks instructions or markup"),
        ("<think>the user wants</think> a heron on a post", "leaks instructions or markup"),
        ("a heron like asset_cuteRobot on a mossy post", "leaks instructions or markup"),
        ("a heron on a post <lora:ink:0.8> in the river", "leaks instructions or markup"),
        ("a (grey:1.2) heron on a post in the river", "leaks instructions or markup"),
        ("a heron on a post, masterpiece, grey river", "uses filler words"),
        ("a heron on a post, 8k, grey river at dawn", "uses filler words"),
        ('a sign that says "heron over a mossy post', "leaves a quotation or bracket open"),
        ("a heron (on a post in the river at dawn", "leaves a quotation or bracket open"),
        ("a heron heron on a mossy post in the river", "repeats itself"),
        ("a heron in a long-sleeved long-sleeved shirt at dawn", "repeats itself"),
        ("tavern, stool, tavern, lamp, tavern, mug, tavern, barrel", "repeats itself"),
        (
            "red lamp over the old door, blue mat by it, red lamp over the old door",
            "repeats itself",
        ),
    ],
)
def test_a_faulty_candidate_is_known(text: str, fault: str) -> None:
    assert fault_of(made(text), [], NOTHING, keep=False) == fault


def test_a_candidate_that_keeps_a_protected_name_is_dropped() -> None:
    named = replace(made(HERON), fault="has a protected name")
    assert fault_of(named, [], NOTHING, keep=False) == "has a protected name"


def test_an_unfinished_candidate_is_faulty() -> None:
    assert fault_of(made(HERON, finished=False), [], NOTHING, keep=False)


def test_the_words_of_the_spark_must_occur_in_any_inflection() -> None:
    guards = made("A dragon guards a silver coin in the middle of a field, ink and wash.")
    assert not fault_of(guards, [], Context("a dragon guarding"), keep=True)
    assert fault_of(guards, [], Context("two dragons sleeping"), keep=True)
    assert not fault_of(guards, [], Context("two dragons sleeping"), keep=False)


def test_of_a_long_spark_most_words_must_occur() -> None:
    spark = "heron mossy post grey river soft morning light ink castle"
    assert not fault_of(made(HERON), [], Context(spark), keep=True)
    assert fault_of(made(KETTLE), [], Context(spark), keep=True)


def test_a_copy_of_an_example_is_dropped() -> None:
    context = Context("", examples=(f"Once more, {HERON}.",))
    assert fault_of(made(HERON), [], context, keep=False) == "copies an example"
    assert not fault_of(made(KETTLE), [], context, keep=False)


STYLE = "carved walnut, flat shading, three-quarter view, mustard backdrop, soft studio shadow"
OWN = Context(
    "fox",
    tuple(f"carvd, {animal}, {STYLE}" for animal in ("owl on a wheel", "hen with a bell")),
    own=True,
)


def test_what_a_models_texts_have_in_common_is_its_dialect() -> None:
    assert not fault_of(made(f"carvd, fox in a boat, {STYLE}"), [], OWN, keep=False)
    assert fault_of(made(f"fox in a boat, {STYLE}"), [], replace(OWN, own=False), keep=False)


def test_what_one_of_a_models_texts_has_is_a_copy() -> None:
    for copied in (OWN.examples[0], f"carvd, fox, owl on a wheel, {STYLE}"):
        assert fault_of(made(copied), [], OWN, keep=False) == "copies an example"
    alone = replace(OWN, examples=OWN.examples[:1])
    assert fault_of(made(f"fox in a boat, {STYLE}"), [], alone, keep=False) == "copies an example"


def test_a_run_of_words_must_be_in_most_of_a_models_texts() -> None:
    others = (*OWN.examples, "carvd, mule on a raft, oak", "carvd, cat in a cart, elm, dusk")
    context = replace(OWN, examples=others)
    fault = fault_of(made(f"carvd, fox in a boat, {STYLE}"), [], context, keep=False)
    assert fault == "copies an example"


def test_results_of_one_dialect_differ_by_what_they_show() -> None:
    boat, barn = made(f"carvd, fox in a boat, {STYLE}"), made(f"carvd, fox by a barn, {STYLE}")
    assert not fault_of(boat, [barn], OWN, keep=False)
    assert fault_of(boat, [boat], OWN, keep=False) == "is like another result"


def test_a_model_of_very_short_texts_gets_short_prompts() -> None:
    short = replace(OWN, examples=("carvd, owl", "carvd, hen"), form=Form(shortest=2, longest=2))
    assert not fault_of(made("carvd, fox cub"), [], short, keep=False)
    assert fault_of(made("carvd, fox cub"), [], Context("fox"), keep=False) == "too short"


def test_filler_that_a_model_was_trained_with_is_its_own() -> None:
    text = f"masterpiece, fox in a boat, {HERON}"
    own = Context("fox", ("masterpiece, owl", "masterpiece, hen"), own=True)
    assert not fault_of(made(text), [], own, keep=False)
    assert fault_of(made(text), [], replace(own, own=False), keep=False) == "uses filler words"


def test_what_a_models_guide_rules_out_is_dropped() -> None:
    guided = Context("", form=Form(unwanted=("ink and wash", "fog")))
    fault = fault_of(made(HERON), [], guided, keep=False)
    assert fault == "has words that the model's guide rules out"
    assert not fault_of(made(KETTLE), [], guided, keep=False)


def test_a_near_copy_of_another_result_is_dropped() -> None:
    fault = fault_of(made(HERON_AGAIN), [made(HERON)], NOTHING, keep=False)
    assert fault == "is like another result"
