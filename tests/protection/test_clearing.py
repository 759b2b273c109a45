"""Clearing: nothing protected is left, nothing else is touched, and once is enough."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import steps

from sparkloom.protection import Cleared, Clearing, Detector, Finding
from sparkloom.protection.clearing import describe
from sparkloom.protection.wording import ARTISTS, FALLBACK, PLAIN


@pytest.fixture(scope="module")
def clearing() -> Clearing:
    return Clearing(Detector())


def rebuilt(text: str, cleared: Cleared) -> str:
    """A text with its replacements made, from the last to the first."""
    for new in reversed(cleared.replacements):
        text = text[: new.start] + new.text + text[new.end :]
    return text


PIECES = (
    "Darth Vader", "by Greg Rutkowski", "and", "#starwars", "an Ewok", "Nike", "logo", "a", "red",
    "Bull", "can", "Mickey", "Mouse's", "in the style of", "Pixar", "<lora:batman:1>",
    "b a t m a n", "\u0421oca-Cola", "the", "Link", "from", "Zelda", ".", ",", "(", ")", "Unknown",
    "\n", "\u200b",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.text(max_size=10))
def test_once_is_enough_and_nothing_else_is_touched(
    clearing: Clearing, pieces: list[str], rest: str
) -> None:
    check(clearing, " ".join([*pieces, rest]))


def check(clearing: Clearing, text: str) -> None:
    cleared = clearing.clear(text)
    assert clearing.detector.find(cleared.text) == []
    assert clearing.clear(cleared.text) == Cleared(cleared.text)
    assert rebuilt(text, cleared) == cleared.text
    ends = [0, *(new.end for new in cleared.replacements)]
    starts = [*(new.start for new in cleared.replacements), len(text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from((*PIECES, "'s", "\u2019s", "-", "l1nk", "Zeld\u0430")), max_size=9))
def test_names_that_are_glued_together_are_cleared_too(
    clearing: Clearing, pieces: list[str]
) -> None:
    check(clearing, "".join(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "Powerpuff Girls  k\u00e1n\u00f3\u00fa t\u00e9nz\u00e9n R.o.l.l.i.n.g.S.t.o.n.e  ! Din Sko",
        "Link ,\u200bZelda an Ewok\u200bUnknown-\u200bred, an Ewok's by Greg Rutkowskithe-Zelda, ",
        "Mouse's by Greg RutkowskiZelda-Nike\u200b",
    ],
)
def test_a_description_that_makes_a_name_with_what_stands_there_is_cut(
    clearing: Clearing, text: str
) -> None:
    check(clearing, text)


def test_a_text_without_names_comes_back_as_it_is(clearing: Clearing) -> None:
    text = "  two foxes,\n\n a (red:1.2) barn <lora:ink:0.8>  "
    assert clearing.clear(text) == Cleared(text)


def test_a_replacement_tells_its_place_and_its_name(clearing: Clearing) -> None:
    text = "a dragon by Greg Rutkowski, fog"
    (new,) = clearing.clear(text).replacements
    assert text[new.start : new.end] == "by Greg Rutkowski"
    assert new.text.startswith("in smoky fantasy oil")
    assert new.finding.text == "Greg Rutkowski"


def test_a_name_that_comes_about_by_clearing_is_cleared_too() -> None:
    blocked = Clearing(Detector(blocked=["bearded war weary warrior", "invented character"]))
    cleared = blocked.clear("Kratos kneeling, fog")
    assert cleared.text == "A figure kneeling, fog"
    assert cleared.left == ()


def test_what_cannot_be_described_is_cut_and_told() -> None:
    blocked = Clearing(Detector(blocked=["night", "vigilante", "character", "figure"]))
    cleared = blocked.clear("fog, Batman, rain, Batman")
    assert cleared.text == "fog, a , rain, another "
    assert [finding.name for finding in cleared.left] == ["figure", "figure"]
    assert rebuilt("fog, Batman, rain, Batman", cleared) == cleared.text


def test_a_name_that_cutting_makes_is_cut_too() -> None:
    blocked = Clearing(Detector(blocked=["subject", "aab", "ccd"]))
    text = "ccd, aa ccd b"
    cleared = blocked.clear(text)
    assert "subject" not in cleared.text
    check(blocked, text)


class Stubborn(Detector):
    """Finds a name in any text that has a letter."""

    def find(self, text: str) -> list[Finding]:
        begin = len(text) - len(text.lstrip())
        word = text[begin : begin + 1]
        return [Finding(word, begin, begin + 1, "a", "blocked", "custom", 1.0, "")] if word else []


def test_of_a_text_that_is_a_name_whatever_is_cut_nothing_is_left() -> None:
    cleared = Clearing(Stubborn()).clear("abcdefghijklmnop")
    assert cleared.text == ""
    assert [(new.start, new.end, new.text) for new in cleared.replacements] == [(0, 16, "")]


def test_names_that_the_table_lacks_are_described_by_their_kind() -> None:
    unknown = Finding("X", 0, 1, "no such name", "hero", "fictional-character", 0.9, "")
    assert describe(unknown) == FALLBACK["hero"]
    assert describe(unknown, tries=5) == PLAIN["hero"]
    artist = Finding("X", 0, 1, "no such name", "artist", "artist-style", 0.9, "")
    assert describe(artist, used={ARTISTS[0].head}) == ARTISTS[1]
    assert describe(artist, used={other.head for other in ARTISTS}) == ARTISTS[0]


@pytest.mark.parametrize("piece", ["a fox by Greg Rutkowski and Batman's hat, ", "darth vader "])
def test_clearing_takes_steps_in_line_with_the_length(clearing: Clearing, piece: str) -> None:
    clearing.clear(piece)
    assert steps(partial(clearing.clear, piece * 80)) < 5 * steps(
        partial(clearing.clear, piece * 20)
    )
