"""What may be asked: the body of `POST /v1/generate/prompt`.

Field names on the wire are camelCase, in Python snake_case; both are read. A request is
validated here once, and everything after it may trust it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from sparkloom.errors import InvalidRequestError
from sparkloom.reference import check_reference

Length = Literal["short", "medium", "long"]

Mode = Literal[
    "completion", "contextual", "contextual-v2", "image-editing", "inventive", "structured"
]
MODES: tuple[Mode, ...] = get_args(Mode)

OLD_MODE_NAMES: Mapping[str, Mode] = {"image-editing-prompt": "image-editing"}
EDITORS = (
    "flux-kontext",
    "gemini-2.0-flash",
    "gemini-2.5-flash",
    "gpt-image-1",
    "runway-gen4-image",
)
MAX_PROMPT_CHARACTERS = 10_000
MAX_DETECTION_CHARACTERS = 250_000
MAX_LOOKED_AT = 15
"""Images that one request may have looked at."""

MAX_SEED = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


def _new_mode_name(value: object) -> object:
    return OLD_MODE_NAMES.get(value, value) if isinstance(value, str) else value


def _number(value: object) -> float:
    """A finite number, and nothing that merely looks like one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("number", "must be a finite number")
    return value


def _whole_number(value: object) -> int:
    """A whole number; JSON writes 3 and 3.0 for the same one."""
    number = _number(value)
    if number != int(number):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return int(number)


def clean_text(value: str) -> str:
    """A text without control characters: neither terminals nor databases take them."""
    for character in value:
        if character in "\n\r\t":
            continue
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise PydanticCustomError(
                "text", "must not contain the control character U+{code}",
                {"code": f"{ord(character):04X}"},
            )  # fmt: skip
    return value


def _reference(value: str) -> str:
    if fault := check_reference(value):
        raise PydanticCustomError("reference", "{fault}", {"fault": fault})
    return value


CleanText = Annotated[StrictStr, AfterValidator(clean_text)]
Identifier = Annotated[CleanText, Field(min_length=1, max_length=200)]
ImageReference = Annotated[StrictStr, AfterValidator(_reference)]


class Body(BaseModel):
    """The base of everything that is asked: camelCase on the wire, snake_case here.

    A field that it does not have is refused: a mistyped one would be a wish that is dropped.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
    )

    @classmethod
    def parse(cls, values: object) -> Self:
        """Validate `values`, a mapping with names of either kind.

        Raises:
            InvalidRequestError: with one sentence for the first fault, `details["field"]`
                naming it, and every fault in `details["faults"]`.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = [_fault(cls, dict(fault)) for fault in error.errors(include_url=False)]
            first = faults[0]
            raise InvalidRequestError(
                f"{first['field']}: {first['fault']}", field=first["field"], faults=faults
            ) from None


