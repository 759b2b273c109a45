"""What can go wrong: statuses, and the body that goes over the wire."""

from __future__ import annotations

import json

import pytest

from sparkloom import errors
from sparkloom.errors import SparkloomError

STATUSES: dict[type[SparkloomError], int] = {
    errors.SparkloomError: 500,
    errors.InvalidRequestError: 400,
    errors.NotOfferedError: 400,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.MethodNotAllowedError: 405,
    errors.TooLargeError: 413,
    errors.TooManyRequestsError: 429,
    errors.UnavailableError: 503,
    errors.DeadlineError: 503,
    errors.AbandonedError: 503,
    errors.EngineError: 503,
    errors.CatalogError: 503,
    errors.LocalModelError: 503,
    errors.InternalError: 500,
}
every_error = pytest.mark.parametrize("error", STATUSES, ids=lambda error: error.__name__)


@every_error
def test_an_error_has_its_status(error: type[SparkloomError]) -> None:
    assert error.status == STATUSES[error]


def test_the_table_has_every_error() -> None:
    defined = {value for value in vars(errors).values() if isinstance(value, type)}
    assert {error for error in defined if issubclass(error, SparkloomError)} == set(STATUSES)


@every_error
def test_the_body_has_the_shape_of_the_contract(error: type[SparkloomError]) -> None:
    body = error("No such fox.", field="modelId", faults=[1]).body("trace_1")
    assert body == {
        "reason": "No such fox.",
        "name": error.__name__,
        "details": {"field": "modelId", "faults": [1]},
        "trace_id": "trace_1",
        "message": "No such fox.",
    }
    assert json.loads(json.dumps(body)) == body


@every_error
def test_an_error_without_details_sends_none(error: type[SparkloomError]) -> None:
    assert error("No such fox.").body("trace_1")["details"] == {}


def test_an_error_reads_as_its_reason() -> None:
    assert str(errors.EngineError("The engine stopped.", dropped={})) == "The engine stopped."


def test_a_body_is_apart_from_the_error() -> None:
    error = errors.NotFoundError("No such fox.", id="a")
    error.body("trace_1")["details"]["id"] = "b"
    assert error.details == {"id": "a"}


def test_a_faulty_local_model_can_be_caught_as_unavailable() -> None:
    with pytest.raises(errors.UnavailableError):
        raise errors.LocalModelError("The weights are missing.")
