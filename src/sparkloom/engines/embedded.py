"""The language model in this process: llama.cpp through xllamacpp.

llama.cpp's arithmetic depends on how many sequences share a batch, and with flash attention
on the number of threads. So that a seed means the same bytes everywhere, a worker computes
one sequence at a time, without flash attention. Drafts are written side by side by several
workers: two workers of one thread each are faster than one of two, and hardly slower where
other programs take the cores. A text is read by one worker with all threads, once; the others
take over what it computed (`sparkloom.engines.read_texts`), and every draft goes on from there.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkloom.engines.engine import Draft, Order, Task, drawn
from sparkloom.engines.model_file import model_file
from sparkloom.engines.read_texts import ReadTexts
from sparkloom.errors import EngineError, InvalidRequestError, SparkloomError, UnavailableError
from sparkloom.llama import load_llama
from sparkloom.observe.metrics import cached
from sparkloom.queue import result_of
from sparkloom.settings import Settings

if TYPE_CHECKING:
    import xllamacpp

SAMPLING: dict[str, Any] = {
    "samplers": ["dry", "min_p", "top_p", "temperature"],
    "dry_multiplier": 1.5,
    "dry_base": 1.75,
    "min_p": 0.05,
}
"""How tokens are drawn, beside temperature and top-p. DRY keeps phrases from coming again;
min-p comes before top-p, which would else sort the whole vocabulary for every token."""

RANDOM_SEED = 2**32 - 1
"""What llama.cpp takes for a wish to have a seed drawn."""


@dataclass(eq=False, slots=True)
class _Job:
    """A draft to be written."""

    task: Task
    order: Order
    draft: Future[Draft] = field(default_factory=Future)

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.draft.cancelled()

    def write(self, draft: Draft) -> None:
        with suppress(InvalidStateError):  # nobody waits for it any more
            self.draft.set_result(draft)

    def fail(self, error: SparkloomError) -> None:
        with suppress(InvalidStateError):
            self.draft.set_exception(error)


class Embedded:
    """The embedded engine. Its workers start, and load the model, when they are needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._idle = 0
        self._threads: list[threading.Thread] = []
        self._read = ReadTexts(shared=settings.workers > 1)

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:
        if task.options:
            yield from drawn(task, orders)
            return
        ahead: deque[_Job] = deque()
        given = 0
        try:
            while True:
                wanted = max(1, min(self._settings.workers, task.expected - given))
                for order in islice(orders, max(0, wanted - len(ahead))):
                    ahead.append(_Job(task, order))
                    self._submit(ahead[-1])
                if not ahead:
                    return
                yield result_of(ahead.popleft().draft)
                given += 1
        finally:
            for job in ahead:
                job.draft.cancel()

    @property
    def loaded(self) -> bool:
        return bool(self._threads)

    def load(self) -> None:
        """Have one worker load the model."""
        next(self.write(Task("a", max_tokens=1, top_p=1.0), iter([Order(0, 0.0)])))

    def close(self) -> None:
        with self._changed:
            threads, self._threads = self._threads, []
            for job in self._jobs:
                job.fail(EngineError("The engine was closed."))
            self._jobs.clear()
            self._changed.notify_all()
        for thread in threads:
            thread.join()
        self._read.clear()

    def _submit(self, job: _Job) -> None:
        with self._changed:
            self._jobs.append(job)
            if self._idle < len(self._jobs) and len(self._threads) < self._settings.workers:
                thread = threading.Thread(target=self._work, name="sparkloom-worker", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    def _work(self) -> None:
        """What a worker's thread does: job after job, until the engine closes."""
        worker: _Worker | None = None
        while (job := self._next_job(worker.text if worker else None)) is not None:
            if job.unwanted:
                continue
            try:
                worker = worker or _Worker(self._settings, self._read)
                job.write(worker.draft(job))
            except SparkloomError as error:
                job.fail(error)
            except Exception as error:
                job.fail(EngineError(f"The embedded engine failed: {error}"))

    def _next_job(self, text: str | None) -> _Job | None:
        """The oldest job for the text that was read last, else the oldest of all; None where the
        worker has to go."""
        worker = threading.current_thread()
        with self._changed:
            self._idle += 1
            while not self._jobs and worker in self._threads:
                in_time = self._changed.wait(self._settings.engine_idle or None)
                if not in_time and not self._jobs and worker in self._threads:
                    self._threads.remove(worker)  # nobody needed it for so long
            self._idle -= 1
            if worker not in self._threads:
                return None  # the engine was closed, or the worker is not needed
            job = next((job for job in self._jobs if job.task.text == text), self._jobs[0])
            self._jobs.remove(job)
            return job


class _Worker:
    """A model with room for one sequence."""

    def __init__(self, settings: Settings, read: ReadTexts) -> None:
        self._read = read
        self._key = secrets.token_hex(16)
        self._server = open_server(model_file(settings), settings, self._key, read.folder)
        self.text: str | None = None

    def draft(self, job: _Job) -> Draft:
        text = job.task.text
        cached("context", text == self.text)
        if text != self.text:
            # Nothing computed for another text is used: the bytes must not depend on it.
            self.text = None
            with self._read.turn(text, self._server.listening_address, self._key) as known:
                if not known:
                    self._complete(job, n_predict=0, cache_prompt=False)
            self.text = text
        return self._complete(job, n_predict=job.task.max_tokens, cache_prompt=True)

    def _complete(self, job: _Job, **options: Any) -> Draft:
        pieces: list[str] = []
        failure: dict[str, Any] = {}
        reason = ""
        tokens = 0

        def take(chunk: dict[str, Any]) -> bool:
            nonlocal reason, tokens
            if "error" in chunk or "code" in chunk:
                failure.update(chunk.get("error", chunk))
                return True
            choice = chunk["choices"][0]
            pieces.append(choice["text"])
            if choice["finish_reason"]:  # the last chunk brings the end of the text, no token
                reason = choice["finish_reason"]
            else:
                tokens += 1
            return job.unwanted

        request = {
            **SAMPLING,
            "prompt": job.task.text,
            "top_p": job.task.top_p,
            "temperature": job.order.temperature,
            "seed": job.order.seed % RANDOM_SEED,
            "stop": list(job.task.stop),
            "grammar": job.task.grammar,
            "dry_allowed_length": job.task.free_run,
            "stream": True,
            "id_slot": 0,
            **options,
        }
        answer = self._server.handle_completions(request, take)
        if isinstance(answer, dict):
            failure.update(answer.get("error", answer))
        if failure:
            raise _error(failure)
        return Draft("".join(pieces), tokens=tokens, finished=reason == "stop")


def _error(failure: dict[str, Any]) -> SparkloomError:
    if failure.get("type") == "exceed_context_size_error":
        return InvalidRequestError(
            f"prompt: is too long for the engine: with its examples it takes "
            f"{failure.get('n_prompt_tokens')} tokens, and {failure.get('n_ctx')} fit",
            field="prompt",
        )
    return EngineError(f"The embedded engine failed: {failure.get('message', failure)}")


def open_server(
    path: Path, settings: Settings, key: str, folder: Path | None = None
) -> xllamacpp.Server:
    """llama.cpp over a model, as a worker uses it.

    Args:
        path: the model, GGUF.
        key: without it nobody is let in by the port that it listens on.
        folder: where it may save what it has read.

    Raises:
        UnavailableError: llama.cpp cannot load it.
    """
    llama = load_llama()
    params = llama.CommonParams()
    params.model.path = str(path)
    params.n_ctx = settings.context_tokens
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = 128  # most tasks at once, and less memory
    params.cpuparams.n_threads = max(1, settings.threads // settings.workers)
    params.cpuparams_batch.n_threads = settings.threads
    params.flash_attn_type = llama.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.swa_full = True  # else the text of a task cannot be kept for the next draft
    params.ctx_shift = False
    params.cache_ram_mib = 0
    params.n_ctx_checkpoints = 0
    params.warmup = False
    params.verbosity = -1
    params.hostnames = ["127.0.0.1"]  # it always listens; it gets a key that nobody is told
    params.api_keys = [key]
    if folder is not None:
        params.endpoint_slots = True
        params.slot_save_path = f"{folder}{os.sep}"
    try:
        return llama.Server(params)
    except Exception as error:  # xllamacpp raises whatever llama.cpp's loader did
        raise UnavailableError(
            f"The model {path} could not be loaded: {error}", model=str(path)
        ) from error
