"""Image editing: an instruction for an editor that sees the image.

The instruction begins with the user's own wish, goes on with a hand-written manner of carrying it
out, and names what the image shows beside it to stay: so the wish is always carried out, and
nothing is claimed that the description does not show. Where nobody wishes for anything, the wish
is drawn too, among those that suit the image. The small engine writes nothing here: see
docs/architecture.md.
"""

from __future__ import annotations

import re
from itertools import product

from sparkloom.bank.manners import manners_of, proposals
from sparkloom.catalog.profile import Editing, shelf
from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.brief import brief, fault_of, tidy
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest
from sparkloom.sight import MEDIA, MEDIUM
from sparkloom.words import DANGLING, content_stems, words

FIELDS = ("instruction",)

DEFAULT_EDITOR = "flux-kontext"

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
    r"^(?:please|can you|could you|i want(?: you)?(?: to)?|i'd like(?: you)?(?: to)?|what if|"
    r"how about|what would it look like|actually|maybe|let's)\b[ ,]*",
    re.IGNORECASE,
)
"""Politeness and questions around a wish."""

THE_SUBJECT = "the subject"
"""What a wish that is offered speaks of; the image says what it is."""

SHORT_WISH = 4
"""Up to so many words without a verb are taken for what the image is to become."""

KEPT_PHRASES = 3
"""So many phrases of the description are named to stay at most."""

FRAMING = re.compile(
    r"^(?:(?:extreme )?close-?up|(?:full|half)[- ](?:length|body)|overhead|diagonal|aerial|profile|"
    r"(?:medium|wide|long|full)(?: shot)?|(?:in the )?(?:centred?|centered|middle)|wide angle|"
    r"(?:(?:upper|lower) )?(?:left|right|top|bottom)(?: of centre)?|.{0,15}\bview|portrait|"
    r"from (?:above|below|behind)|fills? the frame|.*\bframing)$",
    re.IGNORECASE,
)
LOOSE = re.compile(
    r"^(?:and|with|in|on|at|by|from|under|over|behind|near|beside|against|no|one|out|soft|strong|"
    r"high|low|even|bright|dark|muted|faded|rainy|clear|transparent|seen|set|\w+ing|\w+ed)$",
    re.IGNORECASE,
)
"""What a phrase begins with that names no thing by itself: `leaping out of the water`."""

ENDS = re.compile(
    r" (?:(?:with|in|on|at|by|under|over|behind|near|beside|against|among|between|through|across|"
    r"along|above|below|inside|outside|from|to|into|out|next|that|who|which|and|is|are|"
    r"was|were|has|have|stands?|sits?|lies?|holds?|wears?|looks?|waits?|walks?|runs?|leads?|hangs?|"
    r"rests?|floats?|flies|fly|sleeps?|reads?|plays?|rides?|leans?|faces|feeds?|eats?|drinks?|works?|"
    r"grows?|shows?|crosses|carries|fills|covers|\w+ing|\w{2,}ed|"
    r"\w+s(?= (?:a|an|the|his|her|its|their|for)\b))\b.*)",
    re.IGNORECASE,
)
"""What follows a thing in a phrase and is not part of its name."""


