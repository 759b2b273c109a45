"""The opening of a prompt, which the engine writes: who or what is there, and what happens.

Blind readers found a prompt of the small model worse with every clause after the first. So it
stops at the end of the first clause that has something to say, and hand-written phrases finish
the prompt (`sparkloom.bank.finishes`).
"""

from __future__ import annotations

from dataclasses import replace

from sparkloom.bank.finishes import PARTS, Finish, finish, named
from sparkloom.context import Context
from sparkloom.request import PromptRequest

MIN_WORDS = 4
"""So many words an opening has at least; it ends at the first stop or comma after them."""

WANTED_WORDS = 22
"""About how many words opening and finish add together."""

MAX_TOKENS = 60

WORD = r"word ::= ([0-9] [,.] [0-9] | [^ \n,.;:])+"
"""A word without the marks that end a clause; `f/2.8` and `1,000` are words."""

GRAMMAR = rf"""root ::= {{first}} ([,;:]? " " word){{{{{{more}}}}}} (" " word)* [,.;:]?
{WORD}"""

GOES_ON = r'[,;:]? " "? word'
"""How an opening goes on from words before it."""

NEW_SENTENCE = r'" " [A-Z] [^ \n,.;:]*'


def grammar(first: str = GOES_ON, least: int = MIN_WORDS) -> str:
    """The shape of an opening, for llama.cpp (GBNF).

    Args:
        first: the shape of its first word.
        least: how many words it has at least.
    """
    return GRAMMAR.format(first=first, more=least - 1)


def may_be_drawn(request: PromptRequest, context: Context) -> bool:
    """Whether hand-written scenes may take the place of what the engine writes.

    Not where images have something to say that cannot be said otherwise, and not where the request
    says how to draw words: that is the engine's to do.
    """
    heard = not context.images or not request.spark or context.look != Finish()
    return request.temperature is None and request.top_p is None and heard


def clause(draft: str) -> str:
    """An opening without the comma at which it ended."""
    return draft.rstrip().rstrip(",;:")


def finished(spark: str, opening: str, context: Context) -> str:
    """An opening with the phrases that finish the prompt.

    Args:
        spark: what it was asked for; what that names is not named again.
        context: prompts of the kind that is wanted, and how reference images look.
    """
    said = f"{spark} {opening}"
    wanted = [part for part in PARTS if part not in named(said)]
    seen = {part: text for part in wanted if (text := getattr(context.look, part))}
    left = WANTED_WORDS - len(opening.split()) - len(" ".join(seen.values()).split())
    ending = finish(said, context.near, [part for part in wanted if part not in seen], left)
    return attach(opening, replace(ending, **seen))


def attach(opening: str, ending: Finish) -> str:
    """The phrases behind an opening: after commas, or as a sentence after a sentence."""
    if not ending.phrases:
        return opening
    phrases = ", ".join(ending.phrases)
    if opening.endswith("."):
        return f"{opening} {phrases[0].upper()}{phrases[1:]}."
    return f"{opening}, {phrases}"
