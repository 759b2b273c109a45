"""The verdict on the wire: flagged while a name still stands."""

from __future__ import annotations

from sparkloom.protection import Finding, report, reported
from sparkloom.protection.report import FILTERS

FINDING = Finding("Batman", 2, 8, "batman", "character", "fictional-character", 0.95, "Why.")


def test_a_name_that_still_stands_is_flagged() -> None:
    body = report([reported(FINDING, "prompts[0]")]).wire()
    assert (body["action"], body["flagged"], body["evaluatedFilters"]) == ("flagged", True, 5)
    assert body["findings"] == [
        {
            "category": "fictional-character",
            "confidence": 0.95,
            "filterId": "filter_fictional-character",
            "filterName": FILTERS["fictional-character"],
            "flagged": True,
            "reason": "Why.",
            "entities": ["batman"],
            "text": "Batman",
            "foundIn": "prompts[0]",
            "start": 2,
            "end": 8,
        }
    ]


def test_a_name_that_was_replaced_is_not_flagged() -> None:
    body = report([reported(FINDING, "prompt", "a hero")]).wire()
    assert (body["action"], body["flagged"]) == ("allowed", False)
    (finding,) = body["findings"]
    assert (finding["flagged"], finding["replacement"], finding["start"]) == (False, "a hero", 2)


def test_no_place_is_told_in_a_text_that_was_never_sent() -> None:
    (finding,) = report([reported(FINDING, "prompts[1]", "a hero")]).wire()["findings"]
    assert "start" not in finding
    assert "end" not in finding


def test_nothing_found_is_allowed() -> None:
    body = report([]).wire()
    assert (body["action"], body["flagged"], body["findings"]) == ("allowed", False, [])
