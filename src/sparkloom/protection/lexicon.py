"""The names that are looked for, and those that anybody may use.

`lexicon.txt.gz` is made by `training/lexicon.py`. It has five blocks with an empty line between
them: ordinary words; names, folded, those of one word first, then the others sorted by their
rarest; a character for each name, first the kinds, then the weights; every rarest word and how
many names hang on it; and a line for each name that belongs to a world or has cues.

An automaton over so many names takes half a second to build; looking every word up in a table
of rarest words takes nothing, and the near misses are found with the same table.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property, lru_cache
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from sparkloom.response import Category

FILE = Path(__file__).with_name("lexicon.txt.gz")

CATEGORIES: dict[str, Category] = {
    "artist": "artist-style",
    "brand": "brand-trademark",
    "celebrity": "celebrity-likeness",
    "character": "fictional-character",
    "hero": "fictional-character",
    "villain": "fictional-character",
    "creature": "fictional-character",
    "franchise": "custom",
    "game": "custom",
    "screen": "custom",
    "studio": "brand-trademark",
    "blocked": "custom",
}
"""What a name can be the name of, and the category that its findings have."""

KINDS = (*CATEGORIES, "free")
"""The kinds of names, those that anybody may use included."""

CODES = dict(zip(KINDS, "abcdefghijklm", strict=True))

SURE = 9
"""The weight of names whose words always mean them."""

LISTED = 6
"""The weight of names that are taken to be meant; of those below it something near must tell."""

VOUCHED_WEIGHTS = frozenset((2, 4, LISTED, SURE))
"""The weights of names that somebody looked at."""

NEAR_MISS_WEIGHTS = VOUCHED_WEIGHTS | {8}
"""The weights of names that count when misspelt as well."""

NEAR_MISS_LETTERS = 4
"""Words shorter than this are not taken for misspelt ones."""

ORDINARY, BESIDE, ALONE, LETTER, STRANGE = range(5)
"""What a word may be: one that no name hangs on; an ordinary one that names of several words hang
on; an ordinary one that is a name by itself; a single letter; a name or one that nobody knows."""

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789&@$!€£¢"

SMALL_WORDS = frozenset("a an and at by de for in la le of on s the to van von with".split())
"""Words that are written small inside a name."""

SLIPS = 2
"""How many letters of a misspelt word may be wrong; of a short one, half as many."""

SHORT, MEDIUM = 6, 8
"""Words of fewer letters are short; two of the first or the last letters of one that is not long
are as they should be, three of a long one."""

_KIND_OF = {code: kind for kind, code in CODES.items()}


class Name(NamedTuple):
    """A name.

    Attributes:
        text: folded, with single spaces.
        kind: a key of `KINDS`.
        weight: how likely the words mean the name where nothing else tells, 1 to 9: at 9 they
            always do, from 6 on they are taken to, below that something near must tell.
        world: what it belongs to; names of one world tell that the others are meant.
        cues: words near it that tell that it is meant.
    """

    text: str
    kind: str
    weight: int
    world: str = ""
    cues: frozenset[str] = frozenset()


class Lexicon:
    """Names that can be found by any of their words.

    Args:
        names: folded; those of one word, then those of several, by their rarest word.
        kinds: the code of each name's kind.
        weights: a digit each, 1 to 9.
        hanging: the rarest words in the order of the names, and how many hang on each.
        details: world and cues of those names that have any, by index.
        words: ordinary words, which nobody means for a name.
    """

    def __init__(
        self,
        names: Sequence[str],
        kinds: str,
        weights: str,
        hanging: Sequence[tuple[str, int]],
        details: dict[int, tuple[str, frozenset[str]]],
        words: frozenset[str],
    ) -> None:
        self._names = names
        self._kinds = kinds
        self._weights = weights
        self._details = details
        self.words = words
        self._several = len(names) - sum(count for _, count in hanging)
        joined = "\n".join(names).replace(" ", "").split("\n") if names else []
        self.whole = dict(zip(reversed(joined), range(len(names) - 1, -1, -1), strict=True))
        """Where a name is that is one word, or that is written as one."""
        ends = accumulate((count for _, count in hanging), initial=self._several)
        self.anchors = {
            word: range(begin, begin + count)
            for (word, count), begin in zip(hanging, ends, strict=False)
        }
        """Where the names of several words are that have a word as their rarest."""
        self.company = _Company(names, self.anchors)
        """What stands beside a word in the names that hang on it."""
        self.known = dict.fromkeys(words, ORDINARY)
        self.known.update(dict.fromkeys(words & self.anchors.keys(), BESIDE))
        self.known.update(dict.fromkeys(words & self.whole.keys(), ALONE))
        self.known.update(dict.fromkeys(LETTERS, LETTER))
        """What every ordinary word and every letter may be."""

    @classmethod
    def of(cls, names: Iterable[Name], words: Iterable[str] = ()) -> Lexicon:
        """A lexicon of names in any order."""
        counted: defaultdict[str, int] = defaultdict(int)
        unique = {name.text: name for name in names if name.text}
        common = frozenset(words)
        for text in unique:
            for word in set(text.split(" ")):
                counted[word] += 1

        def anchor(text: str) -> int:
            parts = text.split(" ")[:10]
            ranks = [
                (len(word) < 4, word in common, 0 if word in common else counted[word], -len(word))
                for word in parts
            ]
            return ranks.index(min(ranks))

        rows = sorted(
            (text.split(" ")[anchor(text)] if " " in text else "", text) for text in unique
        )
        ordered = [unique[text] for _, text in rows]
        hanging = [(word, sum(1 for _ in rest)) for word, rest in groupby(rows, itemgetter(0))]
        return cls(
            [name.text for name in ordered],
            "".join(CODES[name.kind] for name in ordered),
            "".join(str(name.weight) for name in ordered),
            [(word, count) for word, count in hanging if word],
            {i: (n.world, n.cues) for i, n in enumerate(ordered) if n.world or n.cues},
            common,
        )

    def __getitem__(self, index: int) -> Name:
        world, cues = self._details.get(index, ("", frozenset()))
        return Name(
            self._names[index],
            _KIND_OF[self._kinds[index]],
            int(self._weights[index]),
            world,
            cues,
        )

    def parts(self, index: int) -> list[str]:
        """The words of a name."""
        return self._names[index].split(" ")

    def __len__(self) -> int:
        return len(self._names)

    def near(self, word: str) -> Sequence[str]:
        """Words of names that `word` may be a misspelling of; none for an ordinary word."""
        if len(word) < NEAR_MISS_LETTERS or word in self.words or not word.isalpha():
            return ()
        return self._misspellable.near(word)

    @cached_property
    def partners(self) -> defaultdict[str, list[int]]:
        """Where the names are that somebody looked at, by the words beside their rarest."""
        partners: defaultdict[str, list[int]] = defaultdict(list)
        vouched = _digits(VOUCHED_WEIGHTS)
        for word, places in self.anchors.items():
            for place in places:
                if self._weights[place] in vouched:
                    parts = {*self._names[place].split(" ")}
                    least = min(NEAR_MISS_LETTERS, max(map(len, parts)))
                    for part in parts - {word}:
                        if len(part) >= least:
                            partners[part].append(place)
        return partners

    @cached_property
    def _misspellable(self) -> NearWords:
        """The rarest words of the names that count if misspelt."""
        heavy, vouched = _digits(NEAR_MISS_WEIGHTS), _digits(VOUCHED_WEIGHTS)
        found = {
            word
            for word, places in self.anchors.items()
            if not heavy.isdisjoint(self._weights[places.start : places.stop])
        }
        found.update(
            name.replace(" ", "")
            for name, weight in zip(self._names, self._weights, strict=True)
            if weight in (vouched if " " in name else heavy)
        )
        return NearWords(word for word in found if len(word) >= NEAR_MISS_LETTERS)

    def dump(self) -> bytes:
        """The lexicon as a file that `read` reads."""
        details = (
            f"{index}\t{world}\t{' '.join(sorted(cues))}"
            for index, (world, cues) in sorted(self._details.items())
        )
        blocks = (
            "\n".join(sorted(self.words)),
            "\n".join(self._names),
            "\n".join((self._kinds, self._weights)),
            "\n".join(f"{word} {len(places)}" for word, places in self.anchors.items()),
            "\n".join(details),
        )
        return gzip.compress("\n\n".join(blocks).encode("utf-8"), mtime=0)

    @classmethod
    def read(cls, file: bytes) -> Lexicon:
        """The lexicon in a file's bytes."""
        text = gzip.decompress(file).decode("utf-8")
        words, names, columns, hanging, details = text.split("\n\n")
        kinds, weights = columns.split("\n")
        counts = (line.split(" ") for line in hanging.split("\n"))
        rows = (line.split("\t") for line in details.splitlines())
        return cls(
            names.split("\n"),
            kinds,
            weights,
            [(word, int(count)) for word, count in counts],
            {int(index): (world, frozenset(cues.split())) for index, world, cues in rows},
            frozenset(words.split("\n")),
        )


