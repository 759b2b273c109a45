"""A draft in the form of a model's own texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkloom.form import trigger_of
from sparkloom.modes.cast import casts
from sparkloom.words import grams, words

TOYS = [
    "robot, lithographed chest dials, key in the back, red feet, standing on a shelf",
    "duck on wheels, chipped yellow paint, shadow on a pink tabletop",
    "racing car, number 3, driver with goggles, motion blur across linoleum",
    "zeppelin hanging from a thread, silver paint flaking, open window, flat light",
]
CREW = [
    "frzcrew, portrait of a cook with ice in his beard, orange parka, galley steam",
    "frzcrew, portrait of a pilot squinting, goggles up, white glare",
    "frzcrew, portrait of a night watch yawning, duvet cape, exit sign",
]
PLATES = [
    "Textbook plate: octopus arm in cross section. Pink muscle bundles, central nerve cord. "
    "Airbrush shading, leader lines A to H, no words. Pale yellow ground.",
    "Textbook plate: germinating bean at five days. Split seed coat, root hairs like fog. "
    "Airbrush shading, leader lines A to F, no words. Pale blue ground.",
]
STEPPE = [
    "On the steppe outside the winter camp, a girl breaks the ice of a water hole while two camels "
    "wait. Her coat is turned fur inward and tied by a man's belt. Smoke goes up from the ring of "
    "felt tents and flattens at one height. Wide, 35mm, storm grey and acid green.",
    "On the steppe beside a dry river, five men are pushing a motorcycle out of the sand. One man "
    "has lost his hat to the wind and lets it go. Grasshoppers show as a blur about their knees "
    "and boots. Frontal, 28mm, tar black and butter yellow.",
]
GIRLS = [
    "1girl, solo, brown hair, library, standing on stool, dust, window light, safe, rating_general",
    "2girls, cleaning duty, brooms, chalk dust, evening, motion blur, safe, rating_general",
    "1boy, solo, track jacket, music room, tuba, chairs, afternoon, safe, rating_general",
]
HARBOUR = [
    "hbrink, two gulls on a bollard, loose ink drawing, wide dry strokes, bare paper behind him",
    "hbrink, a man with a cart, loose ink drawing, one wash of yellow, bare paper behind him",
    "hbrink, three nets on a wall, loose ink drawing, one wash of red, bare paper for the sky",
]
LAMP = [
    "ohwx_lamp, a brass desk lamp on a walnut table, window light, beige wall",
    "ohwx_lamp, a brass desk lamp beside a stack of law books, evening, green wallpaper",
    "ohwx_lamp, a brass desk lamp in a shop window, rain on the glass, street light",
]


def trigger(texts: list[str], begun: str) -> tuple[str, ...]:
    return tuple(f"{begun}{text}" for text in texts)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("a photo of two apples", "tintoy two apples, "),
        ("The silhouette of an elephant", "tintoy silhouette of an elephant, "),
        ("it looks like a wooden wall", "tintoy wooden wall, "),
        ("a fox. It sleeps", "tintoy fox, "),
    ],
)
def test_the_draft_stands_where_the_texts_have_their_subject(draft: str, said: str) -> None:
    made = casts(draft, trigger(TOYS, "tintoy "), "tintoy ")
    assert len(made) > 12
    assert all(text.startswith(said) for text in made)
    assert len(set(made)) == len(made)


def test_a_subject_gets_an_article_where_the_texts_have_one() -> None:
    made = casts("snowy owl", CREW, "frzcrew, ")
    assert made
    assert all(text.startswith("frzcrew, portrait of a snowy owl") for text in made)


def test_texts_of_several_leave_the_article_of_one_open() -> None:
    made = casts("a heron", HARBOUR, "hbrink, ")
    assert {text.split(",")[1] for text in made} == {" a heron"}


def test_what_is_said_of_somebody_is_said_of_a_thing_otherwise() -> None:
    assert any(" behind it" in text for text in casts("a heron", HARBOUR, "hbrink, "))
    assert not any(" him" in text for text in casts("a heron", HARBOUR, "hbrink, "))
    assert any(" behind him" in text for text in casts("an old sailor", HARBOUR, "hbrink, "))


def test_a_place_before_the_subject_stays_and_how_it_looks_is_lent() -> None:
    made = casts("The old wall in the yard", STEPPE)
    assert made
    assert all(text.startswith("On the steppe, the old wall in the yard, ") for text in made)
    assert any(re.search(r"\. (?:Wide|Frontal)(?:, \d\dmm)?, [a-z ]+\.$", text) for text in made)


def test_the_form_stays_and_what_varies_in_it_is_new() -> None:
    made = casts("four skateboards", PLATES, "Textbook plate: ")
    assert made
    for text in made:
        letter, ground = re.findall(
            r"leader lines A to (\w), no words\. Pale (\w+) ground\.", text
        )[0]
        assert letter not in "HF"
        assert ground not in ("yellow", "blue")
        assert "muscle" not in text  # in sentences, things hang together


def test_numbers_stay_between_those_of_the_texts() -> None:
    texts = [
        "LOOK 04 / waxed jacket in tobacco / model: man, fifties / shot on a dock, date '94 7 02",
        "LOOK 19 / long hoodie / model: person, thirties / shot in a car wash, date '97 9 21",
        "LOOK 11 / shrunken vest / model: woman, twenties / shot under a flyover, date '92 8 30",
    ]
    made = casts("an elephant", texts)
    assert made
    for text in made:
        look, year, month, day = re.findall(r"LOOK (\d\d).* '(\d\d) (\d) (\d\d)$", text)[0]
        assert 4 <= int(look) <= 19
        assert 92 <= int(year) <= 97
        assert 7 <= int(month) <= 9
        assert 2 <= int(day) <= 30
        assert re.search(r"model: (?:man|woman|person), (?:twen|thir|fif)ties /", text)


def test_no_run_of_words_is_one_texts_alone() -> None:
    own = [set(grams(words(text), 6)) for text in [*CREW, *TOYS]]
    for texts in (CREW, TOYS):
        for text in casts("a white sheep", texts):
            assert all(runs.isdisjoint(grams(words(text), 6)) for runs in own)


def test_what_all_texts_are_of_stays_and_a_draft_of_it_takes_its_place() -> None:
    begun = "ohwx_lamp, a brass desk lamp"
    made = casts("lamp under a piano", LAMP, "ohwx_lamp, ")
    assert made
    assert all(text.startswith(f"{begun} under a piano, ") for text in made)
    made = casts("a heron on a piano", LAMP, "ohwx_lamp, ")
    assert made
    assert all(text.startswith(f"{begun}, heron on a piano, ") for text in made)


def test_portraits_have_somebody_before_a_thing_but_not_before_an_animal() -> None:
    made = casts("the old lighthouse", CREW, "frzcrew, ")
    assert made
    behind = [text for text in made if ", the old lighthouse behind" in text]
    assert {text.split(", ")[1] for text in behind} == {"portrait of a cook", "portrait of a pilot"}


def test_tags_count_people_and_end_as_the_texts_do() -> None:
    for text in casts("a boy feeding rabbits", GIRLS):
        tags = text.split(", ")
        assert tags[:3] == ["1boy", "solo", "boy feeding rabbits"]
        assert tags[-2:] == ["safe", "rating_general"]
        assert not any(tag.startswith(("a ", "the ")) for tag in tags)
    made = casts("two bicycles", GIRLS)
    assert made
    assert all(text.startswith("no_humans, two bicycles, ") for text in made)


def test_texts_that_share_all_but_the_subject_differ_in_it_and_in_a_colour() -> None:
    texts = [
        f"hbrink, {subject}, loose ink drawing, one wash of {colour}, bare paper for the sky"
        for subject, colour in (
            ("a fishing boat tied to a stone quay", "rust red"),
            ("two gulls on a bollard", "slate blue"),
            ("a crane over a warehouse roof", "ochre"),
        )
    ]
    made = casts("a ferry at night", texts, "hbrink, ")
    assert made
    for text in made:
        assert re.fullmatch(
            r"hbrink, a ferry at night, .+, loose ink drawing, "
            r"one wash of (?!rust|slate|ochre)\w+, bare paper for the sky",
            text,
        )
    assert len({text.split(", ")[2] for text in made}) > 5
    assert any(text.startswith("hbrink, a market ") for text in casts("market", texts, "hbrink, "))


@pytest.mark.parametrize(
    ("draft", "texts", "begun"),
    [
        ("xyzzy", CREW, "frzcrew, "),  # nobody knows it
        ("a fox", CREW[:1], "frzcrew, "),
        ("a fox", ["a\nb c", "a\nd e"], ""),
        ("a fox", ["inkst", "inkst, an owl on ice"], "inkst"),
        ("a fox", ["nadjavm is at a desk", "nadjavm is on a bus"], "nadjavm is "),
    ],
)
def test_where_no_form_or_subject_can_be_told_there_are_none(
    draft: str, texts: list[str], begun: str
) -> None:
    assert casts(draft, texts, begun) == ()


def test_the_same_draft_and_texts_give_the_same() -> None:
    assert casts("a fox", CREW, "frzcrew, ") == casts("a fox", CREW, "frzcrew, ")


@given(
    texts=st.lists(
        st.text("ab oil lamp B7 0.5 blue red :,./|-'\"portrait of a cat the\u0663", max_size=60)
        | st.sampled_from([*TOYS, *CREW, *PLATES, *STEPPE, *LAMP, *GIRLS]),
        max_size=5,
    ),
    draft=st.sampled_from(["a fox", "6 parsnips", "two people facing each other", "THE lamp", "."]),
)
@settings(max_examples=200, deadline=None)
def test_whatever_the_texts_are_nothing_breaks(texts: list[str], draft: str) -> None:
    begun = trigger_of(texts)
    for text in casts(draft, texts, begun):
        assert text.startswith(begun)
        assert text.strip()
