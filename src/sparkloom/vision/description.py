"""What an image shows, as far as it is certain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Medium = Literal[
    "photograph", "illustration", "painting", "drawing", "3D render", "pixel art", "flat icon"
]
People = Literal["none", "one person", "several people"]
Light = Literal["dark", "even", "bright"]
Contrast = Literal["soft", "medium", "strong"]
Shot = Literal["close-up", "medium shot", "wide shot"]
Position = Literal[
    "upper left", "top", "upper right", "left", "centre", "right", "lower left", "bottom",
    "lower right",
]  # fmt: skip
Structure = Literal["sprite", "sprite sheet", "tileset"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Colour(_Record):
    """A colour of a palette.

    Attributes:
        name: a plain English name, `dark teal`.
        hex: `#rrggbb` in sRGB.
        share: of the visible image, 0 to 1.
    """

    name: str
    hex: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]
    share: Share


class ImageDescription(_Record):
    """What an image shows. What is not certain is None or empty, never guessed.

    Attributes:
        medium: how it was made.
        subject: what it is of, in a few words: `a tabby cat`.
        confidence: of the subject, 0 to 1; None where there is none.
        people: whether there are any.
        text: what is written in it.
        palette: its main colours, the largest share first; the shares add up to 1 at most.
        light: how bright it is.
        contrast: how far its lights and darks are apart.
        shot: how much of the frame the subject fills.
        position: where in the frame the subject is.
        symmetric: whether its left mirrors its right.
        empty_space: the share of the frame without detail, 0 to 1.
        background: what is behind the subject: `plain white`, `transparent`, `a snowy field`.
        transparent: whether some of it is.
        structure: what it is in a game, where that shows.
        sentence: all that is certain, as one sentence.
        engine: whose description it is.
        warnings: what its user should know of it, in sentences.
    """

    medium: Medium | None = None
    subject: str | None = None
    confidence: Share | None = None
    people: People | None = None
    text: str | None = None
    palette: tuple[Colour, ...] = ()
    light: Light | None = None
    contrast: Contrast | None = None
    shot: Shot | None = None
    position: Position | None = None
    symmetric: bool | None = None
    empty_space: Share | None = None
    background: str | None = None
    transparent: bool | None = None
    structure: Structure | None = None
    sentence: str
    engine: str
    warnings: tuple[str, ...] = ()
