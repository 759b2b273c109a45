"""A wish as the beginning of an edit instruction: a verb, and what becomes of the image."""

from __future__ import annotations

import re

from sparkloom.modes import layout
from sparkloom.words import words

VERBS = """
Add Age Animate Arrange Blur Break Brighten Bring Build Bury Carve Change Clean Clear Close
Color Colorise Colorize Colour Colourise Complete Convert Correct Cover Crop Cut Darken Decorate
Deepen Delete Design Draw Drain Dress Drop Dry Empty Enhance Enlarge Erase Exchange Expand
Extend Fade Fill Finish Fit Fix Flip Float Flood Fold Freeze Give Grow Hang Have Hide Insert Isolate
Lay Lengthen Let Level Lift Light Lower Make Melt Mend Mirror Move Open Paint Perch Place Polish
Print Pull Put Raise Rebuild Recast Recolor Recolour Redraw Reduce Relight Remove Render Repaint
Repair Replace Restore Restyle Retouch Rotate Scatter Seat Send Set Sharpen Shift Shorten Show
Simplify Smooth Soften Stand Straighten Strip Submerge Swap Swing Switch Take Tidy Tint
Translate Turn Update Warm Wash Widen Wipe Wrap Write Zoom
""".split()
"""What an instruction begins with: verbs that say what becomes of the image."""

ADJECTIVES = frozenset("Clean Clear Close Dry Empty Light Lower Open Tidy Warm".split())
"""Verbs that are adjectives as well: `empty nest`, `lower angle`."""

POINTERS = frozenset("a all an both every her his it its my the their these this up".split())
"""What stands behind a verb rather than behind an adjective."""

ASKING = re.compile(
    r"^(?:please|can you|could you|i want(?: you)?(?: to)?|i'd like(?: you)?(?: to)?|"
    r"what if(?: it (?:was|were|is))?|how about|what would it look like|actually|maybe|let's)"
    r"\b[ ,]*",
    re.IGNORECASE,
)
"""Politeness and questions around a wish."""

PLACES = frozenset("After At Before During From In Inside On Outside Under With Without".split())
"""What a wish begins with that says where, when or with what the image is to be shown."""

SHORT_WISH = 4
"""Up to so many words without a verb are taken for what the image is to become."""


def wish(request: str) -> str:
    """A request as the beginning of an instruction, with a verb; what follows says how."""
    said = layout.flat(request).rstrip(".,;:!? ")
    said = ASKING.sub("", said) or said
    first, second, *_ = [*words(said), "", ""]
    verb = first.capitalize()
    if verb in VERBS and (verb not in ADJECTIVES or second in POINTERS):
        return f"{said[:1].upper()}{said[1:]}"
    if verb == "As" or (verb == "In" and {"style", "manner"} & set(words(said))):
        return f"Redraw it {said}"
    if verb == "Seen" or verb in PLACES:
        return f"Show it {said}"
    if len(said.split()) <= SHORT_WISH:
        return f"Change the image to {said if second == '' else f'show {said}'}"
    return f"Change the image: {said}"
