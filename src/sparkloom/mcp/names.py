"""`check-names`: look for protected names."""

from __future__ import annotations

from sparkloom.mcp.tool import Caller, Tool
from sparkloom.request import IPDetectionRequest
from sparkloom.response import IPDetectionResponse


async def check(caller: Caller, asked: IPDetectionRequest) -> IPDetectionResponse:
    return await caller.loom.detect_async(asked, caller.project)


TOOL = Tool(
    name="check-names",
    title="Look for protected names",
    description=(
        "Look for protected names (artists' styles, brands, characters, celebrities) in texts of "
        "your own and in the descriptions of assets. Writes nothing and takes milliseconds. Each "
        "finding says which words, where and why. To have names replaced, send the text to "
        "post-prompt-inferences with `ensureIPCleared`."
    ),
    asked=IPDetectionRequest,
    answers=(IPDetectionResponse,),
    run=check,
)
