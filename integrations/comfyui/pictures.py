"""ComfyUI's pictures as data URLs."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

MAX_SIDE = 1024
"""Pixels. Whoever looks at a picture sees no more of it, and the limit of 6 MB is kept."""


def data_urls(batch: Any) -> list[str]:
    """The pictures of a batch.

    Args:
        batch: a tensor or an array (pictures, height, width, channels), 0 to 1; None is none.
    """
    if batch is None:
        return []
    array = np.asarray(batch.cpu().numpy() if hasattr(batch, "cpu") else batch)
    if array.ndim != 4 or array.shape[-1] not in (1, 3, 4):
        raise ValueError(f"images: have the shape {array.shape}, not (n, height, width, channels)")
    return [_data_url(picture) for picture in array]


def _data_url(picture: Any) -> str:
    values = (picture.clip(0, 1) * 255).round().astype(np.uint8)
    image = Image.fromarray(values.squeeze(-1) if values.shape[-1] == 1 else values).convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
