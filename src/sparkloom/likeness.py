"""How alike prompts are, and what they may have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from sparkloom.context import Context
from sparkloom.form import unbegun
from sparkloom.modes import Candidate
from sparkloom.words import common, content_stems, runs

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class Shared:
    """What prompts of one context share on purpose, and what would be a copy.

    A model's own texts repeat themselves (`flat shading, three-quarter view`): what most of them
    have is its dialect, and no result has to do without it.

    Attributes:
        stems: in which results need not differ: the subject's, and those of a dialect.
        runs: words in a row that the examples have beside their dialect and behind their trigger.
        examples: the stems of each example, of a model's own without `stems`.
    """

    stems: Stems
    runs: frozenset[tuple[str, ...]]
    examples: tuple[Stems, ...]


@lru_cache(maxsize=16)  # asked for with every candidate of a request
def shared(context: Context) -> Shared:
    stems = [frozenset(content_stems(example)) for example in context.examples]
    copies = [runs_of(example, context) for example in context.examples]
    said = frozenset(content_stems(context.subject))
    said |= common(stems) if context.own else frozenset()
    phrases = common(copies) if context.own else frozenset()
    examples = [one - said for one in stems] if context.own else stems
    return Shared(said, frozenset(chain.from_iterable(copies)) - phrases, tuple(examples))


def runs_of(text: str, context: Context) -> frozenset[tuple[str, ...]]:
    """The runs of words that would be copied, behind the trigger of the model's texts."""
    return runs(unbegun(context.form.trigger, text))


def novelty(candidate: Candidate, said: Stems) -> Stems:
    """The stems that a candidate has beside those that every result may have."""
    return frozenset(content_stems(candidate.added)) - said


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that the other has too, 0 to 1; 1 where both are empty."""
    if not one and not other:
        return 1.0  # two that say nothing new say the same
    return len(one & other) / max(1, min(len(one), len(other)))


def distance(candidate: Candidate, others: Sequence[Candidate], said: Stems = frozenset()) -> float:
    """How far a candidate is from the nearest of the others, 0 to 1; 1 where there is none."""
    new = novelty(candidate, said)
    return 1.0 - max((overlap(new, novelty(other, said)) for other in others), default=0.0)
