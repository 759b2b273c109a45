"""`GET /metrics`: the figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from sparkloom.observe.metrics import exposition

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def metrics() -> Response:
    text, media_type = exposition()
    return Response(text, media_type=media_type)
