"""Examples as token ids, by the tokenizer that will run: llama.cpp's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import xllamacpp
from numpy.typing import NDArray
from rich.progress import track

from corpus import Example

END = "<eos>"


@dataclass(frozen=True, slots=True)
class Tokens:
    """An example in token ids.

    Attributes:
        ids: text, answer and end of text, in this order.
        start: where the answer begins in `ids`.
        characters: how long the answer is.
    """

    ids: NDArray[np.int32]
    start: int
    characters: int


def tokenize(examples: Iterable[Example], model: Path) -> list[Tokens]:
    """Text and answer one by one, as the engine does: nothing is merged across their border."""
    made = []
    with _server(model) as client:
        end = _ids(client, END, special=False, parse=True)
        for example in track(list(examples), description="tokens"):
            text = _ids(client, example.text, special=True)
            answer = _ids(client, example.answer, special=False)
            ids = np.array([*text, *answer, *end], np.int32)
            made.append(Tokens(ids, len(text), len(example.answer)))
    return made


def _ids(client: httpx.Client, text: str, special: bool, parse: bool = False) -> list[int]:
    asked = {"content": text, "add_special": special, "parse_special": parse}
    answer = client.post("/tokenize", json=asked)
    answer.raise_for_status()
    return list(answer.json()["tokens"])


def llama(model: Path, context_tokens: int) -> xllamacpp.Server:
    """llama.cpp with a model, GGUF, and room for one sequence."""
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = context_tokens
    params.n_parallel = 1
    params.warmup = False
    params.verbosity = -1
    return xllamacpp.Server(params)


@contextmanager
def _server(model: Path) -> Iterator[httpx.Client]:
    server = llama(model, 512)
    with httpx.Client(base_url=server.listening_address, trust_env=False) as client:
        yield client
    del server
