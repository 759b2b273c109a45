"""Who may come in: what a request names is looked up once, and used or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkloom.catalog import Catalog
from sparkloom.errors import InvalidRequestError
from sparkloom.modes import mode_for
from sparkloom.request import Mode, PromptRequest
from sparkloom.sight import Reference, referenced

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.knowledge import Knowledge
    from sparkloom.catalog.model import Model

FITTING: tuple[Mode, ...] = ("contextual", "contextual-v2")
"""The modes that need something to fit a prompt to."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may be written for, and what it named.

    Attributes:
        mode: the mode that runs.
        target: the model that it names, whatever supersedes it.
        known: what is known of that model; None where it names none or references supersede it.
        references: the images that it names, in their order; the one to edit is the first.
    """

    mode: Mode
    target: Model | None = None
    known: Knowledge | None = None
    references: tuple[Reference, ...] = ()


def admit(request: PromptRequest, project: str, catalog: Catalog) -> Admission:
    """Look up what a request names. The catalog is opened only if it names something.

    Args:
        project: whose assets and models it may name.

    Raises:
        InvalidRequestError: it lacks what its mode or its model needs.
        NotFoundError: it names an asset or a model that the project does not have.
    """
    named = [*filter(None, [request.image]), *request.references]
    references = referenced(catalog, project, {name: _field(name, request) for name in named})
    model_id = request.model_id
    target = catalog.models.bulk(project, [model_id], images=0)[0] if model_id else None
    mode = mode_of(request)
    mode_for(mode)
    if mode in FITTING and not model_id and not request.references:
        raise InvalidRequestError(
            f"modelId: is required in {mode}, unless images or assetIds are given", field="modelId"
        )
    known = None
    if target and mode != "image-editing" and not superseded(request, mode):
        known = catalog.models.knowledge(project, target.id)
    if target and mode == "contextual-v2":
        _check_pictures(request, target)
    return Admission(mode, target, known, tuple(references))


def mode_of(request: PromptRequest) -> Mode:
    """The mode that runs: the one that is named, or what fits what else is."""
    return request.mode or ("contextual" if request.model_id else "structured")


def superseded(request: PromptRequest, mode: Mode) -> bool:
    """Whether references take the place of the model in the writing.

    In contextual-v2 the model is whom the prompts are for, and always counts.
    """
    if mode == "contextual-v2":
        return False
    return bool(request.asset_ids if mode == "contextual" else request.references)


def _field(reference: str, request: PromptRequest) -> str:
    """Where a request names a reference."""
    if reference == request.image:
        return "image"
    return "images" if reference in (request.images or ()) else "assetIds"


def _check_pictures(request: PromptRequest, target: Model) -> None:
    """Make sure that a model which changes pictures gets one.

    Raises:
        InvalidRequestError: there is none.
    """
    needs = any(wanted.takes_files and wanted.must_be_given for wanted in target.inputs)
    if needs and not request.references:
        raise InvalidRequestError(
            f"images: {target.id} changes pictures; give one in images or assetIds", field="images"
        )
