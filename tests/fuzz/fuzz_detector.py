"""The detector of protected names: whatever text comes, what it finds stands there, and a cleared
text has nothing left to be found."""

from __future__ import annotations

from itertools import islice

import atheris
from mutation import mutate

with atheris.instrument_imports(include=["sparkloom.protection"]):
    from sparkloom.protection import Cleared, Clearing, Detector

NAMES = (
    "Darth Vader", "by Greg Rutkowski", "#starwars", "an Ewok", "Nike logo", "Red Bull", "Pixar",
    "Mickey Mouse's", "in the style of", "<lora:batman:1>", "b a t m a n", "C0ca-C0la", "L1nk",
    "Link from Zelda", "Studio Ghibli", "\u0421oca-Cola", "\u200b", "\u0301", "\u2019s", "\ufb01",
    "\U0001f98a", "\u01c5", "\u0130", "\u00df",
)  # fmt: skip


def fuzz(minutes: float, seed: int) -> None:
    clearing = Clearing(Detector())

    def take(data: bytes) -> None:
        text = data.decode(errors="ignore")
        end = 0
        for finding in clearing.detector.find(text):
            assert finding.start < finding.end <= len(text)
            assert text[finding.start : finding.end] == finding.text
            assert finding.start >= end
            assert 0.5 <= finding.confidence <= 1
            end = finding.end
        cleared = clearing.clear(text)
        assert clearing.detector.find(cleared.text) == []
        assert clearing.clear(cleared.text) == Cleared(cleared.text)

    texts = [" and ".join(islice(NAMES, start, start + 4)).encode() for start in range(0, 24, 3)]
    mutate(take, minutes, seed, texts, [name.encode() for name in NAMES], longest=600)
