"""Raw requests: sent, and refused."""

from __future__ import annotations

from typing import Any

import httpx


def post(root: str, path: str, body: dict[str, object]) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(root + path, json=body).raise_for_status().json()
    return answer


def check_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"reason", "name", "details", "trace_id", "message"}
    assert body["details"].get("field") == field
