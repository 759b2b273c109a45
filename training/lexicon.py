"""Make the lexicon of protected names that ships in the wheel.

    python training/lexicon.py NAMES [TEXTS ...] [--words WORDS]

NAMES holds a JSON object a line with a name (`text`) and what it names (`cat`), gzipped; TEXTS
hold ordinary captions (`text`; those with `ip` are left out), whose words tell which names are
common words too; WORDS is a dictionary, a word a line, for the words that captions lack. The
hand-written table and the list of what is free, both in `src/sparkloom/protection`, outrank what
NAMES says.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

from sparkloom.protection.descriptions import FILE as DESCRIPTIONS
from sparkloom.protection.descriptions import read_descriptions
from sparkloom.protection.lexicon import FILE, NEAR_MISS_WEIGHTS, SURE, Lexicon, Name, NearWords
from sparkloom.protection.normalise import fold, fold_name, singulars

GOLD = Path(__file__).parent / "gold"
FREE = FILE.with_name("free.txt")
FREE_SINCE = 1955
"""An artist who died in this year or before is free: life and seventy years, as of 2026."""

KIND_OF = {
    "artist": "artist", "brand": "brand", "celebrity": "celebrity", "character": "character",
    "franchise": "franchise", "game": "game", "movie": "screen", "tv": "screen",
    "studio": "studio",
}  # fmt: skip
"""What a category of the names file means; scientists and presidents (`person`) are left out,
most of them being dead for longer than any right to a likeness lasts."""

KIND_OF_SOURCE = {"superheroes": "hero", "supervillains": "villain", "pokemon": "creature"}

COMPANY = re.compile(
    r",? (?:inc|incorporated|corp|corporation|co|company|companies|ltd|llc|limited|plc|group|"
    r"holdings?|international|enterprises|ag|gmbh|s\.?a)\.?$",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]?")
MINOR = re.compile(r"costume|outfit|\bver\b|version|vtuber|\boc\b|\(.*\(|style\)|cosplay", re.I)
"""Tags of variants: the name itself has a tag of its own."""

GENERIC = frozenset(
    """original girl boy woman man lady princess prince king queen knight witch wizard dragon
    soldier admiral producer doctor commander trainer protagonist hero heroine master company
    series game anime manga novel magazine the a of and little big old young great""".split()
)
OLD_STYLE = re.compile(r"^(?:workshop|school|circle|master|follower)s? of |the (?:elder|younger)$")
HURRIED = ("pickapic", "imagereward")
"""Collections of what people typed: misspelt, and with names that nobody marked."""

UNFINISHED = frozenset("and or of the a in with for s".split())
COMMON_COUNT = 3
"""A word that ordinary captions have in lower case so often is a common one."""

SEEN_COUNT = 2
"""A word that they have so often, in capitals too, is no rare name."""

GIVEN_NAME_COUNT = 4
"""A word that so many names begin with is a given name, which alone names nobody."""


def free_names(text: str) -> Iterator[str]:
    """What anybody may use, from `free.txt`.

    Raises:
        ValueError: an artist is listed who is protected still, or without a year.
    """
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            names, _, year = line.rpartition(" ") if section == "artist" else (line, "", "0")
            if not year.isdigit() or int(year) > FREE_SINCE:
                raise ValueError(f"{line}: died after {FREE_SINCE}, or has no year")
            yield from (name.strip() for name in names.split("|"))


class Usage(NamedTuple):
    """How ordinary captions use words.

    Attributes:
        common: the words that careful ones often have in lower case.
        known: the words that careful ones have, places and given names among them.
        seen: the words that any have, hurried ones too, and those of the dictionary.
        listed: the words of the dictionary.
    """

    common: frozenset[str]
    known: frozenset[str]
    seen: frozenset[str]
    listed: frozenset[str] = frozenset()


def usage(texts: Iterable[tuple[str, bool]], listed: AbstractSet[str] = frozenset()) -> Usage:
    """What words are used for in captions, each with whether it was written with care.

    Args:
        listed: the words of a dictionary.
    """
    lower: Counter[str] = Counter()
    known: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text, careful in texts:
        words = fold(text)
        seen.update(words.tokens)
        if careful:
            known.update(words.tokens)
            lower.update(
                token
                for token, start in zip(words.tokens, words.starts, strict=True)
                if text[start].islower() and len(token) > 1
            )
    return Usage(
        frozenset(word for word, count in lower.items() if count >= COMMON_COUNT),
        frozenset(word for word, n in known.items() if n >= SEEN_COUNT and len(word) > 1),
        frozenset(word for word, count in seen.items() if count >= SEEN_COUNT).union(listed),
        frozenset(listed),
    )


def captions(paths: Iterable[Path]) -> Iterator[tuple[str, bool]]:
    """Captions without names, and whether each was written with care or typed in a hurry."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if not row.get("ip"):
                    yield row["text"], not row.get("file", "").startswith(HURRIED)
    for path in sorted(GOLD.glob("*.jsonl")):
        if not path.name.startswith("ip_"):  # these measure the detector
            for text in _strings(map(json.loads, path.read_text("utf-8").splitlines())):
                yield text, True


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def table_names(known: AbstractSet[str] = frozenset()) -> Iterator[Name]:
    """The names of the hand-written table, whose author said how sure each one is.

    A doubtful one is surer if ordinary captions do not know its words.
    """
    for entry in read_descriptions(DESCRIPTIONS.read_text("utf-8")):
        cues = frozenset(word for cue in entry.cues for word in fold(cue).tokens)
        name = fold_name(entry.name)
        rare = not set(name.split(" ")) <= known
        weight = ((9, 9), (4, 6), (2, 2))[entry.doubt][rare]
        yield Name(name, entry.kind, weight, entry.world, cues)


