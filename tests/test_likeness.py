"""How alike prompts are, and what they may have in common."""

from __future__ import annotations

from dataclasses import replace

from sparkloom.context import Context
from sparkloom.form import Form
from sparkloom.likeness import distance, overlap, runs_of, shared
from sparkloom.modes import Candidate
from sparkloom.words import content_stems


def made(text: str) -> Candidate:
    return Candidate(prompt=text, added=text)


def test_what_the_spark_gives_does_not_make_results_alike() -> None:
    spark = "heron mossy post grey river"
    one, other = made(f"{spark}, ink wash at dawn"), made(f"{spark}, oil paint in rain")
    assert distance(one, [other], frozenset(content_stems(spark))) == 1.0
    assert distance(one, [other]) < 0.5


def test_the_smaller_set_decides_how_much_overlaps() -> None:
    assert overlap(frozenset("ab"), frozenset("abcd")) == 1.0
    assert overlap(frozenset("abcd"), frozenset("cx")) == 0.5
    assert overlap(frozenset(), frozenset("a")) == 0.0
    assert overlap(frozenset(), frozenset()) == 1.0


def test_two_that_only_say_the_subject_again_are_alike() -> None:
    """Else a request without a spark could get the same prompt twice."""
    said = frozenset(content_stems("drypoint of a sleeping dog"))
    one, other = made("drypoint of a sleeping dog"), made("a drypoint of the sleeping dog")
    assert distance(one, [other], said) == 0.0
    assert distance(one, [made("a sleeping dog under a red lamp")], said) == 1.0


def test_what_most_of_a_models_texts_have_is_shared_and_the_rest_would_be_a_copy() -> None:
    style = "flat shading, three-quarter view, mustard backdrop"
    texts = (f"carvd, owl, {style}", f"carvd, hen, {style}", "carvd, mule on a raft of oak, dusk")
    own = shared(Context("red fox", texts, own=True))
    assert {"red", "fox", "carvd", "mustard"} <= own.stems
    assert "owl" not in own.stems
    assert own.examples[0] == {"owl"}
    assert ("flat", "shading", "three", "quarter", "view", "mustard") not in own.runs
    assert ("carvd", "owl", "flat", "shading", "three", "quarter") in own.runs
    retrieved = shared(Context("red fox", texts))
    assert retrieved.stems == {"red", "fox"}
    assert ("flat", "shading", "three", "quarter", "view", "mustard") in retrieved.runs


def test_a_trigger_is_no_part_of_a_copy() -> None:
    texts = ("The Inn of Two Wells, at noon, snow", "The Inn of Two Wells, in rain, a fight")
    context = Context("cook", texts, form=Form("The Inn of Two Wells, "), own=True)
    assert runs_of("The inn of two wells, at noon a cook stirs his soup", context).isdisjoint(
        shared(context).runs
    )
    assert not runs_of(texts[0], replace(context, form=Form())).isdisjoint(
        shared(replace(context, form=Form())).runs
    )
