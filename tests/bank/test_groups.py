"""Texts by the words of their groups."""

from __future__ import annotations

from pathlib import Path

from sparkloom.bank.groups import load_groups


def test_a_word_has_the_texts_of_all_of_its_groups(tmp_path: Path) -> None:
    file = tmp_path / "groups.tsv"
    file.write_text("lazy idle\t{} cat | {} lion\nidle\t{} mill\n", encoding="utf-8")
    assert load_groups(file) == {
        "lazy": ("{} cat", "{} lion"),
        "idle": ("{} cat", "{} lion", "{} mill"),
    }
