"""The options that commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class ModeName(StrEnum):
    completion = "completion"
    inventive = "inventive"
    structured = "structured"
    contextual = "contextual"
    contextual_v2 = "contextual-v2"
    image_editing = "image-editing"


class LengthName(StrEnum):
    short = "short"
    medium = "medium"
    long = "long"


class EngineChoice(StrEnum):
    embedded = "embedded"
    openai = "openai"
    echo = "echo"


TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", help="0 is greedy, 2 is wild.")
]
TopPOption = Annotated[float | None, typer.Option("--top-p", help="Share of probability, 0-1.")]
ClearOption = Annotated[
    bool, typer.Option("--clear", help="Describe protected names instead of naming them.")
]
LengthOption = Annotated[
    LengthName | None,
    typer.Option("--length", help="How long prompts are; else medium."),
]
EngineOption = Annotated[EngineChoice | None, typer.Option("--engine", help="Who writes.")]
