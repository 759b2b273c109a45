"""Own words, marked in every way of writing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sparkloom.studio.own_words import own_spans


def own(text: str, spark: str, written: str = "") -> list[str]:
    return [text[start:end] for start, end in own_spans(text, spark, written)]


def test_a_spark_that_a_prompt_begins_with_is_own_to_the_letter() -> None:
    assert own("a <lora:fox:1> (fox:1.2), in snow", "a <lora:fox:1> (fox:1.2)") == [
        "a <lora:fox:1> (fox:1.2)"
    ]


def test_words_are_found_where_a_prompt_takes_them_up() -> None:
    text = "Old fisherman mending nets on a pier. Soft light, oil painting."
    assert own(text, "old fisherman mending nets, oil painting") == [
        "Old fisherman mending nets",
        "oil painting",
    ]


def test_stop_words_alone_are_nobodys() -> None:
    assert own("the heron in the reeds", "a fox in the snow") == []


def test_nothing_is_own_without_a_spark() -> None:
    assert own("a heron", "") == []
    assert own("  a heron", "  ") == []


def test_what_was_written_into_a_prompt_is_own() -> None:
    before = "a fox, long shadows, pale dusk"
    assert own("a fox, short shadows, pale dusk, snow", "a fox", before) == [
        "a fox",
        "short",
        ", snow",
    ]


def test_taking_words_out_makes_nothing_own() -> None:
    assert own("a fox, pale dusk", "a fox", "a fox, long shadows, pale dusk") == ["a fox"]


def test_spans_that_meet_are_one() -> None:
    assert own("a fox sits", "a fox", "a fox") == ["a fox", "sits"]
    assert own("a foxy", "a fox", "a fox") == ["a foxy"]


@given(st.text("ab ,.", max_size=30), st.text("ab ,.", max_size=12), st.text("ab ,.", max_size=30))
def test_spans_are_in_order_apart_and_inside(text: str, spark: str, written: str) -> None:
    last = -1
    for start, end in own_spans(text, spark, written):
        assert last < start < end <= len(text)
        last = end
