"""`post-prompt-inferences`: write prompts."""

from __future__ import annotations

from typing import Literal

from anyio import to_thread
from pydantic import Field

from sparkloom.mcp.tool import Caller, Tool
from sparkloom.request import PromptRequest
from sparkloom.response import DryRunResponse, PromptResponse


class PromptCall(PromptRequest):
    """The fields of the HTTP request's body, and those of its query."""

    dry_run: Literal["true", "api"] | None = Field(
        None, description="Answer with the price, and run nothing."
    )


async def write(caller: Caller, asked: PromptCall) -> PromptResponse | DryRunResponse:
    loom, project = caller.loom, caller.project
    request = PromptRequest.parse(asked.model_dump(exclude={"dry_run"}, exclude_unset=True))
    if asked.dry_run:
        return await to_thread.run_sync(loom.dry_run, request, project)
    return await loom.answer_async(request, project, caller.progress)


TOOL = Tool(
    name="post-prompt-inferences",
    title="Write image prompts",
    description=(
        "Write prompts for AI image generation. `completion` goes on from the words in `prompt` "
        "and keeps them to the letter; `inventive` makes something new around them; `structured` "
        "lays a picture out in sections; `contextual` and `contextual-v2` fit the prompts to "
        "`modelId` (see list-models) or to the assets in `images` and `assetIds` (see "
        "list-assets), and the latter also gives `calls`, what to send to the model. Ask for up "
        "to 5 different ones with `numResults` instead of calling again; give `seed` to have the "
        "same ones again, and `ensureIPCleared` to have protected names described instead. The "
        "prompts come back in `prompts`."
    ),
    asked=PromptCall,
    answers=(PromptResponse, DryRunResponse),
    run=write,
    required=("mode",),
    changes=True,
    repeatable=False,
)
