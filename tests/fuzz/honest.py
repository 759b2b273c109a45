"""Hooks of schemathesis: made-up requests that fit the document are made to mean something too.

A schema cannot say that base64 holds a picture, or that a page's token was given out before. What
fits the schema and breaks such a rule is answered 400, rightly; it would hide the requests that fit
and are refused wrongly. Requests that are meant to break the schema are left as they are.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis import GenerationMode

from conftest import data_url
from sparkloom.request import clean_text

PROJECT = "proj_fuzz"
"""The project of the key; what names another is answered 403."""

PICTURE = data_url()
DROPPED = ("paginationToken", "types", "withEmbedding", "withQualityGateDetails")


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    if isinstance(case.body, dict) and case.operation.path.startswith("/v1/generate"):
        # Null counts as left out there, so that this breaks no schema.
        case.body = {name: value for name, value in case.body.items() if value is not None}
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if case.query:
        kept = {name: value for name, value in case.query.items() if name not in DROPPED}
        case.query = _clean(kept) | ({"projectId": PROJECT} if "projectId" in kept else {})
    if isinstance(case.body, dict | list):
        case.body = _clean(case.body)
    if isinstance(case.body, dict):
        _mean_something(case.body, case.operation.path)


def _clean(value: Any) -> Any:
    """Without control characters, which no text may have."""
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return "".join(map(_shown, value)) if isinstance(value, str) else value


def _shown(character: str) -> str:
    try:
        return clean_text(character)
    except ValueError:
        return "x"


def _mean_something(body: dict[str, Any], path: str) -> None:
    for name in ("image", "data"):
        if body.get(name) is not None:
            body[name] = PICTURE
    if body.get("images"):
        body["images"] = [PICTURE]
    if body.get("assetIds") and "generate" in path:
        body["assetIds"] = body["assetIds"][:4]
    body.pop("engine", None)
    if path.endswith("/generate/prompt"):
        _fit_the_mode(body)
    elif path.endswith(("/caption", "/describe-style")):
        body["images"] = [PICTURE]
    elif path.endswith("/ip-detection"):
        body["prompts"] = [*(body.get("prompts") or []), "a fox"]
    elif "training-images" in path:
        _one_image(body)
    elif path.startswith("/v1/models") and "type" in body:
        body["type"] = "custom"
    elif path.endswith("/tags"):
        body["strict"] = False


def _fit_the_mode(body: dict[str, Any]) -> None:
    if body.get("mode") in ("image-editing", "image-editing-prompt"):
        body["image"] = PICTURE
        body.pop("modelId", None)
    elif body.get("mode") in ("contextual", "contextual-v2"):
        body["images"] = [PICTURE]


def _one_image(body: dict[str, Any]) -> None:
    """One of the three ways to name a training image."""
    for name in ("assetIds", "data"):
        body.pop(name, None)
    if body.get("assetId") is None:
        body |= {"data": PICTURE, "name": "fox.png"}
        body.pop("assetId", None)
