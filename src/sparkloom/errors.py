"""What can go wrong, with its HTTP status.

Every error that Sparkloom raises on purpose is a `SparkloomError`. Its wire form is
`{"reason", "name", "details", "trace_id", "message"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class SparkloomError(Exception):
    """A failure that the caller can read and act on.

    Attributes:
        status: the HTTP status that the error answers with.
        reason: one sentence that says what is wrong and what to do.
        details: facts about it; `field` names the faulty field of a request.
    """

    status: ClassVar[int] = 500

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details: Mapping[str, Any] = details

    def body(self, trace_id: str) -> dict[str, Any]:
        """The error as it goes over the wire."""
        return {
            "reason": self.reason,
            "name": type(self).__name__,
            "details": dict(self.details),
            "trace_id": trace_id,
            "message": self.reason,
        }


class InvalidRequestError(SparkloomError):
    """The request breaks a rule; `details["field"]` names where."""

    status = 400


class NotOfferedError(SparkloomError):
    """The wire has it, and this service does not."""

    status = 400


class UnauthorizedError(SparkloomError):
    """The key is missing or wrong."""

    status = 401


class ForbiddenError(SparkloomError):
    """The key is known, but may not do this: another project, or a public model."""

    status = 403


class NotFoundError(SparkloomError):
    """An id that nothing here answers to."""

    status = 404


class MethodNotAllowedError(SparkloomError):
    """The path exists, but not for this HTTP method."""

    status = 405


class TooLargeError(SparkloomError):
    """The request is larger than what is accepted."""

    status = 413


class TooManyRequestsError(SparkloomError):
    """The queue is full, or the key asks too often; `details["retry_after"]` says when to come
    back, in seconds."""

    status = 429


class UnavailableError(SparkloomError):
    """Something the request needs is not there: a mode, an engine, the local model."""

    status = 503


class EngineError(SparkloomError):
    """The engine failed, or wrote nothing that may be returned."""

    status = 503


class CatalogError(UnavailableError):
    """The catalog cannot be opened, or its database and its files do not belong together."""


class DeadlineError(UnavailableError):
    """The request took longer than it may."""


class AbandonedError(SparkloomError):
    """Nobody waits for the request any more, so it was not gone on with."""

    status = 503


class LocalModelError(UnavailableError):
    """The local model could not be built or loaded."""


class InternalError(SparkloomError):
    """A fault of Sparkloom itself; the log has it under the trace id."""
