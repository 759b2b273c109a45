"""The table of descriptions: its form, and that it names nobody."""

from __future__ import annotations

import pytest

from sparkloom.protection import Detector
from sparkloom.protection.descriptions import FILE, Description, read_descriptions
from sparkloom.protection.lexicon import CATEGORIES
from sparkloom.protection.wording import ARTISTS, FALLBACK, PLAIN


def test_a_line_is_read() -> None:
    text = "# a remark\n\n[brand: cars]\nFoo | Bar?? {car logo} = low car / with fins / car\n"
    first, second = read_descriptions(text)
    description = Description("low car", "with fins", "car", article=True)
    assert (first.name, first.kind, first.world, first.doubt, first.cues) == (
        "Foo", "brand", "cars", 0, (),
    )  # fmt: skip
    assert (second.name, second.doubt, second.cues) == ("Bar", 2, ("car", "logo"))
    assert first.description == second.description == description


def test_what_is_left_out_is_filled_in() -> None:
    (entry,) = read_descriptions("[brand]\nLego = ~toy bricks / / toy-brick\n")
    assert entry.description == Description("toy bricks", "", "toy-brick", article=False)
    (entry,) = read_descriptions("[brand]\nFoo = low car\n")
    assert entry.description == Description("low car", "", "", article=True)


@pytest.mark.parametrize(
    "text", ["Foo = bar", "[brand]\nFoo bar", "[brand]\nFoo = ", "[brand]\n? = a"]
)
def test_a_line_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        list(read_descriptions(text))


def test_every_entry_of_the_table_is_well_formed() -> None:
    entries = list(read_descriptions(FILE.read_text("utf-8")))
    assert len(entries) > 3000
    assert len({entry.description for entry in entries}) > 1000
    for entry in entries:
        assert entry.kind in CATEGORIES
        for text in (entry.description.head, entry.description.tail, entry.description.attributive):
            assert text == " ".join(text.split())
            assert not text.startswith(("a ", "an ", "the "))


def test_no_description_names_what_is_protected() -> None:
    detector = Detector()
    descriptions = [*(e.description for e in read_descriptions(FILE.read_text("utf-8")))]
    descriptions += [*ARTISTS, *FALLBACK.values(), *PLAIN.values()]
    for description in dict.fromkeys(descriptions):
        text = f"a {description.head} {description.tail}, a {description.attributive} style"
        assert detector.find(text) == [], text
