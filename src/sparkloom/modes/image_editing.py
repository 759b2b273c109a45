"""Image editing: an instruction for an editor that sees the image."""

from __future__ import annotations

import re

from sparkloom.context import Context
from sparkloom.engines import Draft, Task
from sparkloom.modes import layout
from sparkloom.modes.mode import Candidate
from sparkloom.request import PromptRequest

DEFAULT_EDITOR = "flux-kontext"

VERBS = """Add Age Blur Break Brighten Bring Build Bury Carve Change Clean Clear Close Colour
Complete Convert Correct Cover Crop Cut Darken Deepen Delete Drain Draw Dress Drop Dry Empty
Enlarge Erase Exchange Extend Fade Fill Fit Float Flood Fold Freeze Give Grow Hang Isolate Lay
Lengthen Lift Light Lower Make Melt Mend Mirror Move Open Paint Perch Place Print Pull Put Raise
Rebuild Recast Recolour Redraw Reduce Relight Remove Render Repaint Repair Replace Restore Restyle
Rotate Scatter Seat Send Set Shift Shorten Show Soften Stand Straighten Strip Swap Swing Switch
Tint Translate Turn Warm Wash Widen Wipe Wrap Write""".split()
"""What an instruction begins with: verbs that say what becomes of the image."""

GRAMMAR = f"""root ::= " " verb " " [^\\n]+
verb ::= {" | ".join(f'"{verb}"' for verb in VERBS)}"""

KEEPS = re.compile(
    r"\b(?:ke(?:ep|pt)\w*|un(?:changed|touched|altered|moved)|stay\w*|remain\w*|preserv\w*|"
    r"(?:must|should|may|do|does) not|same|leav\w*|left as|retain\w*|intact|maintain\w*|"
    r"identical|constant|hold\w*|held|as (?:it|they) (?:is|are|was|were)|exact\w*)\b",
    re.IGNORECASE,
)
"""What says that something of the image stays."""


class ImageEditing:
    temperature = 0.7
    typical_tokens = 45
    keeps_words = False

    def ask(self, request: PromptRequest, context: Context) -> Task:
        editor = request.model_id or DEFAULT_EDITOR
        image = " ".join(context.images)
        return Task(
            text=layout.edit(context.subject, editor, image, context.examples),
            max_tokens=130,
            top_p=request.top_p or 0.95,
            grammar=GRAMMAR,
        )

    def read(self, request: PromptRequest, context: Context, draft: Draft) -> Candidate:  # noqa: ARG002
        prompt = draft.text.strip()
        fault = "" if KEEPS.search(prompt) else "does not say what stays"
        return Candidate(prompt, added=prompt, finished=draft.finished, fault=fault)
