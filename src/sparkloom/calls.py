"""Calls: what to send to an image model, made of a prompt and the model's inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sparkloom.admission import Admission
from sparkloom.catalog.profile import Input
from sparkloom.context import Context
from sparkloom.response import Call

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.model import Model

LARGEST_SEED = 2**31 - 1
"""Where a model does not say how large its seeds may be."""

QUOTED_WORDS = 8
"""How many words of a text a rationale quotes."""


def calls_of(
    admitted: Admission,
    context: Context,
    references: Sequence[str],
    prompts: Sequence[str],
    seed: int,
) -> list[Call]:
    """A call for each prompt, in their order; none where no model is named.

    Args:
        references: the assets that the request named.
        seed: of the request; each call has one of its own that depends on it and on its place.
    """
    if admitted.target is None:
        return []
    why = rationale(admitted, context, references)
    return [
        Call(
            model_id=admitted.target.id,
            parameters=parameters(admitted.target, prompt, seed_of(seed, number), references),
            rationale=why,
        )
        for number, prompt in enumerate(prompts)
    ]


def parameters(
    model: Model, prompt: str, seed: int, references: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything that a model wants to know, by the names of its inputs.

    What has no default and need not be given is left out, an own model without inputs gets the
    prompt alone.

    Args:
        seed: 0 or more; brought into the range that the model has.
        references: assets, handed to its inputs for pictures as far as they take them.
    """
    values = {wanted.name: _value(wanted, prompt, seed, references) for wanted in model.inputs} or {
        "prompt": prompt
    }
    return {name: value for name, value in values.items() if value is not None}


def seed_of(seed: int, number: int) -> int:
    """The seed of a call, 0 to 2**64 - 1: the same however many results there are."""
    digest = hashlib.blake2b(f"call {seed}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest)


def rationale(admitted: Admission, context: Context, references: Sequence[str]) -> str:
    """What prompts follow, as a sentence: the model's texts or its profile, and references."""
    known = admitted.known
    facts = []
    if known and context.own:
        count = len(context.examples)
        of = len(known.captions) + len(known.prompts)
        nearest = " ".join(context.examples[0].split()[:QUOTED_WORDS])
        facts.append(f"follows {count} of the model's {of} own texts, first \u201c{nearest}\u201d")
    elif known and known.profile:
        facts.append(f"follows the profile of {known.profile.name}")
    else:
        facts.append("follows hand-written prompts, as the model has no texts and no profile")
    if beginning := (context.form.opening + context.form.trigger).strip(" ,;:."):
        facts.append(f"begins with \u201c{beginning}\u201d")
    if context.form.closing:
        facts.append(f"ends with \u201c{', '.join(context.form.closing)}\u201d")
    if references:
        facts.append(f"takes up what is known of {' and '.join(references)}")
    return f"The prompt {'; '.join(facts)}."


def _value(wanted: Input, prompt: str, seed: int, references: Sequence[str]) -> Any:
    """The value of an input; None if it has none."""
    if wanted.prompt:
        return prompt
    if wanted.name == "seed" and wanted.type == "number":
        least = int(wanted.min or 0)
        return least + seed % (int(wanted.max or LARGEST_SEED) - least + 1)
    if wanted.takes_files:
        taken = list(references[: wanted.max_length])
        if wanted.type == "file":
            return taken[0] if taken else None
        return taken or None
    return wanted.default
