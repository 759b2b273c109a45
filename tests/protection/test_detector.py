"""Finding names: plain, disguised, misspelt and doubtful, and leaving all else alone."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from searching import detector, found
from steps import steps

from sparkloom.protection import Detector, Finding


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("a castle by Greg Rutkowski", "artist-style"),
        ("Nike sneakers on ice", "brand-trademark"),
        ("Taylor Swift painting", "celebrity-likeness"),
        ("a Minecraft house", "custom"),
        ("Darth Vader in the rain", "fictional-character"),
    ],
)
def test_every_category_is_found(text: str, category: str) -> None:
    (finding,) = detector().find(text)
    assert finding.category == category
    assert 0.5 <= finding.confidence <= 1
    assert finding.reason.startswith("The name of ")


@pytest.mark.parametrize(
    "disguised",
    [
        "darth vader",
        "DARTH VADER",
        "Darth-Vader",
        "darth_vader",
        "#DarthVader",
        "Darth Vader's",
        "D a r t h  V a d e r",
        "D.a.r.t.h V.a.d.e.r",
        "D4rth V4d3r",
        "D\u0430rth V\u0430der",
        "D\u200ba\u200br\u200bth Vader",
        "D\u0301arth V\u00e4der",
        "\uff24arth \uff36ader",
        "Darth Vadr",
        "Dart Vader",
    ],
)
def test_disguises_are_seen_through(disguised: str) -> None:
    (finding,) = detector().find(f"portrait of {disguised}, oil on canvas")
    assert finding.name == "darth vader"
    assert disguised.startswith(finding.text.removeprefix("#")) or finding.text in disguised


@pytest.mark.parametrize(
    "text",
    [
        "sunflowers by Vincent van Gogh and Claude Monet",
        "a wave in the style of Hokusai",
        "Zeus, Odin and Baba Yaga play cards",
        "Little Red Riding Hood and Sherlock Holmes",
        "Art Nouveau poster, De Stijl chair, Bauhaus lamp",
        "Loki of Norse myth bound beneath the serpent",
        "the Amazon rainforest at dawn",
        "a monarch butterfly, a mercury thermometer, a turner at his lathe",
        "two whales under a green moon. Shell, swift, dove and mars.",
    ],
)
def test_what_is_free_or_ordinary_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_punctuation_ends_a_name() -> None:
    assert found('"taylor": "swift bird"') == []
    assert found("a taylor. Swift birds") == []
    assert found("Dr. Strange; Samuel L. Jackson") == ["Dr. Strange", "Samuel L. Jackson"]


def test_of_two_names_the_longer_is_found() -> None:
    assert found("Super Mario Bros poster") == ["Super Mario Bros"]
    assert found("a Ferrari F40") == ["Ferrari F40"]


def test_a_name_may_be_written_without_its_spaces_or_marks() -> None:
    assert found("assassins creed rooftops") == ["assassins creed"]
    assert found("the GregRutkowski look") == ["GregRutkowski"]


def test_a_team_blocks_and_allows_names() -> None:
    own = Detector(allowed=["Pikachu", "gr\u00e9g rutkowski"], blocked=["Zorbo the Blue", "Plim"])
    assert found("Pikachu by Greg Rutkowski", own) == []
    (blocked, short) = own.find("z0rbo the blue and plim")
    assert (blocked.name, blocked.category, blocked.kind) == ("zorbo the blue", "custom", "blocked")
    assert short.text == "plim"
    assert found("Batman", own) == ["Batman"]


def test_a_name_that_folds_to_nothing_blocks_nothing() -> None:
    assert Detector(blocked=["", "--"]).find("a -- b") == []


def test_a_finding_says_why() -> None:
    (finding,) = detector().find("an Apple laptop")
    assert finding == Finding(
        "Apple", 3, 8, "apple", "brand", "brand-trademark", 0.8,
        'The name of a brand, written with a capital, told by "laptop" near it.',
    )  # fmt: skip


NAMES = ("Darth Vader", "greg rutkowsky", "#starwars", "a p p l e", "N1ke", "link", "by", "(", ", ")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=12)), max_size=12))
def test_any_text_is_searched(parts: list[str]) -> None:
    text = " ".join(parts)
    findings = detector().find(text)
    behind = 0
    for finding in findings:
        assert behind <= finding.start < finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
        behind = finding.end
    assert detector().find(text) == findings


@pytest.mark.parametrize("piece", ["gerg rutkowsky ", "a ", "l1nk m4r10 ", "the rock ", "#a!b$c "])
def test_searching_takes_steps_in_line_with_the_length(piece: str) -> None:
    detector().find(piece)
    assert steps(partial(detector().find, piece * 400)) < 5 * steps(
        partial(detector().find, piece * 100)
    )
