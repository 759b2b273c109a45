"""Folding: what looks alike folds alike, and no word loses its place."""

from __future__ import annotations

import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import steps

from sparkloom.protection.normalise import (
    LEET_SYMBOLS,
    LONGEST_READ,
    SYMBOLS,
    fold,
    fold_name,
    readings,
    reads,
    singulars,
)


def spans(text: str) -> list[str]:
    words = fold(text)
    return [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Darth Vader", "darth vader"),
        ("DARTH-VADER", "darth vader"),
        ("D\u0430rth V\u0430d\u0435r", "darth vader"),
        ("\u039d\u03b9ke", "nike"),
        ("\uff24\uff41\uff52\uff54\uff48", "darth"),
        ("\U0001d403\U0001d41a\U0001d42b\U0001d42d\U0001d421", "darth"),
        ("\U0001f171\U0001f170\U0001f1f9", "bat"),
        ("Da\u0301r\u0308th", "darth"),
        ("Da\u200brth Va\u00adder\u2060", "darth vader"),
        ("Citro\u00ebn 2CV", "citroen 2cv"),
        ("Stra\u00dfe", "strasse"),
        ("\ufb01nn", "finn"),
        ("H.R. Giger", "h r giger"),
        ("AT&T", "at&t"),
        ("Kellogg's", "kellogg s"),
        ("p@nda $potify wow! a !b", "p@nda $potify wow a b"),
        ("low rise!!", "low rise"),
        ("", ""),
        ("\u200b\u0301", ""),
    ],
)
def test_what_looks_alike_folds_alike(text: str, name: str) -> None:
    assert fold_name(text) == name


def test_a_word_keeps_its_place_through_every_disguise() -> None:
    text = "A D\u200ba\u0301rth \uff36ader, the \ufb01nn!"
    assert spans(text) == ["A", "D\u200ba\u0301rth", "\uff36ader", "the", "\ufb01nn"]


def test_half_a_character_does_no_harm() -> None:
    assert fold("a\ud800b").tokens == ["a", "b"]


@given(st.text(st.characters(codec=None), max_size=80))
def test_folding_never_moves_a_span(text: str) -> None:
    words = fold(text)
    assert len(words.tokens) == len(words.starts) == len(words.ends)
    behind = 0
    for token, start, end in zip(words.tokens, words.starts, words.ends, strict=True):
        assert behind <= start < end <= len(text)
        behind = end
        assert token
        assert " " not in token


@given(st.lists(st.sampled_from(["Darth", "\uff36ader", "na\u00efve", "x\u200by", "42"])))
def test_a_span_folds_to_its_word(parts: list[str]) -> None:
    text = " -- ".join(parts)
    assert [fold(span).tokens for span in spans(text)] == [[t] for t in fold(text).tokens]


def test_digits_and_signs_are_read_as_letters() -> None:
    assert readings("bu11")[:4] == ["buii", "buil", "buli", "bull"]
    assert readings("c3p0") == ["cepo", "cep0", "c3po"]  # some names have digits
    assert readings("m@r10")[0] == "mario"
    assert readings("2001") == readings("bull") == readings("a1" * LONGEST_READ) == []


def test_a_word_reads_as_another_with_digits_for_letters() -> None:
    assert reads("l1nk", "link")
    assert reads("link", "link")
    assert not reads("lnk", "link")
    assert not reads("l2nk", "link")


def test_what_a_word_may_be_several_of() -> None:
    assert singulars("rolexes") == ["rolexe", "rolex"]
    assert singulars("batmen") == ["batman"]
    assert singulars("batman") == []


def test_every_width_of_a_sign_is_known() -> None:
    others = {
        sign
        for sign in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x11000)))
        if not LEET_SYMBOLS.isdisjoint(unicodedata.normalize("NFKD", sign))
    }
    assert others | LEET_SYMBOLS == SYMBOLS | {"\u20ac", "\u00a3", "\u00a2"}


def test_folding_does_nothing_letter_by_letter() -> None:
    text = "D\u0430rth V\u00e4der p@nda \u200b"
    fold(text)
    assert steps(partial(fold, text * 1_000)) == steps(partial(fold, text * 10))
