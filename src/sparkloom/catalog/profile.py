"""The public shelf: what well-known image models like to be told, one file a model."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Described(BaseModel):
    """The base of what a file of the shelf holds; camelCase on the wire."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
    )


class Required(Described):
    """When an input must be given."""

    always: bool


class Input(Described):
    """A parameter that a model takes.

    Attributes:
        max_length: characters of a string, items of an array.
        prompt: whether it is where the prompt goes.
        kind: what a file must be.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]*$")]
    type: Literal["boolean", "file", "file_array", "number", "string", "string_array"]
    label: Text
    description: Text | None = None
    default: bool | float | int | str | None = None
    allowed_values: Annotated[list[str | float | int], Field(min_length=1)] | None = None
    min: float | int | None = None
    max: float | int | None = None
    step: float | int | None = None
    max_length: Annotated[int, Field(gt=0)] | None = None
    kind: Literal["image"] | None = None
    prompt: bool | None = None
    prompt_spark: bool | None = None
    required: Required | None = None

    @model_validator(mode="after")
    def _fits_itself(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"{self.name}: min is larger than max")
        if self.default is not None and (fault := self.fault(self.default)):
            raise ValueError(f"{self.name}: the default {fault}")
        return self

    @property
    def takes_files(self) -> bool:
        """Whether assets go into it."""
        return self.type in ("file", "file_array")

    @property
    def must_be_given(self) -> bool:
        return self.required is not None and self.required.always

    def fault(self, value: object) -> str:
        """What is wrong with a value for this input, as the end of a sentence; empty if
        nothing is."""
        if self.type == "boolean":
            return "" if isinstance(value, bool) else "must be true or false"
        if self.type == "number":
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return "must be a number"
            if self.min is not None and value < self.min:
                return f"must be at least {self.min:g}"
            if self.max is not None and value > self.max:
                return f"must be at most {self.max:g}"
        elif self.type in ("string", "file"):
            if not isinstance(value, str):
                return "must be a text"
            if self.type == "string" and self.max_length and len(value) > self.max_length:
                return f"is longer than {self.max_length} characters"
        else:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                return "must be a list of texts"
            if self.max_length and len(value) > self.max_length:
                return f"has more than {self.max_length} items"
        if self.allowed_values is not None and value not in self.allowed_values:
            return "must be one of " + ", ".join(map(str, self.allowed_values))
        return ""


class Length(Described):
    """How long a prompt may be, in the tokens of the model's own text encoder.

    Attributes:
        encoder: whose tokens these are.
        good: from and to, where the model listens best.
        most: what is beyond is cut off, or read apart from the rest; left out where no limit is
            published.
    """

    encoder: Text
    good: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.good[0] <= self.good[1] <= (self.most or self.good[1]):
            raise ValueError("good must rise, and not beyond most")
        return self


class Dialect(Described):
    """How a model likes to be spoken to.

    Attributes:
        form: full sentences, or tags with commas between.
        order: what to name, from the first to the last.
        opening: words that every prompt begins with, as the model was trained; may be empty.
        closing: tags that every prompt ends with, likewise.
        negative_prompt: whether it takes one.
        weighting: how a part is given weight: `(fox:1.2)` is `parentheses`, `fox::2` `colons`.
        quotes: whether text to be drawn goes into quotation marks and is drawn well.
        avoid: what does harm or nothing.
    """

    form: Literal["prose", "tags"]
    order: Annotated[list[Text], Field(min_length=2)]
    opening: str = ""
    closing: str = ""
    length: Length
    negative_prompt: bool
    weighting: Literal["none", "parentheses", "colons"]
    quotes: bool
    avoid: Annotated[list[Text], Field(min_length=1)]


class Editing(Described):
    """How an editor is told to change a picture.

    Attributes:
        lead: the words in front of the change, `In the provided image`; may be empty.
        keep: the sentence on what stays, with `{kept}` for what is named.
        keep_all: the same where nothing is named.
    """

    lead: str = ""
    keep: Annotated[Text, StringConstraints(pattern=r"\{kept\}")]
    keep_all: Text

    def begun(self, change: str) -> str:
        """A change, which begins with a verb, behind the words that the editor wants first."""
        return f"{self.lead}, {change[:1].lower()}{change[1:]}" if self.lead else change


class Profile(Described):
    """A model of the public shelf.

    Attributes:
        type: the type on the wire.
        types: the types of fine-tuned models that speak this dialect.
        editing: how it is told to change a picture, if it does that by instruction.
        prompt_guide: Markdown.
        inputs: its parameters; exactly one is the prompt.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    name: Text
    short_description: Text
    type: Text = "custom"
    types: list[Text] = []
    capabilities: Annotated[list[Literal["txt2img", "img2img", "inpaint"]], Field(min_length=1)]
    editing: Editing | None = None
    dialect: Dialect
    prompt_guide: Text
    inputs: Annotated[list[Input], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_one_prompt(self) -> Self:
        names = [field.name for field in self.inputs]
        if len(set(names)) != len(names):
            raise ValueError("two inputs have the same name")
        prompts = [field for field in self.inputs if field.prompt]
        if len(prompts) != 1 or prompts[0].type != "string" or not prompts[0].max_length:
            raise ValueError("exactly one input must be the prompt: a string with a maxLength")
        if self.dialect.negative_prompt != ("negativePrompt" in names):
            raise ValueError("negativePrompt must be an input where the dialect has one")
        if self.editing and not any(field.type.startswith("file") for field in self.inputs):
            raise ValueError("an editor needs an input for the picture")
        return self

    @property
    def prompt_input(self) -> Input:
        """The input that the prompt goes into."""
        return next(field for field in self.inputs if field.prompt)


@cache
def shelf() -> dict[str, Profile]:
    """Every model of the public shelf by its id, in the order of the ids."""
    folder = resources.files("sparkloom.catalog") / "shelf"
    files = {file.name.removesuffix(".toml"): file for file in folder.iterdir()}
    return {name: read_profile(name, files[name].read_text("utf-8")) for name in sorted(files)}


def model_types() -> list[str]:
    """The types that a model may have: those that some profile speaks for, and `custom`."""
    return ["custom", *sorted(name for profile in shelf().values() for name in profile.types)]


def read_profile(name: str, text: str) -> Profile:
    """A file of the shelf; its name is the model's id.

    Raises:
        ValidationError: it does not say what a profile must say.
    """
    fields: dict[str, Any] = tomllib.loads(text)
    return Profile.model_validate({"id": name, **fields})


def profile_for(base_model_id: str | None, model_type: str) -> Profile | None:
    """What a model speaks: the dialect of its base model, else of its type."""
    profiles = shelf()
    if base_model_id in profiles:
        return profiles[base_model_id]
    return next((profile for profile in profiles.values() if model_type in profile.types), None)
