"""Texts of a model, taken to pieces: what is the form's, and what the picture's."""

from __future__ import annotations

import pytest

from sparkloom.modes.template import is_manner, is_prose, pieces_of, templates_of

BALLS = [
    "oxidised bronze :: verdigris in recesses, roughness 0.55, fine pitting :: softbox, grey sweep",
    "wet river clay :: finger grooves, roughness 0.2, small pebbles :: overcast dome, grey sweep",
    "terrazzo :: ochre chips, roughness 0.1, one worn path :: ceiling panel, grey sweep",
]
PLATES = [
    "octopus arm. Pink muscle, a cut cord. Leader lines A to H, no words. Pale blue ground.",
    "hen's egg. Spiral chalaza, an amber yolk. Leader lines A to J, no words. Pale pink ground.",
]


def roles(texts: list[str], number: int = 0) -> dict[str, str]:
    return {piece.text: piece.role for piece in templates_of(texts)[number]}


def test_a_text_is_parted_at_its_marks_and_nowhere_else() -> None:
    text = "cave :: 6:10 am, f/2.8 / two-tone; it's 1,000 years old. Wide!"
    pieces = pieces_of(text)
    assert "".join(piece.text + piece.mark for piece in pieces) == text
    assert [piece.text for piece in pieces] == [
        "cave",
        "6:10 am",
        "f/2.8",
        "two-tone",
        "it's 1,000 years old",
        "Wide",
    ]
    assert [piece.ends for piece in pieces] == [False] * 4 + [True, True]


def test_what_others_have_too_is_the_forms_and_the_first_of_its_own_is_the_subject() -> None:
    assert roles(BALLS) == {
        "oxidised bronze": "subject",
        "verdigris in recesses": "picture",
        "roughness 0.55": "form",
        "fine pitting": "picture",
        "softbox": "picture",
        "grey sweep": "form",
    }


def test_a_word_alone_that_all_begin_with_is_of_a_set() -> None:
    labels = ["oval, cable car over a forest, torn edge", "pennant, a camel at rest, torn edge"]
    assert roles(labels) == {"oval": "form", "cable car over a forest": "subject"} | {
        "torn edge": "form"
    }


def test_a_piece_of_the_form_knows_what_stands_there_in_other_texts() -> None:
    ground = templates_of(PLATES)[0][-1]
    assert (ground.text, ground.role, ground.alike) == (
        "Pale blue ground",
        "form",
        ("Pale pink ground",),
    )


def test_words_behind_a_label_are_its_values() -> None:
    looks = [
        "LOOK 4 / waxed jacket / model: man, fifties / shot in a yard",
        "LOOK 9 / mohair vest / model: woman, twenties / shot under a flyover",
    ]
    made = templates_of(looks)[0]
    assert [(piece.text, piece.label) for piece in made if piece.role == "value"] == [
        ("man", "model"),
        ("fifties", "model,"),
    ]
    assert made[-1].lead == "shot"


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("flat light", True),
        ("from above", False),
        ("storm grey and acid green", True),
        ("a red door", False),
        ("the lamp is lit", False),
        ("low winter sun from the right hand side", False),
    ],
)
def test_few_words_of_light_view_medium_or_colours_tell_how_a_picture_looks(
    text: str, manner: bool
) -> None:
    assert is_manner(text) is manner


def test_prose_is_long_sentences() -> None:
    long = "A seal drifts over the empty seats with a white tie on one flipper. " * 3
    assert is_prose(templates_of([long, long]))
    assert not is_prose(templates_of(PLATES))
    assert not is_prose(templates_of(BALLS))
