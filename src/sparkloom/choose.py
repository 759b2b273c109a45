"""Choosing candidates: faulty ones are dropped, the most varied set is kept.

Candidates come one after the other, and no choice looks at how many results are wanted in
the end, so that result *i* is the same whether one is asked for or five.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from sparkloom.context import Context
from sparkloom.errors import EngineError
from sparkloom.flaws import fault_of
from sparkloom.likeness import distance, shared
from sparkloom.modes import Candidate
from sparkloom.words import content_stems

SPARE = 2
"""How many sound candidates there are to choose from beyond the one that is chosen."""

TRIES = 12
"""How many candidates may be written for one result before giving up."""


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
    said = shared(context).stems
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
