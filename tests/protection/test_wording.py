"""Wording: the sentence stays one, whatever stands before and behind the name."""

from __future__ import annotations

import pytest

from sparkloom.protection import Clearing, Detector


@pytest.fixture(scope="module")
def clearing() -> Clearing:
    return Clearing(Detector())


STYLE = "smoky fantasy oil with broad brushwork and an umber and ember palette"


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("a dragon by Greg Rutkowski", f"a dragon in {STYLE}"),
        ("By Greg Rutkowski: a dragon", f"In {STYLE}: a dragon"),
        ("a dragon in the style of Greg Rutkowski", f"a dragon in the style of {STYLE}"),
        ("a dragon, inspired by Greg Rutkowski", f"a dragon, inspired by {STYLE}"),
        ("dragon, Greg Rutkowski, fog", f"dragon, {STYLE}, fog"),
        ("a Greg Rutkowski style dragon", "a smoky fantasy oil style dragon"),
        ("Greg Rutkowski-inspired dragon", "Smoky-fantasy-oil-inspired dragon"),
        ("a Greg Rutkowski oil painting", "a smoky fantasy oil painting"),
        ("Tim Burton's version of Oz", "A spindly gothic storybook version of Oz"),
        ("a Picasso on the wall", "a fractured cubist painting on the wall"),
        ("Picasso smoking on a bench", "An artist smoking on a bench"),
        ("paint it the way Picasso would", "paint it the way an artist would"),
        ("a Picasso hanging in a hall", "a fractured cubist painting hanging in a hall"),
        ("Picassos in a vault", "Fractured cubist paintings in a vault"),
        ("a Banksy on a wall", "a stencil street art piece on a wall"),
        ("a Hayao Miyazaki meadow", "a hand-painted meadow"),
        ("Hayao Miyazaki drawing at a desk", "An artist drawing at a desk"),
        ("inspired by Yayoi Kusama's dots", "inspired by obsessive dots"),
        ("by Picasso and Greg Rutkowski", f"in fractured cubist painting and {STYLE}"),
    ],
)
def test_an_artist_becomes_a_way_of_painting(clearing: Clearing, text: str, cleared: str) -> None:
    assert clearing.clear(text).text == cleared


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        (
            "Darth Vader watering a bonsai",
            "A towering space tyrant in lacquered bronze armour watering a bonsai",
        ),
        ("two Ewoks in hats", "two small furry forest folk in hats"),
        ("Batmen in hats", "Masked night vigilantes in hats"),
        (
            "Batman and three Pikachus in hats",
            "A masked night vigilante and three round electric critters in hats",
        ),
        ("two Kirbys, fog", "two round balloon-like critters, fog"),
        (
            "Porsches and several Gandalfs in hats",
            "Sporty coupes and several wandering grey wizards in hats",
        ),
        (
            "Adidas' shoes, Kirby\u2019s hat",
            "Tracksuit sportswear's shoes, a round balloon-like critter\u2019s hat",
        ),
        ("both Batman's hats", "both masked night vigilante's hats"),
        ("an Ewok in a hat", "a small furry forest folk in a hat"),
        ("a Batman mask on a chair", "a masked night vigilante mask on a chair"),
        ("Batman's car", "A masked night vigilante's car"),
        ("old Jackie Chan, rain", "old agile martial-arts actor in plain cotton, rain"),
        ("the Joker of Gotham", "the grinning anarchic clown of a rain-dark gothic city"),
        ("Batman in a bath", "A masked night vigilante in a bath"),
        (
            "photo of Batman",
            "photo of a masked night vigilante in a slate cloak and riveted leather",
        ),
        (
            "Mickey Mouse and Minnie Mouse",
            "A cheerful cartoon rodent and another cheerful cartoon rodent",
        ),
        (
            "fog. Batman, rain",
            "fog. A masked night vigilante in a slate cloak and riveted leather, rain",
        ),
        ("What would Batman eat?", "What would a masked night vigilante eat?"),
        ("a Totoro-shaped cloud", "a big-furry-forest-spirit-shaped cloud"),
        ("the Hulk knitting", "the enraged stone-grey giant in torn trousers knitting"),
        ("the Smurfs' village", "the tiny blue-capped folk's village"),
        ("Zendaya's portrait", "A tall young actress's portrait"),
        ("a Dalek in a garden", "a studded salt-pot war machine in a garden"),
        ("Daleks in a garden", "Studded salt-pot war machines in a garden"),
        ("Barbies on a shelf", "Fashion dolls on a shelf"),
        (
            "LEGO Batman, fog",
            "Toy-brick masked night vigilante in a slate cloak and riveted leather, fog",
        ),
        ("#batman at dusk", "#MaskedNightVigilante at dusk"),
    ],
)
def test_a_character_becomes_somebody(clearing: Clearing, text: str, cleared: str) -> None:
    assert clearing.clear(text).text == cleared


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("two Cokes on a tray", "two fizzy colas on a tray"),
        ("a Coke and a Pepsi", "a fizzy cola and another fizzy cola"),
        ("A Coke. A Pepsi, warm", "A fizzy cola. Another fizzy cola, warm"),
        ("Coke and Pepsi", "Fizzy cola and more fizzy cola"),
        ("the Coke's label", "the fizzy cola's label"),
        ("a row of iPhones", "a row of slim glass phones"),
        ("his Rolexes in a drawer", "his wristwatches in a drawer"),
        ("an Oreo and Legos", "a dark sandwich biscuit and plastic toy bricks"),
        ("white Nike sneakers", "white sporty sneakers"),
        ("a red Ferrari parked", "a red low wedge-shaped sports car parked"),
        ("a lego castle", "a toy-brick castle"),
        ("made of lego", "made of plastic toy bricks"),
        ("an iPhone on a desk", "a slim glass phone on a desk"),
        ("shot on Kodak Portra 400", "shot on colour negative film"),
        ("in a Minecraft village", "in a blocky-game village"),
        ("<lora:batman:0.8> fox, <lora:ink:1>", " fox, <lora:ink:1>"),
        ("fox <lora:batman-v2:0.8>, snow", "fox, snow"),
    ],
)
def test_a_brand_becomes_a_kind_of_thing(clearing: Clearing, text: str, cleared: str) -> None:
    assert clearing.clear(text).text == cleared
