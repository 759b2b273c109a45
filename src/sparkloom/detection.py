"""Looking for protected names for their own sake: in prompts, and in what assets show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sparkloom.catalog import Catalog
from sparkloom.errors import SparkloomError
from sparkloom.observe.record import count_findings
from sparkloom.protection import Clearing, report, reported
from sparkloom.request import IPDetectionRequest
from sparkloom.response import IPDetectionResponse, IPFinding
from sparkloom.settings import Settings
from sparkloom.sight import Reference, Sight
from sparkloom.vision import ImageDescription

if TYPE_CHECKING:  # the database's libraries take longer to load than a dry run
    from sparkloom.catalog.assets import Asset

UNREAD = (
    "What is written in the pictures was not read: install the extra `ocr`, or name a vision model."
)


class Passage(NamedTuple):
    """A text to look through.

    Attributes:
        found_in: where it stands, as a finding tells it.
        text: in full.
        known: whether the caller has it, so that a place in it means something.
    """

    found_in: str
    text: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Detection:
    """Answers requests to look for names."""

    settings: Settings
    catalog: Catalog
    sight: Sight
    clearing: Callable[[], Clearing]

    def detect(
        self, request: IPDetectionRequest, project: str | None = None
    ) -> IPDetectionResponse:
        """The protected names in prompts; and in assets, by what people say of them, what eyes
        see, and what is written in them.

        Keeps nothing. A picture that cannot be looked at is told of, and is no error; an asset
        of which nothing at all is known is skipped.

        Raises:
            NotFoundError: it names an asset that the project does not have.
        """
        project = project or self.settings.project
        assets = self.catalog.assets.bulk(project, request.asset_ids) if request.asset_ids else []
        passages = [
            Passage(f"prompts[{number}]", text) for number, text in enumerate(request.prompts or ())
        ]
        warnings: list[str] = []
        skipped: list[str] = []
        looked = 0
        for asset in assets:
            seen = self._look(project, asset.id, warnings)
            looked += seen is not None
            passages += _passages_of(asset, seen)
            if seen is None and not asset.description:
                skipped.append(asset.id)
        detection = report(
            (finding for passage in passages for finding in self._findings(passage)), looked
        )
        count_findings(detection)
        return IPDetectionResponse(
            ip_detection=detection,
            skipped_asset_ids=skipped,
            warnings=list(dict.fromkeys(warnings)) or None,
        )

    def _look(self, project: str, asset_id: str, warnings: list[str]) -> ImageDescription | None:
        """What eyes see, from memory if they have seen it; None, and a warning, if they cannot."""
        try:
            (seen,) = self.sight.look(project, [Reference("assetIds", asset_id, "")]).descriptions
        except SparkloomError as error:
            warnings.append(f"{asset_id} was not looked at: {error.reason}")
            return None
        from sparkloom.vision.text import can_read  # takes numpy along, which a dry run spares

        warnings += seen.warnings
        if seen.engine.startswith("offline") and not can_read():
            warnings.append(UNREAD)
        return seen

    def _findings(self, passage: Passage) -> Iterator[IPFinding]:
        for finding in self.clearing().detector.find(passage.text):
            yield reported(finding, passage.found_in, placed=passage.known)


def _passages_of(asset: Asset, seen: ImageDescription | None) -> Iterator[Passage]:
    """What is known of an asset: what people say, what eyes see, what is written in it."""
    if asset.description:
        yield Passage(f"{asset.id}.description", asset.description)
    if seen is not None:
        subject = "" if not seen.subject or seen.subject in seen.sentence else f"{seen.subject}. "
        yield Passage(f"{asset.id}.caption", f"{subject}{seen.sentence}", known=False)
        if seen.text:
            yield Passage(f"{asset.id}.text", seen.text, known=False)
