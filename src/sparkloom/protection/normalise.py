"""Folding text to the words that names are compared by, with every word's place kept.

Case, accents, width, look-alike letters and characters that nobody sees do not tell two words
apart. A fold never loses where a word came from: spans are always those of the text itself.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

import numpy as np
import numpy.typing as npt

SPACE = ord(" ")

_Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]

# ruff: noqa: RUF001 -- the look-alikes are the point
LOOK_ALIKES = {
    other: letter
    for letter, others in {
        "a": "аαɑᴀ", "b": "вβьʙƅ", "c": "сϲᴄ", "d": "ԁđᴅɗ", "e": "еεєҽᴇɛ", "f": "ƒғꜰ", "g": "ɡԍɢ",
        "h": "һнħʜ", "i": "іιıɩɪӏ", "j": "јʝᴊ", "k": "кκᴋ", "l": "łʟⅼ", "m": "мᴍ", "n": "ηпɴ",
        "o": "оοσøօᴏ", "p": "рρᴘ", "q": "ԛ", "r": "гяʀ", "s": "ѕꜱ", "t": "тτŧᴛ", "u": "υսцᴜ",
        "v": "νѵᴠ", "w": "ԝωшѡᴡ", "x": "хχ", "y": "уүγʏ", "z": "ʐᴢ",
        "ae": "æ", "oe": "œ", "th": "þð",
    }.items()
    for other in others
}  # fmt: skip
"""Letters that pass for Latin ones: Cyrillic, Greek, Armenian, phonetic; all in lower case."""

LOOK_ALIKE_CAPITALS = dict(zip("ΗΜΝΥΖ", "hmnyz", strict=True))
"""Capitals that look like another letter than their small form does."""

LETTERS_IN_SQUARES = {
    first + number: chr(ord("a") + number)
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
    for number in range(26)
}
"""Emoji that spell: squared, circled and regional-indicator letters, by code point."""

LEET = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "€": "e", "£": "l", "¢": "c",
}  # fmt: skip
"""What is written for a letter, and for which."""

LEET_SYMBOLS = frozenset(sign for sign in LEET if not sign.isdigit())
WIDE_SYMBOLS = "‼⁈⁉︕﹗﹩﹫！＄＠￠￡"
SYMBOLS = LEET_SYMBOLS.union(WIDE_SYMBOLS)
"""The same signs in other widths as well."""

LONGEST_READ = 40
MOST_READINGS = 64
"""How many ways a word with digits for letters is read at most."""


@dataclass(frozen=True, slots=True)
class Words:
    """The folded words of a text.

    Attributes:
        tokens: the words, folded: lower case, no accents, Latin letters for look-alikes.
        starts: where in the text each word begins, an index.
        ends: where it ends: the index behind its last character.
    """

    tokens: list[str]
    starts: npt.NDArray[np.intp]
    ends: npt.NDArray[np.intp]


def fold(text: str) -> Words:
    """The words of a text. Takes time linear in its length; any string will do."""
    plain = text.isascii()
    folded, places = _plain_letters(text) if plain else _letters(text)
    if not SYMBOLS.isdisjoint(text):
        folded = _without_stray_symbols(folded)
    inside = np.zeros(len(folded) + 2, bool)
    np.not_equal(folded, SPACE, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    firsts, behind = edges[::2], edges[1::2]
    code = "ascii" if plain else "utf-32-le"
    tokens = folded.tobytes().decode(code, "surrogatepass").split()
    if places is None:
        return Words(tokens, firsts, behind)
    return Words(tokens, places[firsts], places[behind - 1] + 1)


def fold_name(name: str) -> str:
    """A name as words that `fold` would find, with single spaces between them."""
    return " ".join(fold(name).tokens)


def readings(token: str) -> list[str]:
    """What a folded word can stand for if its digits and signs are letters; itself left out.

    Those without any digits come first; then those that keep some, as names have them.

    >>> readings("bu11")
    ['buii', 'buil', 'buli', 'bull', 'bui1', 'bul1', 'bu1i', 'bu1l']
    """
    if token.isalpha() or len(token) > LONGEST_READ or not any(map(str.isalpha, token)):
        return []
    letters = [LEET.get(character, character) for character in token]
    kept = [LEET.get(character, "") + character for character in token]
    found = dict.fromkeys(islice(product(*letters), MOST_READINGS))
    found |= dict.fromkeys(islice(product(*kept), MOST_READINGS))
    found.pop(tuple(token), None)
    return ["".join(read) for read in islice(found, MOST_READINGS)]


def singulars(token: str) -> list[str]:
    """What a folded word may be more than one of.

    >>> singulars("rolexes")
    ['rolexe', 'rolex']
    """
    if token.endswith("men"):
        return [f"{token[:-3]}man"]
    return [token[: -len(ending)] for ending in ("s", "es") if token.endswith(ending)]


def reads(word: str, part: str) -> bool:
    """Whether a word is that of a name, perhaps with digits and signs for its letters."""
    return word == part or (
        len(word) == len(part)
        and all(
            sign == letter or letter in LEET.get(sign, "")
            for sign, letter in zip(word, part, strict=True)
        )
    )


def _plain_letters(text: str) -> tuple[_Codes, None]:
    """Folded letters of a text without accents, each in the place where it came from."""
    return _ASCII[np.frombuffer(text.encode("ascii"), np.uint8)], None


def _letters(text: str) -> tuple[_Codes, npt.NDArray[np.intp]]:
    """Folded code points, and which character of the text each one came from."""
    source = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    pieces = {ord(character): _fold_character(ord(character)) for character in set(text)}
    codes = np.array([ord(letter) for piece in pieces.values() for letter in piece], np.uint32)
    lengths = np.zeros(max(pieces) + 1, np.intp)
    begins = np.zeros(max(pieces) + 1, np.intp)
    lengths[list(pieces)] = [len(piece) for piece in pieces.values()]
    begins[list(pieces)] = np.cumsum(lengths[list(pieces)]) - lengths[list(pieces)]
    counts = lengths[source]
    places = np.repeat(np.arange(len(source)), counts)
    nth = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    return codes[begins[source[places]] + nth], places


@cache
def _fold_character(code: int) -> str:
    """What one character folds to: letters, a space where it separates, nothing if unseen."""
    if code in LETTERS_IN_SQUARES:
        return LETTERS_IN_SQUARES[code]
    character = chr(code)
    if character in LEET_SYMBOLS:
        return character
    if character in LOOK_ALIKE_CAPITALS:
        return LOOK_ALIKE_CAPITALS[character]
    folded = ""
    for part in unicodedata.normalize("NFKD", character).casefold():
        for plain in unicodedata.normalize("NFKD", LOOK_ALIKES.get(part, part)):
            category = unicodedata.category(plain)
            if plain.isalnum() or plain == "&" or plain in LEET_SYMBOLS:
                folded += plain
            elif category not in ("Mn", "Me", "Cf"):
                folded += " "
    return folded.replace(" ", "") or folded[:1]  # one character never makes two words


def _without_stray_symbols(folded: _Codes) -> _Codes:
    """A sign counts as a letter only where a letter follows: `p@nda`, `$potify`, not `wow!`."""
    symbol = _IS_SYMBOL.take(folded, mode="clip")
    letter = (folded > ord("9")) & ~symbol
    before = np.concatenate(([False], letter[:-1] | symbol[:-1]))
    spelling = symbol & (before | _IS_OPENER.take(folded, mode="clip"))
    kept = spelling & np.concatenate((letter[1:], [False]))
    kept |= spelling & np.concatenate((kept[1:], [False]))  # two in a row, not three
    return np.where(symbol & ~kept, folded.dtype.type(SPACE), folded)


_IS_SYMBOL = np.array([chr(code) in LEET_SYMBOLS for code in range(ord("€") + 2)])
_IS_OPENER = np.array([chr(code) in "@$€£" for code in range(ord("€") + 2)])
_ASCII = np.array([ord(_fold_character(code) or " ") for code in range(128)], np.uint8)