def raw_names(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Folded name, kind and world of the rows that name something."""
    for row in rows:
        text, kind = row["text"], KIND_OF.get(row["cat"])
        if kind is None:
            continue
        tagged = "rank" in row
        if tagged and MINOR.search(text):
            continue
        world = re.search(r"\(([^()]+)\)$", text) if tagged and kind == "character" else None
        name = BRACKETS.sub("", text)
        if kind == "brand":
            name = COMPANY.sub("", COMPANY.sub("", name))
        for source, other in KIND_OF_SOURCE.items():
            if row["source"].startswith(source):
                kind = other
        folded = fold_name(name)
        yield folded, f"tag {kind}" if tagged else kind, fold_name(world[1]) if world else ""


def weigh(name: str, kind: str, used: Usage, given: frozenset[str]) -> int:
    """How likely words mean a name that nobody looked at, 0 to 8; 0 if it is not to be kept."""
    parts = name.split(" ")
    letters = len(name.replace(" ", ""))
    person = kind in ("artist", "celebrity")
    tagged = kind.startswith("tag ")
    if letters < 5 or len(parts) > 8 or parts[-1] in UNFINISHED:
        return 0
    if len(parts) == 1:
        ordinary = name in used.seen or name in given or not name.isalpha()
        unsaid = tagged or kind in ("game", "screen")
        return 0 if ordinary or unsaid else 5 if kind == "celebrity" else 3
    if all(part in used.common or part in GENERIC or len(part) < 3 for part in parts):
        return 3 if person and len(parts) == 2 and letters > 8 else 0
    strange = [part not in used.seen for part in parts]
    if tagged:
        return 7 if all(strange) else 5 if any(strange) else 0
    if not person and not any(strange):
        return 3
    return 8 if letters >= 8 else 6


def make_lexicon(
    rows: Iterable[dict[str, Any]],
    texts: Iterable[tuple[str, bool]],
    listed: AbstractSet[str] = frozenset(),
) -> Lexicon:
    """The lexicon of the names file, the table and the list of what is free.

    Args:
        listed: the words of a dictionary; those that a name may be taken for are kept.
    """
    used = usage(texts, listed)
    names: dict[str, Name] = {}
    raw = list(dict.fromkeys(raw_names(rows)))
    firsts: defaultdict[str, set[str]] = defaultdict(set)
    for name, _, _ in raw:
        first, space, rest = name.partition(" ")
        if space:
            firsts[first].add(rest)
    given = frozenset(word for word, rest in firsts.items() if len(rest) >= GIVEN_NAME_COUNT)
    table = {name.text for name in table_names()}
    for name, kind, _ in sorted(raw, key=lambda row: row[1] != "celebrity"):  # actors who paint
        weight = weigh(name, kind, used, given)
        told = {name.removeprefix("the ")} if " and " not in name else {*name.split(" and ")}
        if weight and not OLD_STYLE.search(name) and not told <= table:
            for spelling in spellings(name):
                known = names.get(spelling)
                if known is None or known.weight < weight:
                    names[spelling] = Name(spelling, kind.removeprefix("tag "), weight)
    for name in free_names(FREE.read_text("utf-8")):
        names[fold_name(name)] = Name(fold_name(name), "free", 9)
    for entry in table_names(used.known):
        for spelling in spellings(entry.text):
            names[spelling] = entry._replace(text=spelling)
    slipping = [name.text for name in names.values() if name.weight in NEAR_MISS_WEIGHTS]
    parts = {part for name in slipping for part in name.split(" ")}
    near = NearWords({name.replace(" ", "") for name in slipping} | parts)
    sure = {name.text for name in names.values() if name.weight == SURE}
    mistakable = {
        word
        for word in used.listed
        if (word in parts or near.near(word)) and sure.isdisjoint(singulars(word))
    }
    return Lexicon.of(names.values(), used.known | mistakable)


def spellings(name: str) -> set[str]:
    """How a name is written: as it is, with its initials written together ("h r giger" as "hr
    giger"), and without its apostrophe ("levi s jeans" as "levis jeans")."""
    together = re.sub(r"^((?:\w )+)(?=\w\w)", lambda run: run[1].replace(" ", "") + " ", name)
    return {name, together, re.sub(r"(?<=\w\w) s(?= |$)", "s", name)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", type=Path)
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument("--words", type=Path, help="a dictionary, a word a line")
    arguments = parser.parse_args()
    lines = arguments.words.read_text("utf-8").split() if arguments.words else []
    listed = {line for line in lines if line.isascii() and line.isalpha() and line.islower()}
    with gzip.open(arguments.names, "rt", encoding="utf-8") as lines:
        lexicon = make_lexicon(map(json.loads, lines), captions(arguments.texts), listed)
    FILE.write_bytes(lexicon.dump())
    kinds = Counter(lexicon[index].kind for index in range(len(lexicon)))
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes, {len(lexicon.words):,} words")
    for kind, count in kinds.most_common():
        print(f"{count:>8,} {kind}")


if __name__ == "__main__":
    main()
