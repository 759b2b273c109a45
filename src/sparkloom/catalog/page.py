"""Lists, a page at a time."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from sparkloom.catalog.tables import Listed
from sparkloom.errors import InvalidRequestError
from sparkloom.request import CleanText
from sparkloom.response import moment

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Listed)


def _moment(value: str) -> str:
    try:
        return moment(datetime.fromisoformat(value).astimezone(UTC))
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "must be a time in ISO 8601") from None


Moment = Annotated[
    str, AfterValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A time in ISO 8601; without a zone it is the server's."""

CommaSeparated = Annotated[CleanText, Field(min_length=1, max_length=5000)]

_TOKEN_PART = re.compile(r"[\w:.-]{1,200}")


def split(texts: str) -> list[str]:
    return [text.strip() for text in texts.split(",") if text.strip()]


class Page(NamedTuple, Generic[Item]):
    """A part of a list.

    Attributes:
        next: what brings the next page; `None` where this is the last. A page that is not the
            last is never empty.
    """

    items: list[Item]
    next: str | None


class ListQuery(BaseModel):
    """What every list can be asked for.

    Attributes:
        page_size: how many items at most.
        pagination_token: the `next` of the page before.
        created_after: exclusive, as the other times are.
    """

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")

    page_size: Annotated[int, Field(ge=1, le=100)] = 50
    pagination_token: Annotated[str, Field(max_length=500)] | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    updated_after: Moment | None = None
    updated_before: Moment | None = None
    sort_by: Literal["createdAt", "updatedAt"] = "createdAt"
    sort_direction: Literal["asc", "desc"] = "desc"


def read_page(session: Session, rows: Select[Row], table: type[Row], query: ListQuery) -> Page[Row]:
    """The rows of one page.

    Pages go on after a row, not after a count: what is added or removed meanwhile neither
    doubles a row nor skips one.
    """
    by_creation = query.sort_by == "createdAt"
    sorted_by = table.created_at if by_creation else table.updated_at
    for column, after, before in (
        (table.created_at, query.created_after, query.created_before),
        (table.updated_at, query.updated_after, query.updated_before),
    ):
        rows = rows.where(column > after) if after else rows
        rows = rows.where(column < before) if before else rows
    place = tuple_(sorted_by, table.id)
    down = query.sort_direction == "desc"
    if query.pagination_token:
        last = _read_token(query.pagination_token, query.sort_by)
        rows = rows.where(place < last if down else place > last)
    keys = (sorted_by.desc(), table.id.desc()) if down else (sorted_by, table.id)
    found = list(session.scalars(rows.order_by(*keys).limit(query.page_size + 1)))
    if len(found) <= query.page_size:
        return Page(found, None)
    last_row = found[query.page_size - 1]
    last_moment = last_row.created_at if by_creation else last_row.updated_at
    return Page(found[:-1], _token(query.sort_by, last_moment, last_row.id))


def _token(*place: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_token(token: str, sort_by: str) -> Any:
    try:
        padded = token + "=" * (-len(token) % 4)
        sorted_by, last_moment, last_id = json.loads(base64.urlsafe_b64decode(padded))
        known = sorted_by == sort_by and all(map(_TOKEN_PART.fullmatch, (last_moment, last_id)))
    except (ValueError, TypeError):
        known = False
    if not known:
        raise InvalidRequestError(
            "paginationToken: is not the nextPaginationToken of a list like this one",
            field="paginationToken",
        )
    return tuple_(last_moment, last_id)
