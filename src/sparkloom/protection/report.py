"""What was found, in the words of the wire."""

from __future__ import annotations

from collections.abc import Iterable

from sparkloom.protection.finding import Finding
from sparkloom.response import Category, IPDetection, IPFinding

FILTERS: dict[Category, str] = {
    "artist-style": "Styles of artists",
    "brand-trademark": "Brands and trademarks",
    "celebrity-likeness": "Likenesses of well-known people",
    "custom": "Franchises, and names blocked here",
    "fictional-character": "Fictional characters",
}
"""The filters that every text passes through, and what they are called."""


def report(findings: Iterable[IPFinding], images: int = 0) -> IPDetection:
    """The verdict over findings: flagged if a name still stands.

    Args:
        images: how many pictures were looked at.
    """
    listed = list(findings)
    flagged = any(finding.flagged for finding in listed)
    return IPDetection(
        action="flagged" if flagged else "allowed",
        analyzed_images_count=images,
        evaluated_filters=len(FILTERS),
        findings=listed,
        flagged=flagged,
    )


def reported(
    finding: Finding, found_in: str, replacement: str | None = None, *, placed: bool = True
) -> IPFinding:
    """One finding.

    Args:
        found_in: `prompt`, or `prompts[0]` and so on; `asset_1.text` of what is known of an asset.
        replacement: what stands there instead; None if the name still does. Places are told in
            a text that the caller has: not in a prompt from which the name is gone.
        placed: whether the caller has the text otherwise.
    """
    sent = placed and (replacement is None or found_in == "prompt")
    return IPFinding(
        category=finding.category,
        confidence=finding.confidence,
        filter_id=f"filter_{finding.category}",
        filter_name=FILTERS[finding.category],
        flagged=replacement is None,
        reason=finding.reason,
        entities=[finding.name],
        text=finding.text,
        found_in=found_in,
        start=finding.start if sent else None,
        end=finding.end if sent else None,
        replacement=replacement,
    )
