"""Styles: what images, or the texts of a model, have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sparkloom.caption import colours
from sparkloom.form import trigger_of
from sparkloom.vision import ImageDescription
from sparkloom.words import phrases

SHARED = 0.5
"""So large a share of images or texts has what is common to them, at least."""

SHARED_PHRASES = 6
"""So many phrases that texts share are told at most."""


def traits_of_texts(texts: Sequence[str]) -> list[str]:
    """The phrases that at least half of some texts have, the most frequent first."""
    if len(texts) < 2:
        return []
    trigger = trigger_of(texts).strip(" ,;:.").lower()
    counts = Counter(
        phrase for text in texts for phrase in {one.lower().rstrip(".") for one in phrases(text)}
    )
    shared = [text for text, count in counts.most_common() if count >= max(2, SHARED * len(texts))]
    return [text for text in shared if text != trigger][:SHARED_PHRASES]


def traits_of_images(images: Sequence[ImageDescription]) -> list[str]:
    """What at least half of some images have in common, as phrases."""
    if not images:
        return []
    found = []
    for values in (
        [one.medium for one in images],
        [one.structure for one in images],
        [one.light and f"{one.light} light" for one in images],
        [one.contrast and f"{one.contrast} contrast" for one in images],
        [one.shot for one in images],
        [one.background for one in images],
    ):
        value, count = Counter(values).most_common(1)[0]
        if value and count >= SHARED * len(images):
            found.append(value)
    if palette := colours(images):
        found.insert(1, palette)
    return found
