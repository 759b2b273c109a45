"""Scoring and choosing candidates: faulty ones are dropped, the most varied set is kept.

Candidates come one after the other, and no choice looks at how many results are wanted in
the end, so that result *i* is the same whether one is asked for or five.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import TypeVar

from sparkloom.context import Context
from sparkloom.errors import EngineError
from sparkloom.guide import has
from sparkloom.markup import TAG, WEIGHT
from sparkloom.modes import Candidate
from sparkloom.modes.layout import LABELS
from sparkloom.words import DANGLING, STOP_WORDS, content_stems, grams, stem, words

Part = TypeVar("Part")

SPARE = 2
"""How many sound candidates there are to choose from beyond the one that is chosen."""

TRIES = 12
"""How many candidates may be written for one result before giving up."""

MIN_ADDED_WORDS = 5
COPIED_WORDS = 6
"""A run of so many words taken from an example makes a candidate a copy."""

MAX_ALIKE = 0.6
"""The largest share of content words that a candidate may have in common with another."""

SHORT_SUBJECT = 5
"""Up to so many content words of a subject must all be kept."""

LEAKS = re.compile(
    r"<[^>]*(?:start_of_turn|end_of_turn|think|eos|bos|pad|unk)[^>]*>|\basset_\w|\bhttps?://|"
    + "|".join(rf"\b{label}" for label in LABELS),
    re.IGNORECASE,
)
"""What belongs to an engine, a layout or a catalog and never into a prompt."""

FILLER = re.compile(
    r"\b(?:\d+k|uhd|hdr|masterpiece|best quality|artstation|award[- ]winning|"
    r"(?:hyper|ultra|super|highly)[- ]?(?:detailed|realistic)|unreal engine|octane render)\b",
    re.IGNORECASE,
)
"""Words that people add out of habit and that show nothing."""


def expected(count: int) -> int:
    """How many candidates `choose` takes for `count` results if all of them are sound."""
    return count + SPARE if count > 1 else 1


def choose(
    candidates: Iterator[Candidate], count: int, context: Context, keep: bool
) -> list[Candidate]:
    """The best `count` of the candidates, as varied as they can be.

    The first sound candidate is the first result. For each further one there are `SPARE`
    candidates more than needed, and the one farthest from those chosen is taken.

    Args:
        candidates: written one by one, as far as they are needed.
        count: how many to choose, 1 to 5.
        context: its examples must not be copied, and results are compared by what they have
            beside the words of its subject and of its model's dialect.
        keep: whether every result must contain the subject's words, in any inflection.

    Raises:
        EngineError: `TRIES` candidates in a row were no use.
    """
    said = said_anyway(context)
    chosen: list[Candidate] = []
    pool: list[Candidate] = []
    faults: Counter[str] = Counter()
    while len(chosen) < count:
        wanted = 1 + SPARE if chosen else 1
        for candidate in islice(candidates, TRIES):
            if fault := fault_of(candidate, [*chosen, *pool], context, keep):
                faults[fault] += 1
            else:
                pool.append(candidate)
            if len(pool) >= wanted:
                break
        if not pool:
            raise EngineError(
                f"The engine wrote only {len(chosen)} of {count} prompts that can be returned. "
                "Try another seed, a higher temperature or a longer prompt.",
                dropped=dict(faults),
            )
        best = max(pool, key=lambda candidate: distance(candidate, chosen, said))
        pool.remove(best)
        chosen.append(best)
    return chosen


def fault_of(
    candidate: Candidate, others: Sequence[Candidate], context: Context, keep: bool
) -> str:
    """Why a candidate cannot be returned, in a few words; empty where it can."""
    if candidate.fault:
        return candidate.fault
    added = words(candidate.added)
    if len(added) < least_words(context):
        return "too short"
    if not candidate.finished or added[-1] in DANGLING or candidate.added.rstrip()[-1] in ",:;-(":
        return "stops in mid-sentence"
    if any(leak.search(candidate.added) for leak in (LEAKS, TAG, WEIGHT)):
        return "leaks instructions or markup"
    if any(not _is_own(filler[0], context) for filler in FILLER.finditer(candidate.added)):
        return "uses filler words"
    if any(has(candidate.added, unwanted) for unwanted in context.form.unwanted):
        return "has words that the model's guide rules out"
    if _unbalanced(candidate.added):
        return "leaves a quotation or bracket open"
    if _repeats(added):
        return "repeats itself"
    if keep and _drops(context.subject, candidate.prompt):
        return "drops words of the request"
    said = said_anyway(context)
    if _copies(added, novelty(candidate, said), context, said):
        return "copies an example"
    if distance(candidate, others, said) < 1.0 - MAX_ALIKE:
        return "is like another result"
    return ""


def least_words(context: Context) -> int:
    """How many words a candidate needs; for a model of very short texts, half of its shortest."""
    half = context.form.shortest // 2
    return min(MIN_ADDED_WORDS, max(1, half)) if context.own else MIN_ADDED_WORDS


def said_anyway(context: Context) -> frozenset[str]:
    """The stems in which results need not differ: the subject's, and those of a dialect.

    A model's own texts repeat themselves on purpose (`flat shading, three-quarter view`): what
    most of them have is their form, and not what they show.
    """
    texts = (frozenset(content_stems(example)) for example in context.examples)
    common = _common(texts, context) if context.own else frozenset()
    return frozenset(content_stems(context.subject)) | common


def novelty(candidate: Candidate, said: frozenset[str]) -> frozenset[str]:
    """The stems that a candidate has beside those that every result may have."""
    return frozenset(content_stems(candidate.added)) - said


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that the other has too, 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


def distance(
    candidate: Candidate, others: Sequence[Candidate], said: frozenset[str] = frozenset()
) -> float:
    """How far a candidate is from the nearest of the others, 0 to 1; 1 where there is none."""
    new = novelty(candidate, said)
    return 1.0 - max((overlap(new, novelty(other, said)) for other in others), default=0.0)


def variety(texts: Sequence[str]) -> float:
    """How different texts are: their Vendi score over word overlap, divided by their number.

    The Vendi score (Friedman and Dieng, 2023) is the exponential of the entropy of the
    similarity matrix's eigenvalues: the effective number of different texts.

    Returns:
        1/n where all are alike, to 1 where no two share a content word.
    """
    import numpy as np

    sets = [frozenset(content_stems(text)) for text in texts]
    cosines = np.array(
        [[len(a & b) / math.sqrt(max(1, len(a) * len(b))) for b in sets] for a in sets]
    )
    np.fill_diagonal(cosines, 1.0)
    values = np.linalg.eigvalsh(cosines / len(texts))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()) / len(texts))


def _drops(subject: str, prompt: str) -> bool:
    """Whether a prompt lacks a word of its subject; of a long one, nearly half of them."""
    wanted = set(content_stems(subject))
    kept = len(wanted & set(content_stems(prompt)))
    return kept < (len(wanted) if len(wanted) <= SHORT_SUBJECT else 0.6 * len(wanted))


def _repeats(added: list[str]) -> bool:
    """Whether a text goes round in circles: a phrase again, or a word too often."""
    if any(one == next_one for one, next_one in pairwise(added)):
        return True
    if any(added[at : at + 2] == added[at + 2 : at + 4] for at in range(len(added) - 3)):
        return True
    for size, most in ((2, 2), (4, 1)):
        counts = Counter(grams(added, size))
        if any(n > most for gram, n in counts.items() if not DANGLING.issuperset(gram)):
            return True
    stems = [stem(word) for word in added if word not in STOP_WORDS]
    return any(n > max(3, len(stems) // 8) for n in Counter(stems).values())


def _copies(added: list[str], new: frozenset[str], context: Context, said: frozenset[str]) -> bool:
    """Whether a text is an example again, or takes a long run of words from one.

    A run that most of a model's own texts have is a phrase of its dialect.
    """
    runs = [frozenset(grams(words(example), COPIED_WORDS)) for example in context.examples]
    dialect = _common(runs, context) if context.own else frozenset()
    if not (frozenset(chain.from_iterable(runs)) - dialect).isdisjoint(grams(added, COPIED_WORDS)):
        return True
    form = said if context.own else frozenset()
    return any(
        overlap(new, frozenset(content_stems(example)) - form) > MAX_ALIKE
        for example in context.examples
    )


def _common(sets: Iterable[frozenset[Part]], context: Context) -> frozenset[Part]:
    """What more than half of a model's texts have, and two at least."""
    counts = Counter(one for found in sets for one in found)
    least = max(2, len(context.examples) // 2 + 1)
    return frozenset(one for one, count in counts.items() if count >= least)


def _is_own(filler: str, context: Context) -> bool:
    """Whether a filler word is one that the model was trained with."""
    return context.own and filler.lower() in " ".join(context.examples).lower()


def _unbalanced(text: str) -> bool:
    return text.count('"') % 2 == 1 or any(
        text.count(opening) != text.count(closing) for opening, closing in ("()", "[]", "{}")
    )
