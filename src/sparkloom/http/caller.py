"""Who asks, and for which project."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Depends, Query, Request
from pydantic import WithJsonSchema

from sparkloom.catalog import Catalog
from sparkloom.settings import PROJECT_ID

Project = Annotated[str, WithJsonSchema({"type": "string", "pattern": PROJECT_ID})]
"""The id of a project; the settings check it, so that every door refuses in the same words."""


class Caller(NamedTuple):
    """Who asks.

    Attributes:
        project: whose assets, models and jobs it may see.
        author: the name of the key; `local` where none is needed.
        catalog: where these are.
    """

    project: str
    author: str
    catalog: Catalog


async def _caller(
    request: Request,
    project_id: Annotated[
        Project | None,
        Query(
            alias="projectId",
            description="The project that owns what is made and seen. A key has its own.",
        ),
    ] = None,
) -> Caller:
    loom = request.app.state.loom
    key: str | None = getattr(request.state, "key", None)
    return Caller(loom.keys.project_of(key, project_id), key or "local", loom.catalog)


Asking = Annotated[Caller, Depends(_caller)]
