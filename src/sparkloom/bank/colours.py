"""Colours that things have, written by hand: where a text names moss, `moss green`.

`colours.tsv` has a line a colour: words of things that have it, and its name. It is made from
`training/gold/colours.jsonl` by `training/bank.py`.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from sparkloom.bank.groups import load_groups
from sparkloom.words import listed, singulars

FILE = Path(__file__).with_name("colours.tsv")

FEWEST, MOST = 2, 3
"""How many colours make a palette."""

NAMED = re.compile(
    r"\b(?:(?:pale|dark|light|deep|bright|dusty) )?(?:red|green|blue|yellow|orange|purple|violet|"
    r"pink|brown|black|white|gr[ea]y|gold|silver|teal|turquoise|crimson|scarlet|navy|cream|beige|"
    r"ivory|ochre|indigo|magenta|cyan|lilac)\b"
)
"""Colours by their own names."""

WORD = re.compile(r"[a-z]+")


def palette_of(text: str, draw: random.Random) -> str:
    """The first colours that a text names, by themselves or by what has them; empty where it names
    too few.

    Args:
        draw: decides where a thing has one colour or another.
    """
    low = text.lower()
    told = [(found.start(), found[0]) for found in NAMED.finditer(low)]
    told += [
        (found.start(), draw.choice(colours))
        for found in WORD.finditer(low)
        if (colours := _colours(found[0])) and not NAMED.fullmatch(found[0])
    ]
    palette: dict[str, str] = {}  # one of a hue
    for _, colour in sorted(told):
        palette.setdefault(colour.rpartition(" ")[2], colour)
    chosen = list(palette.values())[:MOST]
    return listed(chosen) if len(chosen) >= FEWEST else ""


def _colours(word: str) -> tuple[str, ...]:
    """The colours of a thing, or of several of it."""
    return next(filter(None, map(load_colours().get, singulars(word))), ())


@cache
def load_colours() -> dict[str, tuple[str, ...]]:
    """The colours of each thing."""
    return load_groups(FILE)
