"""Who answers: a server, or the library in this process."""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

TIMEOUT = 600
"""Seconds to wait for an answer; a first request may build the local model."""

Fields = dict[str, Any]


class Source(Protocol):
    """Answers as the HTTP interface does."""

    def prompts(self, fields: Fields) -> Fields:
        """The answer of `POST /v1/generate/prompt`."""

    def names(self, text: str) -> Fields:
        """The answer of `POST /v1/generate/ip-detection`."""


def source(server: str, environment: Mapping[str, str] = os.environ) -> Source:
    """Who answers.

    Args:
        server: the address that a workflow names; may be empty.
        environment: `SPARKLOOM_URL` is the address where it names none, and `SPARKLOOM_KEY` the
            `key:secret` for that address. It is sent to no other: workflows come from anywhere.

    Raises:
        ValueError: the address is none, or the library is missing.
    """
    own = _tidy(environment.get("SPARKLOOM_URL", ""))
    address = _tidy(server) or own
    if not address:
        return _library()
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"server: {address} must begin with http:// or https://")
    return Server(address, environment.get("SPARKLOOM_KEY", "") if address == own else "")


def _tidy(address: str) -> str:
    return address.strip().rstrip("/").removesuffix("/v1")


class Server:
    """A Sparkloom server.

    Args:
        address: without `/v1`.
        key: `key:secret`; may be empty.
    """

    def __init__(self, address: str, key: str = "") -> None:
        self._address = address
        self._headers = {"content-type": "application/json"}
        if key:
            self._headers["authorization"] = f"Basic {base64.b64encode(key.encode()).decode()}"

    def prompts(self, fields: Fields) -> Fields:
        return self._post("generate/prompt", fields)

    def names(self, text: str) -> Fields:
        return self._post("generate/ip-detection", {"prompts": [text]})

    def _post(self, path: str, fields: Fields) -> Fields:
        request = urllib.request.Request(  # noqa: S310  # http or https, `source` has seen to it
            f"{self._address}/v1/{path}", json.dumps(fields).encode(), self._headers
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                body: Fields = json.load(answer)
                return body
        except urllib.error.HTTPError as error:
            raise ValueError(_reason(error)) from None
        except OSError as error:
            raise ValueError(
                f"No Sparkloom server answers at {self._address} ({error}). Start one with "
                "`sparkloom serve`, or leave server empty."
            ) from None


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says is wrong; what is no Sparkloom server says something else."""
    try:
        reason: str = json.load(error)["reason"]
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code}; is it a Sparkloom server?"
    return reason


class Library:
    """The library in this process, with one engine for all nodes."""

    def __init__(self) -> None:
        from sparkloom import Sparkloom

        self._loom = Sparkloom()

    def prompts(self, fields: Fields) -> Fields:
        from sparkloom import PromptRequest

        return self._loom.answer(PromptRequest.parse(fields)).wire()

    def names(self, text: str) -> Fields:
        from sparkloom.request import IPDetectionRequest

        return self._loom.detect(IPDetectionRequest.parse({"prompts": [text]})).wire()


@cache
def _library() -> Library:
    try:
        return Library()
    except ImportError:
        raise ValueError(
            "Sparkloom is not installed in ComfyUI's Python. Install it there with "
            "`pip install sparkloom`, or give the address of a server."
        ) from None
