"""What a picture is of, in plain words.

ImageNet's classes are fine where people speak plainly: 118 breeds of dogs, no dog. So the classes
of one kind are added up, and the picture is named by its class where that one is sure, and by its
kind where it is not. Some classes are never named: the net finds them in pictures of nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sparkloom.words import MASS, article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SURE = 0.5
"""A name is given from this probability on, of the whole picture and its subject alone together:
what is named from 0.3 on is wrong too often."""

LEAST = 0.12
"""So likely is the likeliest class at least: what is spread thinner over a kind is noise."""

HALF = 0.7
"""The class is named instead of its kind where it has this share of the kind's probability."""

KINDS: dict[str, tuple[tuple[int, int], ...]] = {
    "shark": ((2, 4),), "ray": ((5, 6),), "fish": ((0, 1), (389, 397)), "chicken": ((7, 8),),
    "finch": ((10, 14),), "grouse": ((80, 83),), "parrot": ((87, 90),), "owl": ((24, 24),),
    "bird": ((7, 24), (80, 100), (127, 146)), "salamander": ((25, 29),), "frog": ((30, 32),),
    "turtle": ((33, 37),), "lizard": ((38, 48),), "crocodile": ((49, 50),), "snake": ((52, 68),),
    "spider": ((72, 77),), "duck": ((97, 97), (98, 98)), "crab": ((118, 121), (125, 125)),
    "lobster": ((122, 124),), "stork": ((127, 128),), "heron": ((131, 134),),
    "whale": ((147, 148),), "dog": ((151, 268), (273, 275)), "wolf": ((269, 272),),
    "fox": ((277, 280),), "cat": ((281, 285),), "big cat": ((286, 293),), "bear": ((294, 297),),
    "mongoose": ((298, 299),), "beetle": ((300, 307),), "grasshopper": ((311, 312),),
    "dragonfly": ((319, 320),), "butterfly": ((321, 326),), "rabbit": ((330, 332),),
    "pig": ((341, 343),), "cow": ((345, 347),), "sheep": ((348, 349),), "antelope": ((351, 353),),
    "camel": ((354, 354),), "weasel": ((356, 359),), "ape": ((365, 369),),
    "monkey": ((370, 382),), "elephant": ((101, 101), (385, 386)), "panda": ((387, 388),),
    "aircraft": ((404, 404), (895, 895), (405, 405)),
    "guitar": ((402, 402), (546, 546)), "violin": ((486, 486), (889, 889)),
    "boat": ((472, 472), (554, 554), (576, 576), (625, 625), (814, 814), (914, 914)),
    "ship": ((403, 403), (510, 510), (628, 628), (724, 724), (780, 780), (833, 833), (871, 871)),
    "car": ((436, 436), (468, 468), (511, 511), (609, 609), (627, 627), (656, 656), (661, 661),
            (751, 751), (817, 817)),
    "truck": ((555, 555), (569, 569), (675, 675), (717, 717), (864, 864), (867, 867)),
    "bus": ((654, 654), (779, 779), (874, 874)), "train": ((466, 466), (547, 547), (820, 820)),
    "motorcycle": ((665, 665), (670, 670)), "bicycle": ((444, 444), (671, 671)),
    "clock": ((409, 409), (530, 530), (892, 892)), "bottle": ((440, 440), (720, 720), (737, 737),
            (898, 898), (907, 907)), "mug": ((504, 504),), "cup": ((504, 504), (968, 968)),
    "coffee": ((967, 967),), "hat": ((452, 452), (515, 515), (808, 808)),
    "castle": ((483, 483),), "palace": ((698, 698),), "church": ((497, 497),),
    "mushroom": ((947, 947), (992, 997)), "apple": ((948, 948),), "squash": ((939, 942),),
    "cabbage": ((936, 936),), "lemon": ((951, 951),), "orange": ((950, 950),),
    "sock": ((806, 806),), "drum": ((541, 541),), "trumpet": ((513, 513), (566, 566)),
    "bridge": ((718, 718), (821, 821), (839, 839), (888, 888)),
}  # fmt: skip
"""Plain names, and the classes of each, first to last."""

