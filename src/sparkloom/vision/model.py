"""Eyes that are a vision-language model: behind a server that speaks OpenAI's chat protocol, or in
this process from a GGUF file with its vision part.

What a model answers is taken field by field: a field that is not what it must be is left out, as
is everything that the model does not know.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from concurrent.futures import CancelledError
from functools import cache
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from sparkloom.chat import ChatServer, read_object, unthought
from sparkloom.chat.local import LocalServer
from sparkloom.chat.server import Address
from sparkloom.errors import EngineError, InvalidRequestError
from sparkloom.queue import result_of
from sparkloom.reference import FORMATS, Picture
from sparkloom.settings import Settings
from sparkloom.vision.description import Colour, ImageDescription

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 1024
"""Pixels of a picture as it is sent: more costs much and shows these models little more."""

LOSSLESS_SIDE = 256
"""Up to so many pixels a picture, a sprite mostly, is sent without loss."""

MAX_TOKENS = 800

OWN = ("engine", "warnings", "transparent")
"""What of a description is not asked of a model."""

ALSO = {
    "photo": "photograph",
    "photography": "photograph",
    "3d": "3D render",
    "3d render": "3D render",
    "render": "3D render",
    "pixel-art": "pixel art",
    "icon": "flat icon",
    "center": "centre",
    "middle": "centre",
    "low": "soft",
    "high": "strong",
    "person": "one person",
    "people": "several people",
    "closeup": "close-up",
}
"""Other words for what a description says."""

UNKNOWN = ("", "null", "none", "unknown", "n/a", "uncertain", "unclear")


class Model:
    """A vision-language model that the settings name. Loads or connects with the first picture."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._local: LocalServer | None = None
        self._server: ChatServer | None = None

    @property
    def name(self) -> str:
        settings = self._settings
        if settings.vision_file:
            return f"model {Path(settings.vision_file).name}"
        return f"model {settings.vision_model or 'first'} at {settings.vision_url}"

    def describe(self, picture: Picture) -> ImageDescription:
        image = opened(picture)
        content = [
            {"type": "text", "text": "Describe this image."},
            {"type": "image_url", "image_url": {"url": data_url(image)}},
        ]
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": instruction()},
            {"role": "user", "content": content},
        ]
        call = self._connected().ask(
            messages, schema(), MAX_TOKENS + self._settings.vision_thinking_tokens, temperature=0.0
        )
        try:
            reply = result_of(call)
        except CancelledError:
            raise EngineError("The eyes were closed.") from None
        seen = read_description(reply.text, self.name)
        clear = image.getchannel("A").getextrema() != (255, 255)
        return seen.model_copy(update={"transparent": clear})

    def close(self) -> None:
        with self._lock:
            server, self._server = self._server, None
            local, self._local = self._local, None
        if server is not None:
            server.close()
        if local is not None:
            local.close()

    def _connected(self) -> ChatServer:
        with self._lock:
            if self._server is None:
                self._server = ChatServer(self._address())
            return self._server

    def _address(self) -> Address:
        settings = self._settings
        if settings.vision_file:
            self._local = LocalServer(
                Path(settings.vision_file),
                settings.context_tokens,
                settings.threads,
                Path(settings.vision_mmproj),
            )
            return self._local.address(settings.vision_timeout)
        return Address(
            settings.vision_url,
            settings.vision_model,
            settings.vision_key.get_secret_value(),
            settings.vision_timeout,
            settings.engine_retries,
            settings.engine_calls,
            settings.engine_pause,
            settings.engine_extra,
            setting="SPARKLOOM_VISION",
        )


def opened(picture: Picture) -> Image.Image:
    """A picture upright and in RGBA.

    Raises:
        InvalidRequestError: it is damaged.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
            return ImageOps.exif_transpose(image).convert("RGBA")
    except Exception:  # a decoder met bytes made to break it: still the sender's fault
        raise InvalidRequestError("is a damaged picture") from None


def data_url(image: Image.Image) -> str:
    """A picture as it is sent: `LONGEST_SIDE` pixels at most, on white where it is transparent."""
    from PIL import Image

    image = image.copy()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    file = io.BytesIO()
    kind = "png" if max(flat.size) <= LOSSLESS_SIDE else "jpeg"
    flat.save(file, kind, quality=90)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


@cache
def instruction() -> str:
    return resources.files("sparkloom.vision").joinpath("model.md").read_text("utf-8")


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of an answer, in the subset that every server takes."""
    made = ImageDescription.model_json_schema()
    colour = _plain(made["$defs"]["Colour"])
    properties = {
        name: {"type": "array", "items": colour} if name == "palette" else _plain(value)
        for name, value in made["properties"].items()
        if name not in OWN
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_description(text: str, engine: str) -> ImageDescription:
    """What a model's answer says; an answer without JSON is taken for the sentence.

    Raises:
        EngineError: it says nothing.
    """
    found = read_object(text)
    if found is None:
        said = " ".join(unthought(text).split())
        found = {} if "{" in said or said.startswith("<") else {"sentence": said}
    fields = {name: _field(name, value) for name, value in found.items() if name not in OWN}
    known = {name: value for name, value in fields.items() if value is not None}
    sentence = str(known.pop("sentence", "") or known.get("subject", ""))
    if not sentence:
        raise EngineError("The vision model answered with no description.")
    if "subject" not in known:
        known.pop("confidence", None)
    return ImageDescription(sentence=sentence, engine=engine, **known)


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without titles, defaults and limits."""
    kept = {
        name: part
        for name, part in value.items()
        if name in ("type", "enum", "anyOf", "items", "properties", "required")
    }
    if "anyOf" in kept:
        kept["anyOf"] = [_plain(branch) for branch in kept["anyOf"]]
    if "properties" in kept:
        kept["properties"] = {name: _plain(part) for name, part in kept["properties"].items()}
        kept["additionalProperties"] = False
    return kept


def _field(name: str, value: Any) -> Any:
    """A field's value; None where it is not what it must be."""
    known = ImageDescription.model_fields.get(name)
    if known is None:
        return None
    if name == "palette":
        return _palette(value)
    if isinstance(value, bool) and name != "symmetric":
        return None
    if isinstance(value, str):
        value = " ".join(value.split())
        if value.casefold() in UNKNOWN and name != "people":
            return None
    adapter = TypeAdapter[Any](known.annotation)  # type: ignore[arg-type]
    for form in _forms(value):
        try:
            return adapter.validate_python(form)
        except ValidationError:
            continue
    return None


def _forms(value: Any) -> list[Any]:
    """A value, and what else it may mean: other words, a share in percent."""
    if isinstance(value, str):
        low = value.casefold()
        return [value, low, ALSO.get(low, low)]
    if isinstance(value, (int, float)) and 1 < value <= 100:
        return [value, value / 100]
    return [value]


def _palette(value: Any) -> tuple[Colour, ...]:
    """The colours that can be read, the largest first; their shares add up to 1 at most."""
    colours = []
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        share = item.get("share")
        if isinstance(share, (int, float)) and not isinstance(share, bool) and share > 1:
            share /= 100
        try:
            colours.append(
                Colour(
                    name=str(item.get("name") or "").strip().lower(),
                    hex=str(item.get("hex", "")).strip().lower(),
                    share=share,
                )
            )
        except ValidationError:
            continue
    whole = max(1.0, sum(colour.share for colour in colours))
    shared = [c.model_copy(update={"share": c.share / whole}) for c in colours if c.name]
    return tuple(sorted(shared, key=lambda colour: -colour.share))
