"""What is certain of a picture, in one sentence, as an art director would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sparkloom.words import capitalised, listed

if TYPE_CHECKING:
    from sparkloom.vision.description import Colour

NAMED = 3
"""How many colours are named at most."""

LIGHT = {"dark": "low-key light", "bright": "bright, high-key light"}
CONTRAST = {"soft": "soft contrast", "strong": "strong contrast"}
PEOPLE = {"one person": "a person", "several people": "people"}
PLACES = {"centre": "centred", "left": "on the left", "right": "on the right"}


def sentence_of(known: Mapping[str, Any]) -> str:
    """One sentence.

    Args:
        known: the fields of an `ImageDescription`; what is not certain is None or missing.
    """
    kind = known.get("structure") or known.get("medium") or "image"
    if known.get("structure") and known.get("medium") == "pixel art":
        kind = f"pixel-art {kind}"
    subject, people = known.get("subject"), PEOPLE.get(known.get("people") or "")
    parts = [_start(kind, subject or people)]
    parts += [f"with {people}"] if subject and people else []
    parts += [known["shot"]] if known.get("shot") else []
    if position := known.get("position"):
        parts.append(PLACES.get(position, f"at the {position}"))
    parts += [LIGHT[known["light"]]] if known.get("light") in LIGHT else []
    parts += [CONTRAST[known["contrast"]]] if known.get("contrast") in CONTRAST else []
    if colours := _colours(known.get("palette", ())):
        parts.append(f"in {colours}")
    sentence = ", ".join(parts)
    if ground := known.get("background"):
        lead = "on" if ground == "transparent" or not (subject or people) else "against"
        sentence += f", {lead} a {ground} background"
    if text := known.get("text"):
        sentence += f', with the text "{text}"'
    return f"{capitalised(sentence)}."


def _start(kind: str, subject: str | None) -> str:
    return f"{kind} of {subject}" if subject else str(kind)


def _colours(palette: Sequence[Colour]) -> str:
    names = list(dict.fromkeys(colour.name for colour in palette))[:NAMED]
    return listed(names)
