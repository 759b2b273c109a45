"""What the kinds of files have in common."""

from __future__ import annotations

import json

import pytest

from sparkloom.batch.format import ADDED, ANSWER, FIELDS, check_columns, json_bytes, json_value
from sparkloom.errors import InvalidRequestError
from sparkloom.response import PromptResponse


def test_columns_are_fields_in_both_spellings() -> None:
    assert FIELDS["numResults"] == FIELDS["num_results"] == "numResults"
    assert FIELDS["ensureIPCleared"] == FIELDS["ensure_ip_cleared"] == "ensureIPCleared"
    assert "id" not in FIELDS


def test_an_answer_has_the_fields_of_the_wire() -> None:
    wire = {
        "ipDetection" if name == "ip_detection" else field.serialization_alias or field.alias
        for name, field in PromptResponse.model_fields.items()
    }
    assert set(ANSWER) <= wire
    assert {"mode", "seed"}.isdisjoint(ADDED)


@pytest.mark.parametrize(
    ("columns", "field", "said"),
    [
        (["id", "text"], "prompt", "no such column"),
        ([], "prompt", "none"),
        (["prompt", "prompt"], "prompt", "two columns"),
        (["num_results", "numResults"], "numResults", "two columns"),
        (["prompt", "id", "id"], "id", "two columns"),
        (["prompt", "sections"], "sections", "call yours otherwise"),
    ],
)
def test_columns_that_cannot_be_used_are_told(columns: list[str], field: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said) as caught:
        check_columns(columns)
    assert caught.value.details["field"] == field


def test_columns_that_are_no_fields_may_be_there() -> None:
    check_columns(["id", "prompt", "mode", "seed"])


@pytest.mark.parametrize("depth", range(960, 1000))
def test_what_is_read_can_be_written_again(depth: int) -> None:
    try:
        value = json_value("[" * depth + "]" * depth)
    except ValueError as error:
        assert "nested too deeply" in str(error)  # noqa: PT017
    else:
        assert json_bytes({"row": {"x": value}}).count(b"[") == depth


def test_json_keeps_letters_and_escapes_what_utf8_cannot_say() -> None:
    assert json_bytes("café") == '"café"'.encode()
    assert json.loads(json_bytes("\ud800")) == "\ud800"
