"""The opening of a prompt, which the engine writes: who or what is there, and what happens.

Blind readers found a prompt of the small model worse with every clause after the first. So it
stops at the end of the first clause that has something to say, and hand-written phrases finish
the prompt (`sparkloom.bank.finishes`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sparkloom.bank.finishes import Finish, finish
from sparkloom.bank.pictures import is_picture
from sparkloom.bank.terms import PARTS, Part, named
from sparkloom.context import Context
from sparkloom.form import Form as Dialect
from sparkloom.request import Length, PromptRequest
from sparkloom.words import capitalised

MIN_WORDS = 4
"""So many words an opening has at least; it ends at the first stop or comma after them."""

WANTED_WORDS: dict[Length, int] = {"short": 12, "medium": 22, "long": 44}
"""About how many words opening and finish add together."""

SITUATION_WORDS = 12
"""So long an opening tells a whole situation."""

WITHIN: tuple[Part, ...] = ("view", "light")
"""Parts that a situation has within it: another light would fight with its own."""

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
    """Whether hand-written situations may take the place of what the engine writes.

    Not where images have something to say that cannot be said otherwise, and not where the request
    says how to draw words: that is the engine's to do.
    """
    heard = not context.images or not request.spark or context.look != Finish()
    return leaves_drawing(request) and heard


def leaves_drawing(request: PromptRequest) -> bool:
    """Whether a request leaves it open how words are drawn."""
    return request.temperature is None and request.top_p is None


def clause(draft: str) -> str:
    """An opening without the comma at which it ended."""
    return draft.rstrip().rstrip(",;:")


def finished(spark: str, opening: str, context: Context, more: int = 0) -> str:
    """An opening with the phrases that finish the prompt.

    Args:
        spark: what it was asked for; what that names is not named again.
        context: prompts of the kind that is wanted, and how reference images look.
        more: about how many words there are beyond those that its length is usually.
    """
    if is_picture(opening):
        return opening
    said = f"{spark} {opening}"
    whole = len(opening.split()) >= SITUATION_WORDS and context.length != "long"
    told = {*named(said), *(WITHIN if whole else ())}
    wanted = [part for part in PARTS if part not in told]
    seen = {part: text for part in wanted if (text := getattr(context.look, part))}
    written = " ".join([opening, *seen.values()])
    left = WANTED_WORDS[context.length] + more - len(written.split())
    ending = finish(said, context.near, [part for part in wanted if part not in seen], left)
    form = FORMS[len(said) % len(FORMS)]
    if "," in spark or context.form != Dialect():
        form = "commas"
    return attach(opening, replace(ending, **seen), form)


Form = Literal["commas", "sentence", "medium first"]
FORMS: tuple[Form, ...] = ("commas", "commas", "sentence", "medium first")
"""How a finish stands behind an opening; a text's length decides, which has nothing to do with
its sense. A row of phrases goes on as one, and a model's dialect has its own form."""


def attach(opening: str, ending: Finish, form: Form = "commas") -> str:
    """The phrases behind an opening: after commas, or as a sentence."""
    phrases = ending.phrases
    if not phrases:
        return opening
    if form == "medium first" and ending.medium:
        phrases = [ending.medium, *(phrase for phrase in phrases if phrase != ending.medium)]
    rest = ", ".join(phrases)
    if opening.endswith((".", "!", "?")):
        return f"{opening} {capitalised(rest)}."
    if form != "commas" and len(phrases) > 1:
        return f"{opening}. {capitalised(rest)}."
    return f"{opening}, {rest}"
