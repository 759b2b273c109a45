"""llama.cpp in this process, spoken to by its own server on loopback.

It listens on a port that the system chooses and wants a key that nobody is told.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sparkloom.chat.server import Address
from sparkloom.errors import UnavailableError
from sparkloom.llama import load_llama

if TYPE_CHECKING:
    import xllamacpp

ONE_AT_A_TIME = {"cache_prompt": False}
"""Nothing of what was computed for another call is used: the bytes must not depend on it."""


class LocalServer:
    """A running server over one model, GGUF, that computes one sequence at a time.

    Args:
        model: the model's file.
        mmproj: the file of its vision part, if it shall see.
        context_tokens: its window.
        threads: of the processor.

    Raises:
        UnavailableError: llama.cpp cannot load it.
    """

    def __init__(
        self, model: Path, context_tokens: int, threads: int, mmproj: Path | None = None
    ) -> None:
        llama = load_llama()
        params = llama.CommonParams()
        params.model.path = str(model)
        if mmproj is not None:
            params.mmproj.path = str(mmproj)
            params.mmproj_use_gpu = False
        params.n_ctx = context_tokens
        params.n_parallel = 1
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.flash_attn_type = llama.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.ctx_shift = False
        params.cache_ram_mib = 0
        params.n_ctx_checkpoints = 0
        params.warmup = False
        params.verbosity = -1
        params.hostnames = ["127.0.0.1"]
        self._key = secrets.token_hex(16)
        params.api_keys = [self._key]
        try:
            self._server: xllamacpp.Server | None = llama.Server(params)
        except Exception as error:  # xllamacpp raises whatever llama.cpp's loader did
            raise UnavailableError(
                f"The model {model} could not be loaded: {error}", model=str(model)
            ) from error
        self._url = f"{self._server.listening_address}/v1"

    def address(self, timeout: float) -> Address:
        """Where it is, for a `ChatServer`."""
        return Address(
            self._url,
            model="local",
            key=self._key,
            timeout=timeout,
            retries=0,
            calls=1,
            extra=ONE_AT_A_TIME | {"chat_template_kwargs": {"enable_thinking": False}},
        )

    def close(self) -> None:
        """Give the model's memory back."""
        self._server = None
