"""What a request costs, and about how long it takes. Nothing is loaded to tell."""

from __future__ import annotations

from sparkloom.choose import expected
from sparkloom.modes import mode_for
from sparkloom.request import Mode, PromptRequest
from sparkloom.response import Cost, Estimate
from sparkloom.settings import Settings

TOKENS_PER_SECOND = 110.0
"""Of the embedded engine on two cores, as `benchmarks/speed.py` measures it."""

READING_SECONDS = 0.3
"""Until the embedded engine has read a task's text."""


def cost_of(request: PromptRequest, mode: Mode, settings: Settings) -> Cost:
    """The price, from the settings' table."""
    units = settings.prices.get(mode, 0.0)
    if units:
        units += settings.price_per_extra_result * (request.num_results - 1)
    return Cost(creative_units_cost=units, cost_details={"prompt": units} if units else {})


def estimate_of(request: PromptRequest, mode: Mode) -> Estimate:
    """The effort, candidates that are not returned included."""
    tokens = expected(request.num_results) * mode_for(mode).typical_tokens
    seconds = READING_SECONDS + tokens / TOKENS_PER_SECOND if tokens else 0.0
    return Estimate(tokens=tokens, seconds=round(seconds, 2))
