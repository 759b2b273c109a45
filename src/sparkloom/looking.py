"""Looking at images for their own sake: captions, and what makes a style."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sparkloom.bank.terms import PARTS
from sparkloom.caption import habit_of, shown_by, without
from sparkloom.catalog import Catalog
from sparkloom.errors import InvalidRequestError
from sparkloom.protection import Clearing, report, reported
from sparkloom.request import CaptionRequest, LookingRequest, StyleRequest
from sparkloom.response import (
    CaptionResponse,
    Cost,
    IPDetection,
    StyleResponse,
    finished_job,
    now,
)
from sparkloom.settings import Settings
from sparkloom.sight import Reference, Sight, referenced
from sparkloom.style import traits_of_images, traits_of_texts

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Looking:
    """Answers requests for captions and for styles."""

    settings: Settings
    catalog: Catalog
    sight: Sight
    clearing: Callable[[], Clearing]

    def caption(self, request: CaptionRequest, project: str | None = None) -> CaptionResponse:
        """A caption for each image. Its job is in the catalog when this returns.

        Raises:
            SparkloomError: what went wrong, with its HTTP status.
        """
        started, project = now(), project or self.settings.project
        habit = habit_of(self._texts(request, project))
        level = request.details_level or "action+style"
        wanted = habit.parts if habit.texts else PARTS if level == "action+style" else ()
        seen = self.sight.look(project, self._references(request, project))
        written = [
            habit.caption(shown, wanted, request.unwanted_sequences or ())
            for shown in shown_by(seen)
        ]
        captions, detection = self._cleared(request, "captions", written)
        return CaptionResponse(
            captions=captions,
            details_level=level,
            warnings=list(seen.warnings) or None,
            ip_detection=detection,
            **self._recorded(request, project, started, {"captions": captions}),
        )

    def describe_style(self, request: StyleRequest, project: str | None = None) -> StyleResponse:
        """What images or a model's texts have in common. Its job is in the catalog.

        Raises:
            InvalidRequestError: there is nothing that a style could be told from.
            SparkloomError: what else went wrong, with its HTTP status.
        """
        started, project = now(), project or self.settings.project
        texts = self._texts(request, project)
        seen = self.sight.look(project, self._references(request, project))
        people_said = [shown.subject for shown in shown_by(seen) if not shown.parts]
        traits = without(
            [*traits_of_texts([*texts, *people_said]), *traits_of_images(seen.descriptions)],
            request.unwanted_sequences or (),
        )
        if not traits:
            raise InvalidRequestError(
                "images: have nothing in common that can be told. Give more images, or describe "
                "their assets.",
                field="images",
            )
        told = f"{habit_of(texts).sentence()}The style is: {'; '.join(traits)}."
        (description, synthesis), detection = self._cleared(
            request, "style", [told, ", ".join(traits[:4])]
        )
        output = {"description": description, "synthesis": synthesis}
        return StyleResponse(
            **output,
            warnings=list(seen.warnings) or None,
            ip_detection=detection,
            **self._recorded(request, project, started, output),
        )

    def cost(self, request: LookingRequest) -> Cost:
        """The price, from the settings' table; nothing runs to tell it."""
        kind = _kind(request)
        units = self.settings.prices.get(kind, 0.0)
        return Cost(creative_units_cost=units, cost_details={kind: units} if units else {})

    def _recorded(
        self, request: LookingRequest, project: str, started: str, output: dict[str, Any]
    ) -> dict[str, Any]:
        """The fields of an answer that tell its job, now in the catalog, and its price."""
        cost = self.cost(request)
        units = cost.creative_units_cost
        job = finished_job(request, project, started, output, units, _kind(request))
        self.catalog.jobs.add(project, job)
        return {"job": job, **cost.model_dump(by_alias=False)}

    def _texts(self, request: LookingRequest, project: str) -> list[str]:
        if request.model_id is None:
            return []
        known: Knowledge = self.catalog.models.knowledge(project, request.model_id)
        return [*known.captions, *known.prompts]

    def _references(self, request: LookingRequest, project: str) -> list[Reference]:
        given = request.images or ()
        fields = {name: "images" if name in given else "assetIds" for name in request.references}
        return referenced(self.catalog, project, fields)

    def _cleared(
        self, request: LookingRequest, field: str, texts: list[str]
    ) -> tuple[list[str], IPDetection | None]:
        if not request.ensure_ip_cleared:
            return texts, None
        cleared = [self.clearing().clear(text) for text in texts]
        detection = report(
            reported(made.finding, f"{field}[{number}]", made.text)
            for number, whole in enumerate(cleared)
            for made in whole.replacements
        )
        return [whole.text for whole in cleared], detection


def _kind(request: LookingRequest) -> Literal["caption", "describe-style"]:
    return "caption" if isinstance(request, CaptionRequest) else "describe-style"
