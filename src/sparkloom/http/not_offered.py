"""What the wire has and a service that writes prompts does not: said with a reason, not a 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path

from sparkloom.errors import NotOfferedError
from sparkloom.http.caller import Asking
from sparkloom.http.faults import ERROR_RESPONSES

router = APIRouter(tags=["not offered"], responses=ERROR_RESPONSES)

TRAINING = (
    "Models are not trained here. Train with your own tools, and give the model its captioned "
    "images with POST /v1/models/{id}/training-images or `sparkloom models import`."
)

NOT_OFFERED = {
    ("PUT", "/models/{model_id}/train"): TRAINING,
    ("POST", "/models/{model_id}/train/action"): TRAINING,
    ("GET", "/models/{model_id}/scores/training-dataset"): (
        "Training sets are not scored here: nothing compares their pictures."
    ),
    ("POST", "/generate/custom/{model_id}"): (
        "Pictures are not generated here. Send `calls[].parameters` to what runs the model."
    ),
    ("POST", "/generate/embed"): "Embeddings are not computed here: no model for them is loaded.",
    ("POST", "/generate/quality-gate"): "The quality of pictures is not judged here.",
    ("GET", "/usages"): "Usage is not accounted for here. GET /v1/jobs lists what was answered.",
    ("GET", "/teams/{team_id}/limits"): "There are no teams here, and no limits of a plan.",
}
"""Methods and paths, and why they are refused."""


def _refuse(path: str, reason: str) -> Callable[..., None]:
    if "{model_id}" in path:

        def refuse_model(caller: Asking, model_id: Annotated[str, Path(max_length=200)]) -> None:
            caller.catalog.models.get(caller.project, model_id)  # an unknown one is a 404
            raise NotOfferedError(reason)

        return refuse_model

    if "{team_id}" in path:

        def refuse_team(team_id: Annotated[str, Path(max_length=200)]) -> None:  # noqa: ARG001
            raise NotOfferedError(reason)

        return refuse_team

    def refuse() -> None:
        raise NotOfferedError(reason)

    return refuse


for (method, path), reason in NOT_OFFERED.items():
    router.add_api_route(
        path,
        _refuse(path, reason),
        methods=[method],
        summary="Not offered here",
        response_model=None,
    )
