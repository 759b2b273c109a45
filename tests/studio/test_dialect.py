"""How a model speaks, summed up."""

from __future__ import annotations

from sparkloom.studio.dialect import COMMON, bars, shares, summary_of

INK = [
    "inkst, a heron in reeds, loose ink wash, teal paper",
    "inkst, a fox asleep under ferns, loose ink wash, golden light",
    "inkst, a mountain lake with herons, ink wash, teal paper and snow",
]


def test_texts_are_summed_up() -> None:
    summary = summary_of(INK)
    assert summary.trigger == "inkst"
    assert summary.lengths == (10, 11, 12)
    assert summary.typical == 11
    assert summary.tags is True
    assert summary.common == (("ink", 3), ("wash", 3), ("heron", 2), ("loose", 2), ("paper", 2))
    assert [(colour.name, colour.hex, colour.texts) for colour in summary.colours] == [
        ("teal", "#008080", 2),
        ("golden", "#ffd700", 1),
    ]
    assert summary.variety is not None
    assert 0 < summary.variety < 1
    assert len(summary.apart) == 3
    assert all(0 < apart < 1 for apart in summary.apart)


def test_inflections_of_a_word_are_counted_together() -> None:
    common = dict(summary_of(["two herons fly", "herons rest", "a heron swims"]).common)
    assert common["herons"] == 3


def test_one_text_shows_no_habit() -> None:
    summary = summary_of(["A lighthouse keeper stands on the gallery and looks at the sea."])
    assert (summary.trigger, summary.tags, summary.variety) == ("", False, None)
    assert summary.apart == ()
    assert ("lighthouse", 1) in summary.common


def test_only_the_commonest_words_are_told() -> None:
    text = " ".join(f"word{chr(97 + n)}{chr(97 + n)}" for n in range(26))
    assert len(summary_of([text, text]).common) == COMMON


def test_a_copy_is_not_apart() -> None:
    assert summary_of(["red fox", "a red fox", "blue heron"]).apart == (0.0, 0.0, 1.0)
    assert shares([0.0, 0.05, 0.5, 1.0]) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]


def test_a_colour_is_what_pictures_have_of_it() -> None:
    (red,) = summary_of(["a rust red boat"]).colours
    assert (red.name, red.hex) == ("red", "#c0392b")


def test_lengths_are_put_into_ranges_of_one_width() -> None:
    assert bars([5]) == [(5, 5, 1)]
    assert bars([10, 10, 13], most=4) == [(10, 10, 2), (11, 11, 0), (12, 12, 0), (13, 13, 1)]
    assert bars([1, 100], most=2) == [(1, 50, 1), (51, 100, 1)]
