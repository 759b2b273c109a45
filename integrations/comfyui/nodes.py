"""The nodes. Their texts go straight into the nodes that encode for CLIP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .pictures import data_urls
from .source import source

MODES = ["completion", "inventive", "structured", "contextual", "contextual-v2"]
ANY_EDITOR = "any editor"
EDITORS = [
    "flux-kontext",
    "gemini-2.0-flash",
    "gemini-2.5-flash",
    "gpt-image-1",
    "runway-gen4-image",
]
MAX_SEED = 2**53 - 1
CATEGORY = "sparkloom"

SEED = (
    "INT",
    {
        "default": 0,
        "min": 0,
        "max": MAX_SEED,
        "control_after_generate": True,
        "tooltip": "The same seed gives the same prompts.",
    },
)
NUMBER = ("INT", {"default": 1, "min": 1, "max": 5, "tooltip": "How many different prompts."})
CLEAR = (
    "BOOLEAN",
    {"default": False, "tooltip": "Describe protected names instead of naming them."},
)
SERVER = (
    "STRING",
    {
        "default": "",
        "tooltip": "The address of a Sparkloom server. Empty: that of SPARKLOOM_URL, else the "
        "library in this process.",
    },
)

Inputs = Mapping[str, Mapping[str, Any]]


class Writer:
    """What the nodes that write have in common: their outputs."""

    CATEGORY = CATEGORY
    FUNCTION = "write"
    RETURN_TYPES = ("STRING", "STRING", "STRING")
    RETURN_NAMES = ("prompts", "prompt", "answer")
    OUTPUT_IS_LIST = (True, False, False)
    OUTPUT_TOOLTIPS = (
        "Every prompt; what follows runs once for each.",
        "The first prompt.",
        "The whole answer, as JSON.",
    )

    def _ask(self, server: str, **fields: Any) -> tuple[list[str], str, str]:
        given = {name: value for name, value in fields.items() if value not in (None, "", [])}
        # A seed that is linked in from another node may be larger than ours are.
        answer = source(server).prompts({**given, "seed": fields["seed"] & MAX_SEED})
        return answer["prompts"], answer["prompts"][0], json.dumps(answer, ensure_ascii=False)


class SparkloomPrompt(Writer):
    """Writes prompts."""

    DESCRIPTION = "Finishes, invents or lays out prompts, or fits them to a model."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:  # noqa: N802
        return {
            "required": {
                "spark": (
                    "STRING",
                    {
                        "multiline": True,
                        "default": "",
                        "dynamicPrompts": False,
                        "tooltip": "The words to start from.",
                    },
                ),
                "mode": (MODES, {"default": "completion", "tooltip": "How to write."}),
                "seed": SEED,
                "number": NUMBER,
            },
            "optional": {
                "images": ("IMAGE", {"tooltip": "References: a batch of at most 5, or 15."}),
                "model": (
                    "STRING",
                    {"default": "", "tooltip": "The id of the image model: sdxl, model_..."},
                ),
                "clear_names": CLEAR,
                "server": SERVER,
            },
        }

    def write(
        self,
        spark: str,
        mode: str,
        seed: int,
        number: int,
        images: Any = None,
        model: str = "",
        clear_names: bool = False,
        server: str = "",
    ) -> tuple[list[str], str, str]:
        return self._ask(
            server,
            prompt=spark,
            mode=mode,
            seed=seed,
            numResults=number,
            images=data_urls(images),
            modelId=model.strip(),
            ensureIPCleared=clear_names,
        )


class SparkloomEditInstruction(Writer):
    """Writes instructions for models that change pictures."""

    DESCRIPTION = "Writes the instruction for a model that changes a picture by instruction."

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:  # noqa: N802
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "The picture to change; the first of a batch."}),
                "wish": (
                    "STRING",
                    {
                        "multiline": True,
                        "default": "",
                        "dynamicPrompts": False,
                        "tooltip": "What to change. Empty: something that suits the picture.",
                    },
                ),
                "editor": ([ANY_EDITOR, *EDITORS], {"default": ANY_EDITOR}),
                "seed": SEED,
                "number": NUMBER,
            },
            "optional": {"clear_names": CLEAR, "server": SERVER},
        }

    def write(
        self,
        image: Any,
        wish: str,
        editor: str,
        seed: int,
        number: int,
        clear_names: bool = False,
        server: str = "",
    ) -> tuple[list[str], str, str]:
        return self._ask(
            server,
            mode="image-editing",
            image=data_urls(image)[0],
            prompt=wish,
            modelId="" if editor == ANY_EDITOR else editor,
            seed=seed,
            numResults=number,
            ensureIPCleared=clear_names,
        )


class SparkloomCheck:
    """Looks for protected names, and lets the text through."""

    CATEGORY = CATEGORY
    DESCRIPTION = "Looks for protected names in a text, and can stop the workflow at one."
    FUNCTION = "check"
    RETURN_TYPES = ("STRING", "BOOLEAN", "STRING")
    RETURN_NAMES = ("text", "found", "findings")
    OUTPUT_TOOLTIPS = (
        "The text as it came.",
        "Whether there is a name.",
        "The names, a line each.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:  # noqa: N802
        return {
            "required": {
                "text": ("STRING", {"multiline": True, "default": "", "dynamicPrompts": False}),
                "stop": (
                    "BOOLEAN",
                    {"default": False, "tooltip": "Whether a name stops the workflow."},
                ),
            },
            "optional": {"server": SERVER},
        }

    def check(self, text: str, stop: bool, server: str = "") -> tuple[str, bool, str]:
        if not text.strip():
            return text, False, ""
        findings = source(server).names(text)["ipDetection"]["findings"]
        lines = [f"{each['category']}: {each['text']} ({each['reason']})" for each in findings]
        if stop and lines:
            raise ValueError("Protected names were found. " + " ".join(lines))
        return text, bool(lines), "\n".join(lines)


NODE_CLASS_MAPPINGS = {
    "SparkloomPrompt": SparkloomPrompt,
    "SparkloomEditInstruction": SparkloomEditInstruction,
    "SparkloomCheck": SparkloomCheck,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "SparkloomPrompt": "Sparkloom Prompt",
    "SparkloomEditInstruction": "Sparkloom Edit Instruction",
    "SparkloomCheck": "Sparkloom Check",
}
