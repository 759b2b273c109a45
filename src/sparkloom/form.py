"""The form that prompts for a model have: how they begin, and how long they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from sparkloom.catalog.profile import Profile
from sparkloom.guide import has, most_words, ruled_out
from sparkloom.words import ARTICLES, STOP_WORDS, phrases

TRIGGER_WORDS = 6
SENTENCE_WORDS = 4
"""So many words may begin with an article or the like: `The Inn of Two Wells`."""

TRIGGER_SHARE = 0.8
"""So large a share of a model's texts must begin with the words that all of its prompts get."""

TAG_WORDS = 3.5
"""Up to so many words between commas on average, a text is a row of tags."""

_FIRST_WORDS = re.compile(rf"[\w'-]+(?: [\w'-]+){{0,{TRIGGER_WORDS - 1}}}")
_SEPARATOR = re.compile(r"[\s,;:.|/–—-]*")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Form:
    """What prompts for a model have in common.

    Attributes:
        trigger: the words that its texts begin with, with what stands behind them: `inkst, `;
            empty where they begin in different ways.
        opening: what its dialect wants in front of everything, likewise: `score_9, `.
        tags: whether its dialect is tags with commas between; told of a model without texts of
            its own, as are the next two.
        counts: whether the first of these tags say how many people there are.
        closing: the last of these tags: `best quality`; mostly empty.
        shortest: words of its shortest text; 0 where it has none.
        longest: words of its longest text; 0 where it has none.
        most: characters that it takes at most; None where that is not known.
        most_words: words that its guide allows; None where it does not say.
        unwanted: words that its guide rules out, in lower case.
    """

    trigger: str = ""
    opening: str = ""
    tags: bool = False
    counts: bool = False
    closing: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    most: int | None = None
    most_words: int | None = None
    unwanted: tuple[str, ...] = ()

    def guided(self, guide: str, spark: str) -> Self:
        """The form with what a prompt guide wants.

        What the spark itself says, or the trigger or the opening, is not ruled out.
        """
        said = " ".join((spark, self.opening, *self.closing, self.trigger))
        unwanted = tuple(words for words in ruled_out(guide) if not has(said, words))
        return replace(self, most_words=most_words(guide), unwanted=unwanted)

    def fault(self, prompt: str) -> str:
        """In what a prompt differs too much from the model's texts; empty if in nothing."""
        length = len(prompt.split())
        if self.longest and length > 2 * self.longest:
            return "is much longer than the model's texts"
        if 2 * length < self.shortest:
            return "is much shorter than the model's texts"
        if self.most is not None and len(prompt) > self.most:
            return "is longer than the model takes"
        if self.most_words is not None and length > self.most_words:
            return "is longer than the model's guide allows"
        return ""


def form_of(texts: Sequence[str], profile: Profile | None, captions: Sequence[str] = ()) -> Form:
    """The form of a model's own texts.

    Args:
        texts: captions or example prompts.
        profile: of its base model.
        captions: those of the texts that tell the trigger; all if there are none.
    """
    lengths = [len(text.split()) for text in texts]
    return Form(
        trigger=trigger_of(captions or texts),
        shortest=min(lengths, default=0),
        longest=max(lengths, default=0),
        most=_most(profile),
    )


def form_of_profile(profile: Profile | None) -> Form:
    """The form that a model's dialect asks for, where it has no texts of its own."""
    if profile is None:
        return Form()
    dialect = profile.dialect
    return Form(
        opening=f"{dialect.opening}, " if dialect.opening else "",
        tags=dialect.form == "tags",
        counts="count" in dialect.order,
        closing=tuple(phrases(dialect.closing)),
        most=_most(profile),
    )


def trigger_of(texts: Sequence[str]) -> str:
    """The words, six at most, that nearly all texts begin with, and what stands behind them.

    They end at the first comma or other mark. One text alone shows no habit, and few words after
    an article or the like trigger nothing.
    """
    begun = [found[0].split() for text in texts if (found := _FIRST_WORDS.match(text.lstrip()))]
    if len(begun) < 2:
        return ""
    for size in range(TRIGGER_WORDS, 0, -1):
        counts = Counter(" ".join(words[:size]) for words in begun if len(words) >= size)
        trigger, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
        if count < TRIGGER_SHARE * len(texts) or trigger.split()[-1].lower() in ARTICLES:
            continue
        if size < SENTENCE_WORDS and trigger.split()[0].lower() in STOP_WORDS:
            return ""
        return trigger + _behind(trigger, texts)
    return ""


def begun(beginning: str, text: str) -> str:
    """A text with a beginning in front, unless it has that already."""
    return text if _is_begun(beginning, text) else beginning + text


def unbegun(beginning: str, text: str) -> str:
    """A text without a beginning, where it has that."""
    return text[len(beginning) :] if _is_begun(beginning, text) else text


def _is_begun(beginning: str, text: str) -> bool:
    return text.casefold().startswith(beginning.rstrip(" ,;:.").casefold())


def is_tags(text: str) -> bool:
    """Whether a text is a row of short phrases rather than sentences."""
    parts = phrases(text)
    return bool(parts) and ". " not in text and len(text.split()) <= TAG_WORDS * len(parts)


def _behind(trigger: str, texts: Sequence[str]) -> str:
    """What mostly stands between the trigger and the next word."""
    rests = [text.lstrip().removeprefix(trigger) for text in texts if _begins(text, trigger)]
    marks = Counter(found[0] for rest in rests if (found := _SEPARATOR.match(rest)) and found[0])
    return marks.most_common(1)[0][0] if marks else " "


def _begins(text: str, trigger: str) -> bool:
    return text.lstrip().startswith(trigger)


def _most(profile: Profile | None) -> int | None:
    return profile.prompt_input.max_length if profile else None
