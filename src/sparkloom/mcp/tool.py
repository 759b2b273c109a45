"""What a tool is: what it may be asked, what it answers, and how agents see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import mcp_types as types
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from sparkloom.loom import Progress, Sparkloom
from sparkloom.reference import Picture
from sparkloom.request import Asked, request_schema
from sparkloom.response import Answer

PROJECT = {
    "type": "string",
    "maxLength": 200,
    "description": "The project that owns what is made and seen. Left out, the key's own.",
}


class Fault(BaseModel):
    """Why a call failed.

    Attributes:
        reason: what is wrong and what to do.
        name: the kind of error.
        details: `field` names the faulty field.
        trace_id: what the log knows the call by.
        message: the same as `reason`.
        hint: which tool helps, where one does.
    """

    reason: str
    name: str
    details: dict[str, Any]
    trace_id: str
    message: str
    hint: str | None = None


class Caller(NamedTuple):
    """Who calls.

    Attributes:
        project: whose assets, models and jobs it may see.
        author: the name of the key; `local` where none is needed.
        progress: told how much is done, if the caller wants to know.
    """

    loom: Sparkloom
    project: str
    author: str
    progress: Progress


class Shown(NamedTuple):
    """An answer with pictures to look at."""

    answer: Answer
    pictures: list[Picture]


Run = Callable[[Caller, Any], Awaitable[Answer | Shown]]


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that an agent can do.

    Attributes:
        asked: what it takes, beside `projectId`.
        answers: what it may answer with.
        run: does it.
        required: the fields that must be given though `asked` does without them.
        changes: whether it leaves something behind in the catalog.
        repeatable: whether the same call a second time changes nothing more.
    """

    name: str
    title: str
    description: str
    asked: type[Asked]
    answers: tuple[type[Answer], ...]
    run: Run
    required: tuple[str, ...] = ()
    changes: bool = False
    repeatable: bool = True

    def shown(self) -> types.Tool:
        """The tool as agents see it."""
        schema = request_schema(self.asked)
        schema["properties"]["projectId"] = PROJECT
        if self.required:
            schema["required"] = [*schema.get("required", []), *self.required]
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema,
            output_schema=output_schema(self.answers),
            annotations=types.ToolAnnotations(
                read_only_hint=not self.changes,
                destructive_hint=False,
                idempotent_hint=self.repeatable,
                open_world_hint=False,
            ),
        )


def output_schema(answers: tuple[type[Answer], ...]) -> dict[str, Any]:
    """The schema of what is answered. An error is among it: some clients check those too."""
    shapes: list[type[BaseModel]] = [*answers, Fault]
    names, schema = models_json_schema(
        [(shape, "serialization") for shape in shapes], schema_generator=_Untitled
    )
    return {"type": "object", "anyOf": list(names.values()), **schema}


class _Untitled(GenerateJsonSchema):
    """Leaves out titles, which only repeat the names: agents pay for every word."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False
