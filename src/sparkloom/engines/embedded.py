"""The language model in this process: llama.cpp through xllamacpp.

llama.cpp's arithmetic depends on how many sequences share a batch, and with flash attention
on the number of threads. So that a seed means the same bytes everywhere, one sequence is
computed at a time, without flash attention. The text of a task is computed once and kept;
every draft goes on from there. On a few cores this is as fast as drafts side by side.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkloom.engines.engine import Draft, Task
from sparkloom.errors import EngineError, InvalidRequestError, UnavailableError
from sparkloom.settings import Settings

if TYPE_CHECKING:
    import xllamacpp

SAMPLING: dict[str, Any] = {
    "samplers": ["dry", "min_p", "top_p", "temperature"],
    "dry_multiplier": 0.6,
    "dry_base": 1.75,
    "dry_allowed_length": 3,
    "min_p": 0.05,
}
"""How tokens are drawn, beside temperature and top-p. DRY keeps phrases from coming again;
min-p comes before top-p, which would else sort the whole vocabulary for every token."""


class Embedded:
    """The embedded engine. Loads its model with the first task, and once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._server: xllamacpp.Server | None = None

    @contextmanager
    def open(self, task: Task) -> Iterator[_Writer]:
        with self._turn:
            if self._server is None:
                self._server = _load(model_path(self._settings), self._settings)
            writer = _Writer(self._server, task)
            writer.read()
            yield writer

    def close(self) -> None:
        with self._turn:
            self._server = None


class _Writer:
    """One task on the only slot of the server."""

    def __init__(self, server: xllamacpp.Server, task: Task) -> None:
        self._server = server
        self._request: dict[str, Any] = {
            **SAMPLING,
            "prompt": task.text,
            "top_p": task.top_p,
            "stop": list(task.stop),
            "grammar": task.grammar,
            "id_slot": 0,
        }
        self._max_tokens = task.max_tokens

    def read(self) -> None:
        """Compute the task's text anew, whatever the slot held before."""
        self._complete(n_predict=0, cache_prompt=False)

    def draft(self, seed: int, temperature: float) -> Draft:
        answer = self._complete(
            n_predict=self._max_tokens, cache_prompt=True, seed=seed, temperature=temperature
        )
        choice = answer["choices"][0]
        return Draft(
            text=choice["text"],
            tokens=answer["usage"]["completion_tokens"],
            finished=choice["finish_reason"] == "stop",
        )

    def _complete(self, **options: Any) -> dict[str, Any]:
        answer = self._server.handle_completions({**self._request, **options})
        if isinstance(answer, (str, bytes)):
            answer = json.loads(answer)
        if error := answer.get("error"):
            if error.get("type") == "exceed_context_size_error":
                raise InvalidRequestError(
                    f"prompt: is too long for the engine: with its examples it takes "
                    f"{error.get('n_prompt_tokens', 'more')} tokens of {error.get('n_ctx')}",
                    field="prompt",
                )
            raise EngineError(f"The embedded engine failed: {error.get('message', error)}")
        return dict(answer)


def model_path(settings: Settings) -> Path:
    """The GGUF file that the settings name, fetched or built where it is not there yet.

    Raises:
        UnavailableError: no such file, or it cannot be fetched.
        LocalModelError: Sparkloom's own model cannot be built.
    """
    name = settings.model
    if not name:
        from sparkloom.local_model import local_model

        return local_model(settings.cache_dir).path
    if name.startswith("hf://"):
        return _from_hub(name)
    path = Path(name).expanduser()
    if not path.is_file():
        raise UnavailableError(f"There is no model file {name}; see SPARKLOOM_MODEL.", model=name)
    return path


def _from_hub(name: str) -> Path:
    """Fetch `hf://owner/repo/file.gguf`, or find it in the hub's cache."""
    owner, _, rest = name.removeprefix("hf://").partition("/")
    repository, _, file = rest.partition("/")
    if not (owner and repository and file):
        raise UnavailableError(f"{name} is not of the form hf://owner/repo/file.gguf.", model=name)
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError:
        raise UnavailableError(
            "Models from a hub need one more package: pip install 'sparkloom[hub]'", model=name
        ) from None
    try:
        return Path(hf_hub_download(f"{owner}/{repository}", file))
    except LocalEntryNotFoundError as error:
        raise UnavailableError(
            f"{name} is not in the hub's cache and the hub cannot be reached. "
            "Fetch it where there is a network, or name a file by its path.",
            model=name,
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise UnavailableError(f"{name} could not be fetched: {error}", model=name) from error


def _load(path: Path, settings: Settings) -> xllamacpp.Server:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = settings.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = settings.threads
    params.cpuparams_batch.n_threads = settings.threads
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.swa_full = True  # else the text of a task cannot be kept for the next draft
    params.ctx_shift = False
    params.cache_ram_mib = 0
    params.n_ctx_checkpoints = 0
    params.warmup = False
    params.verbosity = -1
    params.hostnames = ["127.0.0.1"]  # it always listens; it gets a key that nobody is told
    params.api_keys = [secrets.token_hex(16)]
    try:
        return xllamacpp.Server(params)
    except Exception as error:  # xllamacpp raises whatever llama.cpp's loader did
        raise UnavailableError(
            f"The model {path} could not be loaded: {error}", model=str(path)
        ) from error
