"""What references show, by whoever knows it best."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import data_url, picture
from eyes import Naming, description
from sparkloom.catalog import Catalog
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.queue import Queue
from sparkloom.reference import Picture
from sparkloom.settings import Settings
from sparkloom.sight import Reference, Seen, Sight, doubts, told
from sparkloom.vision import Colour, ImageDescription

PROJECT = "proj_1"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(Settings(engine="echo", data_dir=tmp_path)) as catalog:
        yield catalog


def test_what_people_say_comes_first_and_the_rest_is_looked_at(catalog: Catalog) -> None:
    stored = catalog.assets.add(PROJECT, picture("red"), "a.png")
    eyes = Naming(subject="a cat", warnings=("Dim light.",))
    seen = Sight(catalog, lambda: eyes).look(
        PROJECT,
        [
            Reference("images", "asset_1", "a dog, asleep"),
            Reference("images", data_url("teal"), ""),
            Reference("assetIds", stored.id, ""),
        ],
    )
    assert seen.texts == ("a dog, asleep", "a cat", "a cat")
    assert [one.data for one in eyes.looked] == [picture("teal").data, picture("red").data]
    assert len(seen.descriptions) == 2
    assert seen.warnings == ("Dim light.",)


def test_nobody_looks_on_when_the_caller_has_gone(catalog: Catalog) -> None:
    begun, go = threading.Event(), threading.Event()

    class Slow(Naming):
        def describe(self, picture: Picture) -> ImageDescription:
            begun.set()
            assert go.wait(60)
            return super().describe(picture)

    eyes = Slow(subject="a cat")
    sight = Sight(catalog, lambda: eyes)
    pictures = [Reference("images", data_url(colour), "") for colour in ("teal", "red")]
    queue = Queue(1, 0, deadline=60)

    async def main() -> None:
        looking = asyncio.ensure_future(queue.run(lambda: sight.look(PROJECT, pictures)))
        assert await asyncio.to_thread(begun.wait, 60)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        go.set()

    asyncio.run(main())
    queue.close()
    assert len(eyes.looked) == 1


@pytest.mark.parametrize("error", [InvalidRequestError, UnavailableError])
def test_who_cannot_look_says_at_which_field(catalog: Catalog, error: type[Exception]) -> None:
    sight = Sight(catalog, lambda: Naming(error=error("is damaged")))
    with pytest.raises(error, match="images: is damaged") as caught:
        sight.look(PROJECT, [Reference("images", data_url(), "")])
    assert caught.value.details == {"field": "images"}  # type: ignore[attr-defined]


def test_the_eyes_are_closed_with_the_sight(catalog: Catalog) -> None:
    eyes = Naming(subject="a cat")
    sight = Sight(catalog, lambda: eyes)
    assert sight.look(PROJECT, [Reference("images", data_url(), "")]).texts == ("a cat",)
    sight.close()
    assert not eyes.looked


def test_eyes_are_opened_when_somebody_has_to_look(catalog: Catalog) -> None:
    def refuse() -> Naming:
        raise AssertionError("nobody had to look")

    sight = Sight(catalog, refuse)
    assert sight.look(PROJECT, [Reference("images", "asset_1", "a dog")]).texts == ("a dog",)
    sight.close()


GREY = Colour(name="grey", hex="#808080", share=0.5)
TAN = Colour(name="tan", hex="#d2b48c", share=0.2)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "image"),
        ({"subject": "a cat"}, "a cat"),
        ({"medium": "photograph", "subject": "a cat"}, "photograph of a cat"),
        ({"medium": "photograph", "people": "several people"}, "photograph of people"),
        ({"medium": "pixel art", "structure": "sprite"}, "sprite"),
        ({"shot": "close-up", "position": "centre"}, "image; close-up, centred"),
        ({"position": "upper left", "palette": (GREY,)}, "image; upper left; colours grey"),
        (
            {"palette": (GREY, GREY, TAN), "background": "plain white"},
            "image; colours grey, tan; plain white background",
        ),
        ({"background": "a dark background"}, "image; a dark background"),
    ],
)
def test_a_description_is_told_as_people_do(fields: dict[str, Any], text: str) -> None:
    assert told(description(**fields)) == text


@pytest.mark.parametrize(
    ("wish", "seen", "doubted"),
    [
        ("", Seen(("a cat",)), False),
        ("make it night", Seen(("a cat",)), False),
        ("remove the dog", Seen(("a cat on a mat",)), True),
        ("remove the cat", Seen(("a cat on a mat",)), False),
        ("remove", Seen(("a cat on a mat",)), False),
        ("remove the dog", Seen(("image",), (description(),)), False),
        ("remove the man", Seen(("image",), (description(),)), False),
        ("remove the man", Seen(("image",), (description(empty_space=0.99),)), False),
        ("remove the man", Seen(("image",), (description(empty_space=1),)), True),
        ("remove the man", Seen(("image",), (description(engine="gpt-5"),)), True),
        (
            "remove the man",
            Seen(("image",), (description(engine="gpt-5", people="one person"),)),
            False,
        ),
        (
            "remove the dog",
            Seen(("a man",), (description(engine="gpt-5", sentence="A man with a dog."),)),
            False,
        ),
        (
            "remove the word SALE",
            Seen(("a bag",), (description(engine="gpt-5", text="SALE"),)),
            False,
        ),
    ],
)
def test_only_who_would_have_told_is_believed(wish: str, seen: Seen, doubted: bool) -> None:
    found = doubts(wish, seen)
    assert bool(found) is doubted
    if found:
        assert f"\u201c{wish}\u201d" in found[0]
