"""A wish as the beginning of an edit instruction: a verb, and what becomes of the image."""

from __future__ import annotations

import re

from sparkloom.bank.kinds import nouns
from sparkloom.modes import layout
from sparkloom.modes.things import BEHIND, INTANGIBLE, definite
from sparkloom.words import MASS, STOP_WORDS, article, words

VERBS = """
Add Age Animate Arrange Blur Break Brighten Bring Build Bury Carve Change Clean Clear Close Color
Colorise Colorize Colour Colourise Combine Complete Convert Correct Cover Crop Cut Darken Decorate
Deepen Delete Denoise Design Drain Draw Dress Drop Dry Embroider Empty Engrave Enhance Enlarge
Erase Exchange Expand Extend Fade Fill Finish Fit Fix Flip Float Flood Fold Freeze Freshen Furnish
Fuse Gather Give Glaze Groom Grow Hang Have Hide Highlight Hold Insert Isolate Label Lay Lengthen
Let Level Lift Light Lock Lower Make Melt Mend Mirror Move Open Paint Perch Pin Place Polish Pour
Print Pull Put Raise Rebuild Recast Recolor Recolour Redraw Reduce Relight Remove Render Renovate
Repaint Repair Replace Restore Restyle Retouch Rotate Scatter Seat Select Send Set Sharpen Shave
Shift Shorten Show Shut Simplify Smooth Soften Spill Sprinkle Stand Steal Straighten Strip Submerge
Swap Swing Switch Take Tidy Tie Tint Translate Turn Unlock Unroll Untangle Update Upgrade Warm Wash
Water Widen Wipe Wrap Write Zoom
""".split()
"""What an instruction begins with: verbs that say what becomes of the image."""

AMBIGUOUS = frozenset(
    "Clean Clear Close Dry Empty Glaze Groom Highlight Label Light Lock Lower Open Pin Tidy Tie "
    "Warm Water".split()
)
"""Verbs that are adjectives or nouns as well: `empty nest`, `lower angle`."""

POINTERS = frozenset("a all an both every her his it its my the their them these this up".split())
"""What stands behind a verb rather than behind an adjective or a noun."""

ASKING = re.compile(
    r"^(?:please|can you|could you|i want(?: you)?(?: to)?|i'd like(?: you)?(?: to)?|"
    r"what if(?: it (?:was|were|is))?|how about|what would it look like|actually|maybe|let's)"
    r"\b[ ,]*",
    re.IGNORECASE,
)
"""Politeness and questions around a wish."""

GONE = re.compile(
    r"^(?:no(?: more)?|get rid of) (?P<what>[^,]+)$|^(?P<who>\S+(?: \S+)?) (?:away|gone)$",
    re.IGNORECASE,
)
"""A wish that something be away, without a verb that says so."""

PLACES = frozenset(
    "After At Before During From In Indoors Inside On Outdoors Outside Under Underwater With "
    "Without".split()
)
"""What a wish begins with that says where, when or with what the image is to be shown."""

UNCOUNTED = INTANGIBLE | set("body water fire food drink soup bread any".split())
"""Kinds whose nouns mostly take no article: `longer hair`, `calm sea`."""

STUFF = MASS | set("light paint glass wood gold silver lighting".split())
"""Nouns of other kinds that take none either: what a wish calls glass is no drink."""

SINGLE = frozenset("background backdrop bob cut drive finish fringe orb scan view".split())
"""Nouns of no kind that do."""

AS_IT_IS = re.compile(r"lit|open|shut|asleep|\w{2,}ed")
"""What a thing of the image is to be: `lamp lit`."""

COUNTED = re.compile(
    r"^(?:an?|the|his|her|its|their|my|our|your|one|two|three|four|some|any|all|every|everyone|no|"
    r"more|less|fewer|matching|\d+|\w+er|\w+'s)$",
    re.IGNORECASE,
)
"""How a wish begins that has an article, or needs none."""

SHORT_WISH = 4
"""Up to so many words without a verb are taken for what the image is to become."""


def wish(request: str) -> str:
    """A request as the beginning of an instruction, with a verb; what follows says how."""
    said = layout.flat(request).rstrip(".,;:!? ")
    said = ASKING.sub("", said) or said
    first, second, *_ = [*words(said), "", ""]
    verb = first.capitalize()
    if verb in VERBS and (verb not in AMBIGUOUS or second in POINTERS):
        return f"{said[:1].upper()}{said[1:]}"
    if gone := GONE.match(said):
        return f"Remove {definite(gone['what'] or gone['who'])}"
    if verb == "As" or (verb == "In" and {"style", "manner"} & set(words(said))):
        return f"Redraw it {said}"
    if verb == "Seen" or verb in PLACES:
        return f"Show it {said}"
    if second == "":
        return f"Change the image to {said}"
    if len(said.split()) > SHORT_WISH or second in POINTERS:
        return f"Change the image: {said}"
    return f"Change the image to show {_counted(said)}"


def _counted(said: str) -> str:
    """A noun with what is said of it, with an article where it wants one: `a train on it`."""
    first, *rest = words(said)
    head = first
    for word in rest:
        if word in BEHIND or word in STOP_WORDS or re.fullmatch(r"\w+ing|\w{2,}ed", word):
            break
        head = word
    kind = nouns().get(head)
    known = head in SINGLE or (kind and kind.name not in UNCOUNTED and head not in STUFF)
    if known and AS_IT_IS.fullmatch(rest[0]):
        return f"the {said}"
    return f"{article(said)} {said}" if known and not COUNTED.match(first) else said
