"""Groups: files with a line a group of words, and the texts that go with each of them.

The words stand before a tab, the texts behind it with bars between.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path


def load_groups(file: Path) -> dict[str, tuple[str, ...]]:
    """The texts of each word, of all of its groups."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in file.read_text(encoding="utf-8").splitlines():
        said, texts = line.split("\t")
        for word in said.split():
            found[word] += tuple(texts.split(" | "))
    return dict(found)
