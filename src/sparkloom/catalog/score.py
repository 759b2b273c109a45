"""How well a prompt fits a model, from the words of the model's captions and examples."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from sparkloom.catalog.knowledge import Knowledge
from sparkloom.response import Answer
from sparkloom.words import content_stems

_FAULTS = (
    (re.compile(r"https?://\S"), "Unsupported url in prompt"),
    (re.compile(r"--[sc]ref\b"), "Unsupported prompt syntax: --(s|c)ref"),
    (
        re.compile(r"<[^<>\s]+:[\d.]+>"),
        "Unsupported prompt syntax: <name:weight> or <lora:name:weight>",
    ),
    (
        re.compile(r"\[[^][]*:[\d.]+\]"),
        "Unsupported prompt syntax: '[to:when], [from::when]'",
    ),
    (
        re.compile(r"\([^()]+:[\d.]+\)"),
        "Unsupported prompt syntax: 'word:<weight>' or '(word):<weight>'. Please use "
        "'word<weight>' or '(word)<weight>' instead",
    ),
)
"""Markup that a model without it reads as words, with the wire's sentence for it."""

_UNDERSTOOD = {"none": (), "colons": _FAULTS[:2], "parentheses": _FAULTS[2:]}
"""Which of these a model reads as they are meant, by its weighting."""


class Similarity(Answer):
    """How near a prompt is to each of several texts, 0 to 1."""

    mean: float
    median: float
    min: float


class ScoreDetails(Answer):
    """What a score is made of.

    Attributes:
        embedding_similarity: cosine between the word counts of the prompt and of all captions
            together, 0 to 1. No network is asked: it tells words from words, not meanings.
        captions_similarity: Dice-Sorensen over the words of the prompt and of each caption.
        prompts_similarity: the same with the examples' prompts, if there are any.
    """

    embedding_similarity: float
    captions_similarity: Similarity
    prompts_similarity: Similarity | None = None


class PromptScore(Answer):
    """How well a prompt fits a model.

    Attributes:
        score: 0 to 1, the mean of the similarities that could be computed, each Dice by its
            mean. It compares prompts for one model; models with varied captions score low.
        status: `complete` with captions and examples, `incomplete` with one of them, `unknown`
            with neither; then the score is 0.
        syntax_error: markup that the model would read as words.
    """

    model_id: str
    score: float
    status: Literal["complete", "incomplete", "unknown"]
    details: ScoreDetails
    syntax_error: str | None = None


def score(model_id: str, known: Knowledge, prompt: str) -> PromptScore:
    """Score a prompt against what is known of a model."""
    stems = content_stems(prompt)
    captions = [content_stems(text) for text in known.captions]
    prompts = [content_stems(text) for text in known.prompts]
    to_captions, to_prompts = _similarity(stems, captions), _similarity(stems, prompts)
    cosine = _cosine(Counter(stems), Counter(stem for caption in captions for stem in caption))
    parts = [cosine, to_captions.mean] if captions else []
    parts += [to_prompts.mean] if prompts else []
    return PromptScore(
        model_id=model_id,
        score=_round(statistics.fmean(parts)) if parts else 0.0,
        status="complete" if captions and prompts else "incomplete" if parts else "unknown",
        details=ScoreDetails(
            embedding_similarity=_round(cosine),
            captions_similarity=to_captions,
            prompts_similarity=to_prompts if prompts else None,
        ),
        syntax_error=_syntax_error(known, prompt),
    )


def _similarity(stems: Sequence[str], texts: Sequence[Sequence[str]]) -> Similarity:
    each = [_dice(set(stems), set(text)) for text in texts] or [0.0]
    return Similarity(
        mean=_round(statistics.fmean(each)),
        median=_round(statistics.median(each)),
        min=_round(min(each)),
    )


def _dice(one: set[str], two: set[str]) -> float:
    return 2 * len(one & two) / (len(one) + len(two)) if one or two else 0.0


def _cosine(one: Counter[str], two: Counter[str]) -> float:
    lengths = math.sqrt(_dot(one, one) * _dot(two, two))
    return _dot(one, two) / lengths if lengths else 0.0


def _dot(one: Counter[str], two: Counter[str]) -> int:
    return sum(count * two[stem] for stem, count in one.items())


def _round(value: float) -> float:
    return round(min(1.0, value), 4)


def _syntax_error(known: Knowledge, prompt: str) -> str | None:
    weighting = known.profile.dialect.weighting if known.profile else "none"
    for fault in _FAULTS:
        if fault not in _UNDERSTOOD[weighting] and fault[0].search(prompt):
            return fault[1]
    return None
