"""What makes a candidate unfit to be returned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sparkloom.context import Context
from sparkloom.guide import has
from sparkloom.likeness import distance, novelty, overlap, runs_of, shared
from sparkloom.markup import TAG, WEIGHT
from sparkloom.modes import Candidate
from sparkloom.modes.layout import LABELS
from sparkloom.words import DANGLING, STOP_WORDS, content_stems, grams, stem, words

MIN_ADDED_WORDS = 5

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
    if _copies(candidate, context):
        return "copies an example"
    if distance(candidate, others, shared(context).stems) < 1.0 - MAX_ALIKE:
        return "is like another result"
    return ""


def least_words(context: Context) -> int:
    """How many words a candidate needs; for a model of very short texts, half of its shortest."""
    half = context.form.shortest // 2
    return min(MIN_ADDED_WORDS, max(1, half)) if context.own else MIN_ADDED_WORDS


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


def _copies(candidate: Candidate, context: Context) -> bool:
    """Whether a text is an example again, or takes a long run of words from one."""
    common = shared(context)
    if not common.runs.isdisjoint(runs_of(candidate.added, context)):
        return True
    new = novelty(candidate, common.stems)
    return any(overlap(new, example) > MAX_ALIKE for example in common.examples)


def _is_own(filler: str, context: Context) -> bool:
    """Whether a filler word is one that the model was trained with."""
    return context.own and filler.lower() in " ".join(context.examples).lower()


def _unbalanced(text: str) -> bool:
    return text.count('"') % 2 == 1 or any(
        text.count(opening) != text.count(closing) for opening, closing in ("()", "[]", "{}")
    )
