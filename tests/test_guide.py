"""What a prompt guide says that a prompt can be held against."""

from __future__ import annotations

import pytest

from sparkloom.catalog.profile import shelf
from sparkloom.guide import has, most_words, ruled_out


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("", ()),
        ("Begin with tok. Name the medium.", ()),
        ('- Never write "photo of"; write "photograph" instead.', ("photo of",)),
        ("Do not use `8K` or \u201cMasterpiece\u201d, use `gouache`.", ("8k", "masterpiece")),
        ('Don\u2019t mention "the sky"\nMention "the sea".', ("the sky",)),
        ("- **Avoid**: blurry, fog", ("blurry", "fog")),
        ("Avoid: blurry, *watermark* and signed text.", ("blurry", "watermark", "signed text")),
        ("Avoid long rows of quality words.", ()),
        ('Avoid "red" but say "crimson".', ("red",)),
        ('Avoid openings such as "here is a picture that shows how".', ()),
        ('Say "change", not "transform".', ()),
        ('Avoid "fog".\nNever use "fog".', ("fog",)),
    ],
)
def test_what_a_guide_rules_out(guide: str, words: tuple[str, ...]) -> None:
    assert ruled_out(guide) == words


@pytest.mark.parametrize(
    ("guide", "most"),
    [
        ("", None),
        ("Write a sentence.", None),
        ("About 10 to 40 words.", 40),
        ("15-25 words, no more", 25),
        ("At most 30 words; up to 50 words for crowds.", 30),
        ("At least 30 words.", None),
        ("Keep it under 75 tokens.", None),
    ],
)
def test_how_long_a_guide_allows(guide: str, most: int | None) -> None:
    assert most_words(guide) == most


def test_words_are_whole_and_in_any_case() -> None:
    assert has("A Red  fox, 8K", "8k")
    assert has("signed text in a corner", "signed text")
    assert not has("a barred gate", "red")


def test_no_guide_of_the_shelf_rules_out_what_it_asks_for() -> None:
    for profile in shelf().values():
        example = profile.prompt_guide.rpartition("Example:")[2]
        assert not [words for words in ruled_out(profile.prompt_guide) if has(example, words)]