class Asked(Body):
    """What is asked for; a field that is null counts as left out."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            raise PydanticCustomError("object", "must be a JSON object")
        return {name: value for name, value in values.items() if value is not None}


class PromptRequest(Asked):
    """A request for prompts.

    Raises:
        InvalidRequestError: from `parse`, with the faulty field in `details["field"]`.
    """

    mode: Annotated[Mode | None, BeforeValidator(_new_mode_name)] = Field(
        None,
        description="How to write: `completion` goes on from your words, `inventive` makes "
        "something new of them, `structured` lays them out in full; `contextual` and "
        "`contextual-v2` fit a model, `image-editing` writes an edit instruction.",
    )
    prompt: Annotated[CleanText, Field(max_length=MAX_PROMPT_CHARACTERS)] | None = Field(
        None, description="The spark: the words to start from. May be left out."
    )
    model_id: Identifier | None = Field(
        None, description="The image model that the prompts are for."
    )
    asset_ids: list[Identifier] | None = Field(
        None, description="Assets that condition the writing. Supersedes `modelId`."
    )
    images: list[ImageReference] | None = Field(
        None,
        description="Reference images, each a data URL or an asset id: at most 15 in "
        "`contextual-v2`, 5 otherwise.",
    )
    image: ImageReference | None = Field(
        None, description="The image to edit, a data URL or an asset id, in `image-editing`."
    )
    num_results: Annotated[int, Field(ge=1, le=5), BeforeValidator(_whole_number)] = Field(
        1, description="How many prompts to return, 1 to 5."
    )
    # The alias generator would write ensureIpCleared.
    ensure_ip_cleared: StrictBool = Field(
        False,
        alias="ensureIPCleared",
        description="Whether protected names are found and replaced in the results.",
    )
    seed: (
        Annotated[int, Field(ge=-MAX_SEED, le=MAX_SEED), BeforeValidator(_whole_number)] | None
    ) = Field(None, description="A whole number; the same one gives the same prompts again.")
    temperature: Annotated[float, Field(ge=0, le=2), BeforeValidator(_number)] | None = Field(
        None, description="0 (the likeliest words) to 2 (wild). Left out, the mode chooses."
    )
    top_p: Annotated[float, Field(gt=0, le=1), BeforeValidator(_number)] | None = Field(
        None,
        description="The share of probability that words are drawn from, above 0 and to 1.",
    )

    engine: Identifier | None = Field(
        None, description="Who writes, where the operator lets requests choose."
    )
    length: Length | None = Field(
        None,
        description="How long prompts are: `short`, `medium` (if left out) or `long`. It counts in "
        "`completion` and `inventive`, and for a model without texts of its own.",
    )

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        most = 15 if self.mode == "contextual-v2" else 5
        if len(self.references) > most:
            raise PydanticCustomError(
                "field:images",
                "images and assetIds name {count} references; {mode} takes at most {most}",
                {"count": len(self.references), "mode": self.mode or "this mode", "most": most},
            )
        if self.mode == "image-editing":
            if self.image is None:
                raise PydanticCustomError(
                    "field:image", "is required in image-editing: a data URL or an asset id"
                )
            if self.model_id is not None and self.model_id not in EDITORS:
                raise PydanticCustomError(
                    "field:modelId",
                    "must be one of {editors} in image-editing",
                    {"editors": ", ".join(EDITORS)},
                )
        return self

    @property
    def spark(self) -> str:
        """The words to start from, to the letter; empty where there are none."""
        return self.prompt if self.prompt and not self.prompt.isspace() else ""

    @property
    def references(self) -> list[str]:
        """The reference images, `images` first, each once. Not used in image-editing."""
        assets = [] if self.mode == "image-editing" else self.asset_ids or []
        return list(dict.fromkeys([*(self.images or []), *assets]))


class LookingRequest(Asked):
    """What requests to look at images have in common.

    `seed`, `temperature` and `topP` are accepted as the contract has them; the eyes draw nothing,
    so that the same picture always has the same description.
    """

    images: list[ImageReference] | None = Field(
        None,
        max_length=MAX_LOOKED_AT,
        description="The images, each a data URL or an asset id.",
    )
    asset_ids: list[Identifier] | None = Field(
        None, max_length=MAX_LOOKED_AT, description="More images, by their assets."
    )
    model_id: Identifier | None = Field(None, description="The model whose texts to take after.")
    unwanted_sequences: list[CleanText] | None = Field(
        None, description="Words that must not occur; what has them is left out."
    )
    ensure_ip_cleared: StrictBool = Field(
        False, alias="ensureIPCleared", description="Whether protected names are replaced."
    )
    seed: (
        Annotated[int, Field(ge=-MAX_SEED, le=MAX_SEED), BeforeValidator(_whole_number)] | None
    ) = Field(None, description="Accepted; nothing is drawn.")
    temperature: Annotated[float, Field(ge=0, le=2), BeforeValidator(_number)] | None = Field(
        None, description="Accepted; nothing is drawn."
    )
    top_p: Annotated[float, Field(gt=0, le=1), BeforeValidator(_number)] | None = Field(
        None, description="Accepted; nothing is drawn."
    )

    @property
    def references(self) -> list[str]:
        """The images, `images` first, each once."""
        return list(dict.fromkeys([*(self.images or []), *(self.asset_ids or [])]))


class CaptionRequest(LookingRequest):
    """A request for captions of images.

    Raises:
        InvalidRequestError: from `parse`, with the faulty field in `details["field"]`.
    """

    details_level: Literal["action", "action+style"] | None = Field(
        None,
        description="`action` tells what is shown, `action+style` how it is shown too. Of no "
        "account where the model has captions: these decide.",
    )

    @model_validator(mode="after")
    def _something_to_look_at(self) -> Self:
        if not self.references:
            raise PydanticCustomError("field:images", "give at least one image")
        return self


class StyleRequest(LookingRequest):
    """A request for the style of images, or of a model's texts.

    Raises:
        InvalidRequestError: from `parse`, with the faulty field in `details["field"]`.
    """

    @model_validator(mode="after")
    def _something_with_a_style(self) -> Self:
        if not self.references and not self.model_id:
            raise PydanticCustomError("field:images", "give images, assetIds or modelId")
        return self


class IPDetectionRequest(Asked):
    """A request to look for protected names: prompts, assets, or both.

    Raises:
        InvalidRequestError: from `parse`, with the faulty field in `details["field"]`.
    """

    prompts: list[StrictStr] | None = Field(
        None, description="The prompts to look through, 250,000 characters together at most."
    )
    asset_ids: list[Identifier] | None = Field(
        None,
        description="Assets: what people say of them, what eyes see and what is written in them "
        "is looked through.",
    )

    @model_validator(mode="after")
    def _something_to_look_through(self) -> Self:
        if not self.prompts and not self.asset_ids:
            raise PydanticCustomError("field:prompts", "give at least one prompt or asset id")
        length = sum(map(len, self.prompts or ()))
        if length > MAX_DETECTION_CHARACTERS:
            raise PydanticCustomError(
                "field:prompts",
                "have {length} characters together; {most} are accepted",
                {"length": length, "most": MAX_DETECTION_CHARACTERS},
            )
        return self


def request_schema(model: type[Asked] = PromptRequest) -> dict[str, Any]:
    """The JSON schema of a request: an optional field may be left out rather than null."""
    schema = model.model_json_schema()
    for name, field in schema["properties"].items():
        branches = [branch for branch in field.pop("anyOf", []) if branch != {"type": "null"}]
        if field.get("default", ...) is None:
            del field["default"]
        schema["properties"][name] = {**(branches[0] if branches else {}), **field}
    return schema


def _fault(asked: type[Body], fault: dict[str, Any]) -> dict[str, str]:
    """One fault that pydantic found, in the words of the wire."""
    kind, message = str(fault["type"]), str(fault["msg"])
    if kind.startswith("field:"):
        return {"field": kind.removeprefix("field:"), "fault": message}
    path = fault["loc"]
    if kind == "model_type":
        message = "must be a JSON object"
    if not path:
        return {"field": "body", "fault": message}
    known = asked.model_fields.get(str(path[0]))
    name = (known.alias if known else None) or str(path[0])
    field = name + "".join(f"[{part}]" for part in path[1:])
    if kind == "extra_forbidden":
        message = "is not a field of this request"
    elif kind == "literal_error":
        choices = str(fault["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        message = f"must be one of {choices}"
    elif kind == "string_unicode":
        message = "must be valid Unicode, without lone surrogates"
    elif kind == "missing":
        message = "is required"
    else:
        message = message.replace("Input should be", "must be").replace("String should", "must")
    return {"field": field[:200], "fault": message}
