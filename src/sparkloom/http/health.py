"""`GET /health`: whether the service is up."""

from __future__ import annotations

from fastapi import APIRouter

from sparkloom import __version__

router = APIRouter(tags=["health"])


@router.get("/health", summary="Whether the service is up")
async def health() -> dict[str, str]:
    return {"status": "ok", "version": __version__}
