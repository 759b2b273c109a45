"""Image editing: an instruction for an editor that sees the image.

The instruction begins with the user's own wish, the engine says how that looks in this image,
and what the image shows beside it is named to stay: so the wish is always carried out, and
nothing is claimed that the description does not show.
"""

from __future__ import annotations

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.mode import Candidate
from sparkloom.modes.opening import WORD
from sparkloom.request import PromptRequest
from sparkloom.words import content_stems, phrases, words

DEFAULT_EDITOR = "flux-kontext"

VERBS = """Add Age Blur Break Brighten Bring Build Bury Carve Change Clean Clear Close Colour
Complete Convert Correct Cover Crop Cut Darken Deepen Delete Drain Draw Dress Drop Dry Empty
Enlarge Erase Exchange Extend Fade Fill Fit Float Flood Fold Freeze Give Grow Hang Isolate Lay
Lengthen Let Lift Light Lower Make Melt Mend Mirror Move Open Paint Perch Place Print Pull Put
Raise Rebuild Recast Recolour Redraw Reduce Relight Remove Render Repaint Repair Replace Restore
Restyle Rotate Scatter Seat Send Set Shift Shorten Show Soften Stand Straighten Strip Swap Swing
Switch Take Tint Translate Turn Warm Wash Widen Wipe Wrap Write""".split()
"""What an instruction begins with: verbs that say what becomes of the image."""

SHORT_WISH = 4
"""Up to so many words without a verb are taken for what the image is to become."""

KEPT_PHRASES = 2
"""So many phrases of the description are named to stay."""

HOW = rf"""root ::= {{first}} (" " word){{{{4}}}} (" " word)* [,.;:]?
{WORD}"""
"""A phrase of at least four words (GBNF): with every further one the engine may lose the image."""


class ImageEditing:
    temperature = 0.7
    typical_tokens = 20
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        editor = request.model_id or DEFAULT_EDITOR
        image = " ".join(context.images)
        text = layout.edit(context.subject, editor, image, context.examples)
        verb = " | ".join(f'" {verb}"' for verb in VERBS)
        return Task(
            text=f"{text} {wish(request.spark)}" if request.spark else text,
            max_tokens=60,
            top_p=request.top_p or 0.95,
            grammar=HOW.format(first='""' if request.spark else f"({verb})"),
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:
        how = draft.text.strip().rstrip(",.;:")
        change = f"{wish(request.spark)} {how}." if request.spark else f"{how}."
        kept = staying(change, context.images)
        return Candidate(f"{change} {kept}", added=how, finished=draft.finished)


def wish(request: str) -> str:
    """A request as the beginning of an instruction, with a verb; what follows says how."""
    said = layout.flat(request).rstrip(".,;:!? ")
    first = (words(said) or [""])[0].capitalize()
    if first in VERBS:
        return f"{said[:1].upper()}{said[1:]}:"
    if first == "As":
        return f"Redraw it {said}:"
    if first == "Seen":
        return f"Show it {said}:"
    if len(said.split()) <= SHORT_WISH:
        return f"Change the image to {said}:"
    return f"Change the image: {said},"


def staying(change: str, images: tuple[str, ...]) -> str:
    """The sentence that says what stays: what the images show and the change does not touch."""
    touched = set(content_stems(change))
    shown = [phrase for image in images for phrase in phrases(image)]
    whole = [phrase for phrase in shown if touched.isdisjoint(content_stems(phrase))]
    kept = [f"{phrase[:1].lower()}{phrase[1:]}" for phrase in (whole or shown)[:KEPT_PHRASES]]
    if not kept:
        return "Keep everything else exactly as it is."
    return f"Keep everything else exactly as it is: {', '.join(kept)}."
