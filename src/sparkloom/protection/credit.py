"""Artists whom nobody listed: who is credited with a work."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sparkloom.protection.lexicon import LISTED, Lexicon, Name
from sparkloom.protection.match import Match
from sparkloom.protection.normalise import Words

LEAST_WORDS, MOST_WORDS = 2, 3
"""So many words with capitals are a name; what a hyphen or a point ties together is one."""

INSIDE = frozenset((" ", "-", ".", ". "))
"""What may stand between the words of a name."""

PLACES_BEFORE = frozenset(
    """cape fort glen lake loch lough mont monte mount piazza plaza point pont ponte porta porte
    porto puerto rio river saint san sankt santa santo st villa""".split()
)
PLACES_AFTER = frozenset(
    """abbey airport alley avenue bay beach bridge cafe canal castle cathedral chapel church city
    cliff cliffs coast creek dam falls farm forest garden gardens gate glacier hall harbor harbour
    heath hill hills hotel house inn island isle lake lane lighthouse loch manor market mill moor
    mountain mountains palace park pass pier port quay railway ridge river road rock rocks sea
    shrine spring springs square station street sound temple tower valley village wall water waters
    wood woods""".split()
)
"""What names of places begin and end with: who is "by Lake Garda" did not paint it."""

SPELLED_AUTHOR = 8
"""So many single letters behind "by" are a name that is spelled out."""


def credited(words: Words, text: str, lexicon: Lexicon, known: AbstractSet[Match]) -> set[Match]:
    """Two or three words with capitals behind "by", not all of them ordinary.

    Where a listed name stands there, it is the one that counts.
    """
    tokens = words.tokens
    places = [place for place, token in enumerate(tokens) if token in ("by", "of")]
    if not places:
        return set()
    listed = {
        place
        for match in known
        if match.name.weight >= LISTED
        for place in range(match.first, match.behind)
    }
    found = set()
    for place in places:
        if tokens[place] == "of" and tokens[place - 1] not in ("style", "manner"):
            continue
        first = place + 1
        behind = _spelled(tokens, first) or _author(words, text, first, lexicon)
        if behind and listed.isdisjoint(range(first, behind)):
            name = Name(" ".join(tokens[first:behind]), "artist", LISTED)
            found.add(Match(first, behind, name, "credited as one"))
    return found


def _author(words: Words, text: str, first: int, lexicon: Lexicon) -> int:
    """The place behind an author's last word; 0 if nobody is credited."""
    behind, count = first, 0
    while behind < len(words.tokens):
        start = words.starts[behind]
        gap = text[words.ends[behind - 1] : start]
        if gap not in INSIDE or (behind == first and gap != " "):
            break
        if not _is_capital(text[start], words.tokens[behind], lexicon):
            break
        count += " " in gap
        if count > MOST_WORDS:
            break
        behind += 1
    author = words.tokens[first:behind]
    if count < LEAST_WORDS or len(author[-1]) == 1 or lexicon.words.issuperset(author):
        return 0
    return 0 if author[0] in PLACES_BEFORE or author[-1] in PLACES_AFTER else behind


def _is_capital(letter: str, token: str, lexicon: Lexicon) -> bool:
    """Whether a word begins with a capital letter, or perhaps with a digit for one."""
    if letter.isdigit():
        return not token.isdigit() and token not in lexicon.words
    return letter.isupper()


def _spelled(tokens: list[str], first: int) -> int:
    """The place behind single letters, if there are enough; else 0."""
    behind = first
    while behind < len(tokens) and len(tokens[behind]) == 1:
        behind += 1
    letters = sum(map(str.isalpha, tokens[first:behind]))
    return behind if letters >= SPELLED_AUTHOR else 0
