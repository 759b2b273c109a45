"""What a person asks for on the page, made into the fields of a request."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkloom.errors import InvalidRequestError, SparkloomError
from sparkloom.reference import is_data_url, read_picture
from sparkloom.request import EDITORS, Mode
from sparkloom.response import shortened
from sparkloom.words import phrases


@dataclass(frozen=True, slots=True)
class Way:
    """A way of writing, as the page offers it.

    Attributes:
        name: what it does for the person.
        told: a sentence on it.
        example: what could be typed.
        pictures: what pictures are for in it.
    """

    name: str
    told: str
    example: str
    pictures: str = "Pictures to take after, if you like"


WAYS: Mapping[str, Way] = {
    "finish": Way(
        "Finish my prompt",
        "Keeps your words to the letter and goes on from them.",
        "a dragon guarding",
    ),
    "surprise": Way(
        "Surprise me",
        "Invents something new around your words, or out of nothing.",
        "fox",
    ),
    "layout": Way(
        "Lay it out",
        "Writes a whole picture in sections: subject, setting, light, palette, style.",
        "old fisherman mending nets, oil painting",
    ),
    "fit": Way(
        "Fit my model",
        "Speaks the dialect of a model, or takes after pictures.",
        "a heron at dawn",
        "Pictures to take after",
    ),
    "edit": Way(
        "Edit this image",
        "Turns what you want changed into an instruction for an image editor.",
        "make it winter",
        "The picture to edit, then references",
    ),
}
"""The ways in the order of the page."""

_WAY_OF: Mapping[Mode, str] = {
    "completion": "finish",
    "inventive": "surprise",
    "structured": "layout",
    "contextual": "fit",
    "contextual-v2": "fit",
    "image-editing": "edit",
}
_MODES: Mapping[str, Mode] = {
    "finish": "completion",
    "surprise": "inventive",
    "layout": "structured",
    "edit": "image-editing",
}
_LABELS = {
    "assetIds": "Pictures",
    "image": "Picture",
    "images": "Pictures",
    "modelId": "Model",
    "length": "Length",
    "numResults": "How many",
    "prompt": "Your words",
    "seed": "Seed",
    "temperature": "Temperature",
    "topP": "Top-p",
}


@dataclass(frozen=True, slots=True)
class Form:
    """The page as it is filled in.

    Attributes:
        way: a key of `WAYS`.
        pictures: files that were dropped, in their order.
        model: the id of a model; None for none.
        length: short, medium or long.
        seed: as it is typed; blank to have one drawn.
        temperature, top_p: None for the mode's own.
    """

    spark: str = ""
    way: str = "finish"
    pictures: Sequence[str] = ()
    model: str | None = None
    number: int = 3
    length: str = "medium"
    temperature: float | None = None
    top_p: float | None = None
    seed: str = ""
    clear: bool = False


def fields_of(form: Form) -> dict[str, Any]:
    """The fields of the request that a form asks for, as they go over the wire.

    Raises:
        InvalidRequestError: something is missing or cannot be read.
    """
    pictures = [picture_url(Path(path)) for path in form.pictures]
    asked: dict[str, Any] = {
        "mode": _MODES.get(form.way) or ("contextual-v2" if form.model else "contextual"),
        "prompt": form.spark or None,
        "modelId": form.model,
        "numResults": form.number,
        "length": None if form.length == "medium" else form.length,
        "temperature": form.temperature,
        "topP": form.top_p,
        "seed": _seed(form.seed),
        "ensureIPCleared": form.clear,
    }
    if form.way == "fit" and not form.model and not pictures:
        raise InvalidRequestError("Choose the model to fit, or drop pictures to take after.")
    if form.way == "edit":
        if not pictures:
            raise InvalidRequestError("Drop the picture that is to be edited.")
        asked |= {"image": pictures[0], "modelId": form.model if form.model in EDITORS else None}
        pictures = pictures[1:]
    asked["images"] = pictures or None
    return {name: value for name, value in asked.items() if value is not None}


def picture_url(path: Path) -> str:
    """The data URL of a picture's file.

    Raises:
        InvalidRequestError: it is not a picture that can be read, or too large.
    """
    try:
        picture = read_picture(path.read_bytes())
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{path.name} {error.reason}", field="images") from None
    data = base64.b64encode(picture.data).decode()
    return f"data:image/{picture.format.lower()};base64,{data}"


def with_pictures(asked: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """A request as its job records it, with the pictures again that the record leaves out.

    Args:
        paths: the files of pictures that are on the page now.

    Raises:
        InvalidRequestError: one of its pictures is not on the page.
    """
    here = {shortened(url): url for url in map(picture_url, map(Path, paths))}

    def found(reference: str) -> str:
        if not is_data_url(reference):
            return reference
        if reference not in here:
            raise InvalidRequestError(
                "Drop the pictures of this prompt again: what was written is kept, they are not."
            )
        return here[reference]

    again = dict(asked)
    if "image" in again:
        again["image"] = found(again["image"])
    if "images" in again:
        again["images"] = [found(reference) for reference in again["images"]]
    return again


def form_of(asked: Mapping[str, Any]) -> Form:
    """The form that asks for what a job was asked for, without its pictures.

    Args:
        asked: `metadata.input` of a job.
    """
    return Form(
        spark=asked.get("prompt", ""),
        way=_WAY_OF[asked["mode"]],
        model=asked.get("modelId"),
        number=asked.get("numResults", 1),
        length=asked.get("length", "medium"),
        temperature=asked.get("temperature"),
        top_p=asked.get("topP"),
        seed=str(asked["seed"]),
        clear=asked.get("ensureIPCleared", False),
    )


def parts_of(text: str, sections: Mapping[str, str]) -> list[str]:
    """What of a prompt can be kept apart from the rest: its sections, else its phrases."""
    return list(sections.values()) or phrases(text)


def keep(asked: Mapping[str, Any], kept: Sequence[str]) -> dict[str, Any]:
    """A request that keeps some parts of a prompt and has the rest written anew.

    Args:
        asked: what the prompt was asked for with.
        kept: the parts.

    Raises:
        InvalidRequestError: there is none.
    """
    if not kept:
        raise InvalidRequestError("Choose at least one part to keep.")
    mode = "completion" if asked["mode"] == "inventive" else asked["mode"]
    again = {name: value for name, value in asked.items() if name != "seed"}
    return {**again, "mode": mode, "prompt": ", ".join(kept)}


def more_like(asked: Mapping[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    """A request for prompts with the idea of another one.

    The idea is its first part, or its first two where that is only a word or two, as a trigger is.
    Of an edit instruction it is the wish: an instruction is no wish of its own.
    """
    if asked["mode"] == "image-editing":
        return {name: value for name, value in asked.items() if name != "seed"} | {"numResults": 3}
    short = len(parts) > 1 and len(parts[0].split()) <= 2
    return keep({**asked, "numResults": 3}, parts[: 2 if short else 1])


def told(error: SparkloomError) -> str:
    """An error as the page says it: a field goes by the name that it has there."""
    name, mark, rest = error.reason.partition(": ")
    label = _LABELS.get(name.partition("[")[0])
    return f"{label}: {rest}" if mark and label else error.reason


def _seed(typed: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return int(typed)
    except ValueError:
        raise InvalidRequestError(
            "Seed: must be a whole number, or empty to have one drawn.", field="seed"
        ) from None