WIDE: dict[str, tuple[tuple[int, int], ...]] = {
    "insect": ((300, 326),), "fruit": ((948, 957),),
    "building": ((425, 425), (442, 442), (483, 483), (497, 498), (624, 624), (663, 663), (668, 668),
                 (698, 698), (727, 727), (762, 762), (832, 832)),
    "animal": ((0, 397),),
}  # fmt: skip
"""Wide kinds, for a picture of which nothing closer is sure."""

SURER = 0.6
"""A wide kind is named from this probability on: it says less, so it must be truer."""

NEVER = frozenset({
    111, 411, 419, 473, 478, 488, 490, 506, 508, 509, 518, 532, 539, 549, 551, 552, 556, 563, 599,
    600, 613, 616, 619, 633, 635, 644, 646, 669, 678, 680, 688, 692, 700, 708, 709, 711, 712, 714,
    716, 721, 750, 767, 782, 783, 787, 788, 789, 790, 794, 797, 807, 818, 819, 844, 851, 854, 861,
    865, 868, 885, 891, 902, 904, 905, 911, 916, 917, 918, 921, 922, 971,
})  # fmt: skip
"""Classes that the net finds where there is no such thing: nematode, matchstick, comic book."""

COMIC = 917
DISHES = MASS | {"ice cream", "mashed potatoes"}
PLURAL = re.compile(r"(?:sunglasses|goggles|trousers|pants|jeans|scissors|maracas|binoculars)$")


PLAINER = {
    "a cat having a striped coat": "tabby cat",
    "fruiting spike of a cereal plant": "ear of corn",
    "product packet": "packet",
}


class Subject(NamedTuple):
    """A name and how sure it is.

    Attributes:
        name: with its article: `a tabby cat`.
        confidence: 0 to 1.
    """

    name: str
    confidence: float


def subject_of(looks: Sequence[Floats], names: Sequence[str]) -> Subject | None:
    """What a picture is of; None where that is not sure.

    Args:
        looks: the probabilities of the classes, of the whole picture and, where there is one,
            of its subject alone.
        names: the classes' names.
    """
    allowed = np.ones(len(names), np.float32)
    allowed[list(NEVER)] = 0
    likely = np.mean([look * allowed for look in looks], axis=0)
    top = int(likely.argmax())
    if likely[top] < LEAST:
        return None
    kind, together = _kind(top, likely)
    if together < SURE:
        return next(
            (
                Subject(_with_article(name), round(total, 3))
                for name, ranges in WIDE.items()
                if (total := _total(ranges, likely)) >= SURER
            ),
            None,
        )
    named = kind if likely[top] < HALF * together else _plain(names[top])
    return Subject(_with_article(named), min(1.0, round(float(together), 3)))


def is_comic(likely: Floats) -> bool:
    """Whether the net takes a picture for a page of a comic book, which is a medium."""
    return bool(likely[COMIC] >= 0.3)


def _kind(index: int, likely: Floats) -> tuple[str, float]:
    """The narrowest kind of a class that holds most of what is likely, and how likely it is."""
    best, found = "", float(likely[index])
    for name, ranges in KINDS.items():
        if any(first <= index <= last for first, last in ranges):
            total = _total(ranges, likely)
            if not best or total > found * 1.25:
                best, found = name, total
    return best or str(index), found


def _total(ranges: tuple[tuple[int, int], ...], likely: Floats) -> float:
    return float(sum(likely[first : last + 1].sum() for first, last in ranges))


def _plain(name: str) -> str:
    """A class's name without what a dictionary adds."""
    name = re.sub(r"\s*\(.*?\)", "", name).split(" / ")[0].strip()
    return PLAINER.get(name, name)


def _with_article(name: str) -> str:
    if name in DISHES or PLURAL.search(name):
        return name
    return f"{article(name)} {name}"
