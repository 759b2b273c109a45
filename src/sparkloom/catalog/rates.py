"""Rate limits: a bucket of tokens for each key, which all replicas take from.

A bucket is kept as the moment at which it will be full again (the generic cell rate algorithm):
taking a token moves that moment on, which is one statement, whoever else takes at the same time.
"""

from __future__ import annotations

import math
import time
from typing import Any, NamedTuple

from sqlalchemy import Float, and_, case, cast, func, literal, select

from sparkloom.catalog.database import Database
from sparkloom.catalog.tables import RateRow

WINDOW = 60.0
"""Seconds in which a whole bucket fills: its size is what may be asked in them at once."""

SLACK = 0.001
"""Seconds that rounding may cost."""


class Rate(NamedTuple):
    """What is left to a key.

    Attributes:
        allowed: whether a token was there.
        limit: requests a minute.
        remaining: tokens that are left.
        reset: seconds until the bucket is full again, rounded up.
        retry_after: seconds until the next token; 0 where one was there.
    """

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int


class Rates:
    """The buckets of a catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, key: str, limit: int) -> Rate:
        """Take a token, if there is one.

        Args:
            key: whose bucket it is, up to 200 characters.
            limit: requests a minute, at least 1.

        Raises:
            CatalogError: the database does not answer.
        """
        gap = WINDOW / limit
        now = self._now()
        full_at = RateRow.full_at
        # No bucket is full later than a window from now, unless the clock went back.
        known = and_(full_at > now, full_at <= now + WINDOW + 1)
        start = case((known, full_at), else_=now)
        taking = self._database.insert(RateRow).values(key=key, full_at=now + gap)
        taking = taking.on_conflict_do_update(
            index_elements=["key"],
            set_={"full_at": start + gap},
            where=start + gap <= now + WINDOW + SLACK,
        ).returning(full_at - now)
        with self._database.writing() as session:
            left = session.scalar(taking)
            if allowed := left is not None:
                wait = 0.0
            else:
                asked = select(full_at - now).where(RateRow.key == key)
                left = session.scalars(asked).one()
                wait = left + gap - WINDOW
        return Rate(
            allowed,
            limit,
            remaining=max(0, math.floor((WINDOW + SLACK - left) / gap)),
            reset=max(0, math.ceil(left)),
            retry_after=0 if allowed else max(1, math.ceil(wait)),
        )

    def _now(self) -> Any:
        """The time in seconds: that of the database's server, where replicas share one."""
        if self._database.shared:
            return cast(func.extract("epoch", func.statement_timestamp()), Float(53))
        return literal(time.time(), Float(53))
