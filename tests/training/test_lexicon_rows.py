"""Making the lexicon: which names are kept, how sure they are, and what is free."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from sparkloom.protection.normalise import fold_name

TRAINING = Path(__file__).parents[2] / "training"
made = SimpleNamespace(**runpy.run_path(str(TRAINING / "lexicon.py")))
SOURCE = "somewhere"
CAPTIONS = ["a red fox and a house by the river near London, a stone turner, a half price book"] * 3


def row(text: str, cat: str, **fields: object) -> dict[str, object]:
    return {"text": text, "cat": cat, "source": SOURCE, **fields}


def kept(*rows: dict[str, object]) -> dict[str, tuple[str, int]]:
    texts = [(text, True) for text in CAPTIONS]
    lexicon = made.make_lexicon(rows, texts)
    table = {name.text for name in made.table_names()}
    free = {fold_name(name) for name in made.free_names(made.FREE.read_text("utf-8"))}
    names = (lexicon[index] for index in range(len(lexicon)))
    spelled = {spelling for name in table for spelling in made.spellings(name)}
    known = table | free | spelled
    return {n.text: (n.kind, n.weight) for n in names if n.text not in known}


@pytest.mark.parametrize(
    ("given", "name", "kind", "weight"),
    [
        (row("Zed Quillfeather", "artist"), "zed quillfeather", "artist", 8),
        (row("Quillfeather", "artist"), "quillfeather", "artist", 3),
        (row("Quillfeather", "celebrity"), "quillfeather", "celebrity", 5),
        (row("Quillco Foods, Inc.", "brand"), "quillco foods", "brand", 8),
        (row("Stone Turner", "artist"), "stone turner", "artist", 3),
        (row("zed quill (some game)", "character", rank=1), "zed quill", "character", 7),
        (row("Zed Quillfeather", "tv"), "zed quillfeather", "screen", 8),
    ],
)
def test_a_name_is_weighed(given: dict[str, object], name: str, kind: str, weight: int) -> None:
    assert kept(given)[name] == (kind, weight)


@pytest.mark.parametrize(
    "given",
    [
        row("Fox", "character"),
        row("London", "brand"),
        row("Half Price", "brand"),
        row("House by the", "franchise"),
        row("quill", "character", rank=1),
        row("zed quill (2nd costume)", "character", rank=1),
        row("Zed Quillfeather", "person"),
        row("Master of Quillfeather", "artist"),
        row("Zed Quillfeather the Elder", "artist"),
        row("Claude Monet", "artist"),
        row("Quix Co", "brand", kind="x"),
    ],
)
def test_what_means_no_name_is_left_out(given: dict[str, object]) -> None:
    assert kept(given) == {}


def test_initials_may_be_written_together() -> None:
    assert made.spellings("h r giger") == {"h r giger", "hr giger"}
    assert made.spellings("kellogg s") == {"kellogg s", "kelloggs"}
    assert made.spellings("baldur s gate") == {"baldur s gate", "baldurs gate"}
    assert {"q z feather", "qz feather"} <= set(kept(row("Q. Z. Feather", "artist")))


def test_an_artist_is_free_seventy_years_after_death() -> None:
    assert list(made.free_names("[artist]\nA Painter | Painter 1955\n")) == ["A Painter", "Painter"]
    for line in ("A Painter 1956", "A Painter"):
        with pytest.raises(ValueError, match="died after"):
            list(made.free_names(f"[artist]\n{line}\n"))
    assert list(made.free_names("# a remark\n[myth]\nZeus\n")) == ["Zeus"]


def test_a_common_word_is_one_in_small_letters() -> None:
    used = made.usage([(text, True) for text in CAPTIONS] + [("Typed words words", False)])
    assert {"fox", "river"} <= used.common
    assert "london" in used.known - used.common
    assert "words" in used.seen - used.known
