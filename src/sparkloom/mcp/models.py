"""The tools for models: image models, and how they like to be spoken to."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from anyio import to_thread
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sparkloom.catalog.assets import Name, Text
from sparkloom.catalog.model import PREVIEW, Model
from sparkloom.catalog.models import ModelQuery
from sparkloom.mcp.tool import Caller, Tool
from sparkloom.request import Asked, CleanText, Identifier
from sparkloom.response import Answer

MOST_TEXTS = 20
"""How many captions and example prompts are shown: enough to see the manner of a model."""

Markdown = Annotated[CleanText, Field(max_length=100_000)]


class ModelSummary(Answer):
    """A model in short; get-model has all of it."""

    id: str
    name: str | None = None
    type: str
    short_description: str | None = None
    base_model_id: str | None = None
    training_images_number: int
    form: Literal["prose", "tags"] | None = None


class ModelsAnswer(Answer):
    """A page of models.

    Attributes:
        next_pagination_token: what brings the next page; left out on the last.
    """

    models: list[ModelSummary]
    next_pagination_token: str | None = None


class ModelAnswer(Answer):
    """A model, and what prompts for it are written from.

    Attributes:
        prompt_guide: how to write for it, in Markdown.
        captions, prompts: the first 20 of its training captions and of its example prompts.
    """

    model: Model
    prompt_guide: str
    captions: list[str]
    prompts: list[str]


class WantedModels(Asked):
    privacy: Literal["private", "public"] = Field(
        "public",
        description="`public`: the well-known models (SDXL, FLUX, ...); `private`: the project's.",
    )
    page_size: Annotated[int, Field(ge=1, le=500)] = Field(50, description="How many at most.")
    pagination_token: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="The `nextPaginationToken` of the page before."
    )


class WantedModel(Asked):
    model_id: Identifier = Field(description="As list-models gives it.")


class TrainingPicture(Asked):
    asset_id: Identifier = Field(description="As upload-asset gave it.")
    caption: Text | None = Field(
        None, description="What it shows, in the model's manner; left out, its description."
    )


class NewModel(Asked):
    name: Name = Field(description="What it is called.")
    type: Identifier = Field("custom", description="As `flux.1-lora`, if it is of such a kind.")
    base_model_id: Identifier | None = Field(
        None, description="The public model that it is made from, whose dialect it speaks."
    )
    short_description: Text | None = Field(None, description="What it is for, a sentence.")
    prompt_guide: Markdown | None = Field(None, description="How to write for it, in Markdown.")
    training_images: Annotated[list[TrainingPicture], Field(max_length=500)] = Field(
        default=[], description="What it was trained on. Five captions and more show its manner."
    )
    example_asset_ids: Annotated[list[Identifier], Field(max_length=150)] = Field(
        default=[], description="Pictures that it made, with the prompts that they were made with."
    )

    @model_validator(mode="after")
    def _each_picture_once(self) -> Self:
        ids = [picture.asset_id for picture in self.training_images]
        if len(set(ids)) < len(ids):
            raise PydanticCustomError("field:trainingImages", "name an asset twice")
        return self


async def list_models(caller: Caller, asked: WantedModels) -> ModelsAnswer:
    query = ModelQuery(**asked.model_dump(exclude_none=True))
    page = await to_thread.run_sync(caller.loom.catalog.models.page, caller.project, query)
    summaries = [
        ModelSummary(
            form=model.dialect.form if model.dialect else None,
            **{name: getattr(model, name) for name in ModelSummary.model_fields if name != "form"},
        )
        for model in page.items
    ]
    return ModelsAnswer(models=summaries, next_pagination_token=page.next)


async def get_model(caller: Caller, asked: WantedModel) -> ModelAnswer:
    return await to_thread.run_sync(_model, caller, asked.model_id)


async def create_model(caller: Caller, asked: NewModel) -> ModelAnswer:
    return await to_thread.run_sync(_create, caller, asked)


def _create(caller: Caller, asked: NewModel) -> ModelAnswer:
    catalog, project = caller.loom.catalog, caller.project
    pictures = [picture.asset_id for picture in asked.training_images]
    # All of them are looked up before the model is there: a failure leaves nothing half made.
    catalog.assets.bulk(project, [*pictures, *asked.example_asset_ids])
    model = catalog.models.create(
        project,
        name=asked.name,
        type=asked.type,
        base_model_id=asked.base_model_id,
        short_description=asked.short_description,
        author=caller.author,
        training_images=pictures,
    )
    for picture in asked.training_images:
        if picture.caption is not None:
            catalog.assets.update(project, picture.asset_id, {"description": picture.caption})
    if asked.example_asset_ids:
        catalog.models.set_examples(project, model.id, asked.example_asset_ids)
    if asked.prompt_guide:
        catalog.models.update(project, model.id, {"prompt_guide": asked.prompt_guide})
    return _model(caller, model.id)


def _model(caller: Caller, model_id: str) -> ModelAnswer:
    models = caller.loom.catalog.models
    model = models.bulk(caller.project, [model_id], PREVIEW)[0]
    known = models.knowledge(caller.project, model_id)
    return ModelAnswer(
        model=model,
        prompt_guide=known.guide,
        captions=list(known.captions[:MOST_TEXTS]),
        prompts=list(known.prompts[:MOST_TEXTS]),
    )


TOOLS = (
    Tool(
        name="list-models",
        title="List image models",
        description=(
            "The image models that prompts can be fitted to: the well-known ones, or with "
            "`privacy` `private` the project's own. Their ids go into `modelId`."
        ),
        asked=WantedModels,
        answers=(ModelsAnswer,),
        run=list_models,
    ),
    Tool(
        name="get-model",
        title="Look at an image model",
        description=(
            "How a model likes to be spoken to (sentences or tags, length, what to avoid), its "
            "prompt guide, its parameters, and the first of its captions and example prompts."
        ),
        asked=WantedModel,
        answers=(ModelAnswer,),
        run=get_model,
    ),
    Tool(
        name="create-model",
        title="Make an image model known",
        description=(
            "Make a model of one's own known, so that prompts take after its captions and "
            "examples: upload its pictures with upload-asset first, then name them here. It "
            "trains nothing. The answer's `model.id` goes into `modelId` of "
            "post-prompt-inferences with mode `contextual`."
        ),
        asked=NewModel,
        answers=(ModelAnswer,),
        run=create_model,
        changes=True,
        repeatable=False,
    ),
)