class _Company(dict[str, frozenset[str]]):
    """What stands right before and behind a word in the names that hang on it."""

    def __init__(self, names: Sequence[str], anchors: Mapping[str, Sequence[int]]) -> None:
        self._names = names
        self._anchors = anchors

    def __missing__(self, word: str) -> frozenset[str]:
        pairs = (
            pair
            for place in self._anchors.get(word, ())
            for pair in pairwise(self._names[place].split(" "))
            if word in pair
        )
        company = frozenset(first if second == word else second for first, second in pairs)
        self[word] = company
        return company


class NearWords:
    """Words that can be found by a misspelling of them.

    Two slips seldom hit both the beginning and the end of a word, so that those which begin or
    end alike are the only ones to compare.

    Args:
        words: in any order.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._forwards = sorted(words)
        self._backwards = sorted(word[::-1] for word in self._forwards)
        self.near = lru_cache(maxsize=8192)(self._near)
        """The words that a slip or two tell from one: a letter added, lost, changed, swapped."""

    def _near(self, word: str) -> list[str]:
        mirrored = word[::-1]
        found = set(_alike(word, _beginning(self._forwards, word)))
        found |= {other[::-1] for other in _alike(mirrored, _beginning(self._backwards, mirrored))}
        return sorted(found)


def _digits(weights: AbstractSet[int]) -> frozenset[str]:
    return frozenset(map(str, weights))


def _beginning(ordered: Sequence[str], word: str) -> Sequence[str]:
    """The words of an ordered list that begin as a word does."""
    letters = word[: 2 if len(word) < MEDIUM else 3]
    behind = letters[:-1] + chr(ord(letters[-1]) + 1)
    return ordered[bisect_left(ordered, letters) : bisect_left(ordered, behind)]


def _alike(word: str, others: Sequence[str]) -> Iterable[str]:
    slips = SLIPS // 2 if len(word) < SHORT else SLIPS
    found = process.extract(word, others, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return (other for other, _, _ in found)


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that ships with Sparkloom; loaded once, and never changed."""
    return Lexicon.read(FILE.read_bytes())
