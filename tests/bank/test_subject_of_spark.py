"""The subject of a spark."""

from __future__ import annotations

import pytest

from sparkloom.bank.kinds import ANY, MOMENT
from sparkloom.bank.subject import subject_of, with_article


@pytest.mark.parametrize(
    ("spark", "kind", "alone"),
    [
        ("fox", "mammal", True),
        ("an old red fox", "mammal", True),
        ("Two foxes", "mammal", True),
        ("three wolves", "mammal", True),
        ("a photo of a boat", "ship", True),
        ("a bowl of ramen", "soup", True),
        ("a photo of a cup of coffee", "hotdrink", True),
        ("abandoned space station", "spacecraft", True),
        ("a stuffed bear", "plush", True),
        ("a king", "person", True),
        ("a yellow duckling", "fowl", True),
        ("a pair of old boots", "shoe", True),
        ("a teddy bear", "plush", True),
        ("a fox in the snow", "mammal", False),
        ("a fox sleeping", "mammal", False),
        ("a dog gives", None, False),
        ("fox, watercolour", "mammal", True),
        ("fox, asleep", "mammal", False),
        ("a dragon guarding", None, False),
        ("a man lighting", None, False),
        ("a man, studio lighting", "person", True),
        ("a kite tied to a fence", "toy", False),
        ("portrait of", None, False),
        ("a cat and a dog", "companions", True),
        ("a photo of a bed and two red elephants", "pair", True),
        ("salt and pepper", None, False),
        ("how glass is blown", None, False),
        ("black and white photo of a dog", "mammal", True),
        ("and", None, False),
        ("a cat and a dog and a hen", MOMENT, False),
        ("a cat in a hat and a dog", "mammal", False),
        ("a cat and a dog on a sofa", "companions", False),
        ("fox and crow", "companions", True),
        ("a man and a bicycle", "pair", True),
        ("the dog watches the skateboarder", "mammal", False),
        ("an old man feeds pigeons in the park", "person", False),
        ("a pizza topped with basil", "food", False),
        ("a smiling man", "person", True),
        ("a full moon above a hill", "sky", False),
        ("a suitcase left of a banana", "object", False),
        ("an ornate, high-backed chair with a cushion", "furniture", False),
        ("fox illustration", "mammal", True),
        ("dragon concept art", "mythic", True),
        ("cinematic portrait", "person", True),
        ("the horse kicks a ball", "hoofed", False),
        ("the panda waves to the bear", "mammal", False),
        ("two people shake hands", "group", False),
        ("a gold and black logo for a bank", "logo", False),
        ("black and white cat", "mammal", True),
        ("in this image I can see a fence", "structure", True),
        ("the passage of time", "time", True),
        ("a river of stars", "water", False),
        ("a poster of a fox", "poster", False),
        ("isometric bakery", "isometric", True),
        ("someone puts down a tablet", MOMENT, False),
        ("lily pads", ANY, True),
        ("a plush rabbit", "plush", True),
        ("a knitted octopus", "toy", True),
        ("a marble lion", "monument", True),
        ("a teddy", "plush", True),
        ("a red circle", "shape", True),
        ("a red gives", None, False),
        ("a fox. It sleeps", "mammal", False),
        ("", None, False),
        ("...", None, False),
        ("in the snow", None, False),
        ("a " + "very " * 12 + "old fox", "mammal", False),
        ("a " + "very " * 60 + "old fox", None, False),
    ],
)
def test_the_subject_of_a_spark(spark: str, kind: str | None, alone: bool) -> None:
    found = subject_of(spark)
    assert (found.kind.name, found.alone) == (kind, alone) if found else kind is None


@pytest.mark.parametrize(
    ("subject", "whole"),
    [
        ("fox", "a fox"),
        ("owl", "an owl"),
        ("foxes", "foxes"),
        ("glass", "a glass"),
        ("octopus", "an octopus"),
        ("two foxes", "two foxes"),
        ("3 owls", "3 owls"),
        ("the fox", "the fox"),
        ("rain", "rain"),
        ("old people", "old people"),
        ("people packed on a bus", "people packed on a bus"),
        ("broccoli", "broccoli"),
        ("broccoli forest", "a broccoli forest"),
        ("bowl of ramen", "a bowl of ramen"),
        ("saturn with rings", "saturn with rings"),
        ("moon", "the moon"),
        ("nostalgia", "nostalgia"),
        ("hourglass", "an hourglass"),
        ("unicorn", "a unicorn"),
        ("umbrella", "an umbrella"),
        ("Paris skyline", "Paris skyline"),
        ("finding an egg", "finding an egg"),
        ("pickling gherkins", "pickling gherkins"),
        ("swimming pool", "a swimming pool"),
    ],
)
def test_an_article_where_one_belongs(subject: str, whole: str) -> None:
    assert with_article(subject) == whole
