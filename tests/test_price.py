"""What a request costs and takes."""

from __future__ import annotations

import pytest

from sparkloom.modes import mode_for
from sparkloom.price import READING_SECONDS, TOKENS_PER_SECOND, cost_of, estimate_of
from sparkloom.request import Mode, PromptRequest
from sparkloom.response import Estimate
from sparkloom.settings import Settings

HERE: tuple[Mode, ...] = ("completion", "inventive", "structured")


def asking(count: int) -> PromptRequest:
    return PromptRequest.parse({"prompt": "a fox", "num_results": count})


@pytest.mark.parametrize(
    ("mode", "count", "units"),
    [
        ("completion", 1, 0.75),
        ("completion", 5, 1.25),
        ("structured", 2, 0.875),
        ("contextual", 1, 3.75),
        ("contextual-v2", 3, 4.0),
        ("image-editing", 1, 0.75),
    ],
)
def test_the_price_follows_mode_and_count(mode: Mode, count: int, units: float) -> None:
    cost = cost_of(asking(count), mode, Settings())
    assert cost.creative_units_cost == units
    assert cost.creative_units_discount == 0
    assert cost.cost_details == {"prompt": units}


def test_the_price_comes_from_the_settings() -> None:
    settings = Settings(prices={"inventive": 10}, price_per_extra_result=2)
    assert cost_of(asking(3), "inventive", settings).creative_units_cost == 14


@pytest.mark.parametrize("prices", [{}, {"completion": 0.0}], ids=["left out", "zero"])
def test_a_mode_without_a_price_costs_nothing(prices: dict[str, float]) -> None:
    cost = cost_of(asking(5), "completion", Settings(prices=prices))
    assert cost.creative_units_cost == 0
    assert cost.cost_details == {}


@pytest.mark.parametrize("mode", HERE)
def test_one_result_takes_the_tokens_of_one_draft(mode: Mode) -> None:
    tokens = mode_for(mode).typical_tokens
    seconds = round(READING_SECONDS + tokens / TOKENS_PER_SECOND, 2)
    assert estimate_of(asking(1), mode) == Estimate(tokens=tokens, seconds=seconds)


@pytest.mark.parametrize("mode", HERE)
def test_more_results_take_the_spare_drafts_too(mode: Mode) -> None:
    estimates = [estimate_of(asking(count), mode) for count in range(1, 6)]
    typical = mode_for(mode).typical_tokens
    assert [estimate.tokens // typical for estimate in estimates] == [1, 4, 5, 6, 7]
    seconds = [estimate.seconds for estimate in estimates]
    assert seconds == sorted(set(seconds))


def test_what_no_engine_writes_takes_it_no_time() -> None:
    assert estimate_of(asking(1), "image-editing") == Estimate(tokens=0, seconds=0.0)