class ImageEditing:
    temperature = 0.7
    typical_tokens = 0
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        editor = request.model_id or DEFAULT_EDITOR
        image = " ".join(context.images)
        text = layout.edit(context.subject, editor, image, context.examples)
        return Task(
            text=f"{text} {wish(request.spark)}" if request.spark else text,
            max_tokens=80,
            top_p=request.top_p or 0.95,
            options=options(request.spark, image),
            brief=brief(
                "image_editing",
                FIELDS,
                {
                    "Wish": context.subject if request.spark else "",
                    "Editor": editor,
                    "The image": image,
                },
            ),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        if draft.answer is not None:
            fault = fault_of("image_editing", draft.answer, FIELDS)
            text = "" if fault else tidy(draft.answer["instruction"])
            return Candidate(text, added=text, finished=draft.finished, fault=fault)
        how = draft.text.strip().rstrip(",.;:")
        change = instructed(wish(request.spark), how) if request.spark else how
        told = editing_of(request.model_id)
        kept = staying(change, context.images)
        keep = told.keep.format(kept=listed(kept)) if kept else told.keep_all
        return Candidate(
            f"{told.begun(change)}. {keep}",
            added=how,
            finished=draft.finished,
        )


def editing_of(model_id: str | None) -> Editing:
    """How an editor is told what to change."""
    editing = shelf()[model_id or DEFAULT_EDITOR].editing
    assert editing is not None  # noqa: S101 - the shelf's editors all have it; a test says so
    return editing


def options(request: str, image: str) -> tuple[str, ...]:
    """The ways of carrying out a wish; without one, wishes that suit an image, and their ways."""
    if not request:
        subject = next((thing for thing in things(image) if thing != "the framing"), THE_SUBJECT)
        return tuple(
            instructed(family.wish.replace(THE_SUBJECT, subject), phrase)
            for family in proposals(image)
            for phrase in family.phrases
        )
    families = [family.phrases for family in manners_of(request)]
    return tuple(", ".join(phrases) for phrases in product(*families))


def instructed(change: str, how: str) -> str:
    """A change and its manner; a colon that the change has is not followed by another."""
    return f"{change}{';' if ':' in change else ':'} {how}"


def wish(request: str) -> str:
    """A request as the beginning of an instruction, with a verb; what follows says how."""
    said = layout.flat(request).rstrip(".,;:!? ")
    said = ASKING.sub("", said) or said
    first, second, *_ = [*words(said), "", ""]
    verb = first.capitalize()
    if verb in VERBS and (verb not in ADJECTIVES or second in POINTERS):
        return f"{said[:1].upper()}{said[1:]}"
    if verb == "As":
        return f"Redraw it {said}"
    if verb in ("Seen", "With", "Without"):
        return f"Show it {said}"
    if len(said.split()) <= SHORT_WISH:
        return f"Change the image to {said if second == '' else f'show {said}'}"
    return f"Change the image: {said}"


def staying(change: str, images: tuple[str, ...]) -> list[str]:
    """What stays: the things that the images show and the change does not touch."""
    touched = set(content_stems(change))
    shown = [thing for image in images for thing in things(image)]
    return [thing for thing in shown if touched.isdisjoint(content_stems(thing))][:KEPT_PHRASES]


def things(image: str) -> list[str]:
    """The things and traits that a description names, each so that it can be told to stay."""
    found: list[str] = []
    for part in re.split(r"[;.](?!\d)|\n", MEDIUM.sub("", image.strip())):
        said = MEDIUM.sub("", part.strip())
        colours = re.match(r"(?:subject )?colou?rs (.+)", said, re.IGNORECASE)
        if colours:
            found.append(f"the palette of {listed(re.split(r', | and ', colours[1]))}")
            continue
        for phrase in filter(None, map(str.strip, re.split(r",(?!\d)", said))):
            name = whole(ENDS.sub("", phrase))
            if FRAMING.match(phrase):
                found.append("the framing")
            elif phrase.lower() in MEDIA:
                continue
            elif re.search(r"\w", name) and not LOOSE.match(name.split()[0]):
                found.append(definite(name))
    return list(dict.fromkeys(found))


def whole(phrase: str) -> str:
    """A phrase without words at its end that want another."""
    kept = phrase.split()
    while len(kept) > 1 and kept[-1].lower() in DANGLING:
        kept.pop()
    return " ".join(kept)


def definite(thing: str) -> str:
    """A thing with `the`: the image has it already."""
    first, _, rest = thing.partition(" ")
    if first.lower() in ("a", "an", "the"):
        return f"the {rest}"
    if first.lower() in ("his", "her", "its", "their", "all", "both"):
        return f"{first.lower()} {rest}"
    return f"the {first if first[1:].lower() != first[1:] else first.lower()} {rest}".rstrip()


def listed(names: list[str]) -> str:
    """Names with commas and a last "and"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
