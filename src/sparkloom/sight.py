"""Seeing on the path of a request: what references show, by whoever knows it best."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, get_args

from sparkloom.bank.manners import manners_of
from sparkloom.catalog import Catalog
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.queue import still_wanted
from sparkloom.reference import decode, is_data_url, read_picture
from sparkloom.vision import Eyes, ImageDescription
from sparkloom.vision.description import Medium
from sparkloom.vision.sentence import PEOPLE
from sparkloom.words import content_stems, stem

PERSONS = frozenset(
    map(stem, "person people man men woman women boy girl child children crowd figure guy".split())
)
REMOVAL = frozenset(map(stem, "remove removed erase delete rid get of without completely".split()))
MEDIA = frozenset(name.lower() for name in (*get_args(Medium), "image", "sprite"))
"""How an image may be made, in a word or two."""

MEDIUM = re.compile(
    r"^(?:an? |the )?(?:black and white |[\w-]+ )?"
    r"(?:photo(?:graph)?|picture|image|drawing|sketch|painting|illustration|(?:3d )?render(?:ing)?|"
    r"sprite(?: sheet(?: row)?)?|icon|scan|watercolou?r(?: painting)?|pixel art)"
    r"(?: sprite| icon)?(?: of |: ?)",
    re.IGNORECASE,
)
"""How a description begins that says how the image was made: that may be what is to change."""

NAMED_COLOURS = 3
"""So many colours of a palette are told."""


class Reference(NamedTuple):
    """A reference of a request.

    Attributes:
        field: where it stands: `image`, `images` or `assetIds`.
        name: a data URL or the id of an asset.
        description: what its asset is said to show; empty where nobody said.
    """

    field: str
    name: str
    description: str


def referenced(catalog: Catalog, project: str, fields: Mapping[str, str]) -> list[Reference]:
    """References with what their assets are said to show.

    Args:
        fields: where each stands, by its name.

    Raises:
        NotFoundError: one of them is an asset that the project does not have.
    """
    ids = [name for name in fields if not is_data_url(name)]
    assets = catalog.assets.bulk(project, ids) if ids else []
    described = {asset.id: (asset.description or "").strip() for asset in assets}
    return [Reference(field, name, described.get(name, "")) for name, field in fields.items()]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the references of a request show.

    Attributes:
        texts: of each, in order.
        descriptions: of those that eyes looked at.
        looked: the places of these among the texts.
        warnings: what the user should know of it, in sentences.
    """

    texts: tuple[str, ...] = ()
    descriptions: tuple[ImageDescription, ...] = ()
    looked: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


NOTHING_SEEN = Seen()


class Sight:
    """Tells what references show: what people say of them first, then what eyes see.

    Args:
        open_eyes: who looks; asked for when somebody has to.
    """

    def __init__(self, catalog: Catalog, open_eyes: Callable[[], Eyes]) -> None:
        self._catalog = catalog
        self._open_eyes = open_eyes

    def look(self, project: str, references: Sequence[Reference]) -> Seen:
        """Look at references in order; nobody looks at what is described.

        Raises:
            InvalidRequestError: one of them is a damaged picture.
            UnavailableError: the eyes cannot be loaded or reached.
            AbandonedError: nobody waits for the request any more.
        """
        texts, descriptions, looked = [], [], []
        for number, reference in enumerate(references):
            still_wanted()
            if reference.description:
                texts.append(reference.description)
                continue
            description = self._describe(project, reference)
            descriptions.append(description)
            looked.append(number)
            texts.append(told(description))
        warnings = dict.fromkeys(text for seen in descriptions for text in seen.warnings)
        return Seen(tuple(texts), tuple(descriptions), tuple(looked), tuple(warnings))

    @cached_property
    def _eyes(self) -> Eyes:
        return self._open_eyes()

    def close(self) -> None:
        """Give back what the eyes hold."""
        if "_eyes" in self.__dict__:
            self._eyes.close()

    def _describe(self, project: str, reference: Reference) -> ImageDescription:
        try:
            if is_data_url(reference.name):
                return self._eyes.describe(decode(reference.name))
            content = self._catalog.assets.content(project, reference.name)
            return self._eyes.describe(read_picture(content.data))
        except (InvalidRequestError, UnavailableError) as error:
            reason = f"{reference.field}: {error.reason}"
            raise type(error)(reason, **{**error.details, "field": reference.field}) from error


def told(seen: ImageDescription) -> str:
    """A description as the hand-written ones are: what it is of, then its traits.

    `photograph of a tabby cat; close-up, centred; colours brown, tan; a plain dark background`
    """
    subject = subject_of(seen)
    medium = seen.structure if seen.structure == "sprite" else seen.medium
    what = f"{medium} of {subject}" if medium and subject else medium or subject or "image"
    position = "centred" if seen.position == "centre" else seen.position
    names = list(dict.fromkeys(colour.name for colour in seen.palette))[:NAMED_COLOURS]
    parts = [
        what,
        ", ".join(filter(None, [seen.shot, position])),
        f"colours {', '.join(names)}" if names else None,
        ground_of(seen),
    ]
    return "; ".join(filter(None, parts))


def subject_of(seen: ImageDescription) -> str:
    """What an image is of; people where nothing else is named; empty where nothing is."""
    return seen.subject or PEOPLE.get(seen.people or "", "")


def ground_of(seen: ImageDescription) -> str:
    """The background of an image, called so; empty where nothing is known of it."""
    ground = seen.background or ""
    return ground if not ground or "background" in ground else f"{ground} background"


def doubts(wish: str, seen: Seen) -> tuple[str, ...]:
    """What a wish wants removed that the images do not show, as warnings.

    Only where those who looked would have told: people who described an asset, and vision-language
    models. The offline eyes know what is there, and what is not where the image is empty.
    """
    if not wish or [family.name for family in manners_of(wish)] != ["remove"]:
        return ()
    target = {word for word in content_stems(wish) if word not in REMOVAL}
    texts = [*seen.texts, *(f"{one.sentence} {one.text or ''}" for one in seen.descriptions)]
    people = any(one.people not in (None, "none") for one in seen.descriptions)
    shown = {word for text in texts for word in content_stems(text)} | (
        PERSONS if people else set()
    )
    if not target or shown & target:
        return ()
    if len(seen.descriptions) < len(seen.texts) or any(map(_would_tell, seen.descriptions)):
        return (
            f"The image, as far as it is described, does not show what \u201c{wish.strip()}\u201d "
            "wants removed; the instruction asks for it all the same.",
        )
    return ()


def _would_tell(seen: ImageDescription) -> bool:
    """Whether what a description does not name is not there."""
    return not seen.engine.startswith("offline") or seen.empty_space == 1
