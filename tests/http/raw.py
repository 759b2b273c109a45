"""Raw requests: sent, and refused."""

from __future__ import annotations

from typing import Any

import httpx

from conftest import data_url


def post(root: str, path: str, body: dict[str, object]) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(root + path, json=body).raise_for_status().json()
    return answer


def new_model(root: str) -> str:
    """The address of a model that was just made."""
    return f"{root}/models/{post(root, '/models', {})['model']['id']}"


def new_asset(root: str) -> str:
    """The id of an asset that was just made."""
    asset_id: str = post(root, "/assets", {"name": "a.png", "image": data_url()})["asset"]["id"]
    return asset_id


def check_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"reason", "name", "details", "trace_id", "message"}
    assert body["details"].get("field") == field
