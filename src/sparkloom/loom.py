"""The path of a request: request, context, write, clear, choose, answer."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from itertools import count, islice
from typing import Any, Self, TypeVar

from sparkloom.admission import Admission, admit, mode_of
from sparkloom.calls import calls_of
from sparkloom.catalog import Catalog
from sparkloom.choose import choose, expected, variety
from sparkloom.clear import NOTHING_TO_CLEAR, Clear
from sparkloom.context import Context, gather
from sparkloom.detection import Detection
from sparkloom.engines import Engine, Engines, Order
from sparkloom.keys import KeyRing
from sparkloom.looking import Looking
from sparkloom.modes import Candidate, WritingMode, mode_for
from sparkloom.observe.metrics import TOKENS
from sparkloom.observe.record import recording
from sparkloom.price import cost_of, estimate_of
from sparkloom.protection import Clearing, Detector
from sparkloom.queue import Queue
from sparkloom.request import MAX_SEED, IPDetectionRequest, Mode, PromptRequest
from sparkloom.response import (
    DryRunResponse,
    IPDetection,
    IPDetectionResponse,
    PromptResponse,
    finished_job,
    now,
)
from sparkloom.settings import Settings
from sparkloom.sight import Sight
from sparkloom.step import step, steps
from sparkloom.vision import Eyes, open_eyes

Result = TypeVar("Result")

Progress = Callable[[float], object]
"""Told how much is done, 0 to 1, from whatever thread does it."""

STRICT = 8
"""How many candidates of a request are written before its context is relaxed. It must not
depend on how many results are asked for: a seed gives the same ones alone and among five."""


class Sparkloom:
    """Writes prompts for image generation.

        with Sparkloom() as loom:
            print(loom.prompt("a dragon guarding", mode="completion").prompts[0])

    May be shared between threads. The engine is loaded with the first request, and the catalog
    opened with the first answer.

    Args:
        settings: what an operator can choose; read from the environment if left out.
        engine: who writes; the one that the settings name if left out.
        eyes: who looks at pictures; those that the settings name if left out.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        engine: Engine | None = None,
        eyes: Eyes | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.catalog = Catalog(self.settings)
        self.keys = KeyRing(self.settings, self.catalog)
        self.engines = Engines(self.settings, engine)
        self.sight = Sight(self.catalog, lambda: eyes or open_eyes(self.settings))
        parts = (self.settings, self.catalog, self.sight, lambda: self._clearing)
        self.looking, self.detection = Looking(*parts), Detection(*parts)
        self._queue = Queue(
            self.settings.concurrency, self.settings.queue_size, self.settings.deadline
        )

    def prompt(self, prompt: str | None = None, **fields: Any) -> PromptResponse:
        """Write prompts.

        Args:
            prompt: the spark, up to 10,000 characters.
            **fields: the other fields of `PromptRequest`: `mode`, `num_results`, `seed`, ...

        Raises:
            InvalidRequestError: a field is wrong; `details["field"]` names it.
            SparkloomError: the request is right but cannot be answered.
        """
        return self.answer(PromptRequest.parse({"prompt": prompt, **fields}))

    async def prompt_async(self, prompt: str | None = None, **fields: Any) -> PromptResponse:
        """As `prompt`, without holding up the event loop."""
        return await self.answer_async(PromptRequest.parse({"prompt": prompt, **fields}))

    def answer(
        self,
        request: PromptRequest,
        project: str | None = None,
        progress: Progress | None = None,
        *,
        record: bool = True,
    ) -> PromptResponse:
        """Answer a request. Its job is in the catalog when this returns.

        Args:
            project: whose assets and models it may name, and who owns the job; the settings'
                if left out.
            progress: told with each candidate how far the writing is.
            record: whether the catalog keeps the job.

        Raises:
            SparkloomError: what went wrong, with its HTTP status.
        """
        with recording(request, mode_of(request), self.settings) as tell:
            answer = self._answer(request, project or self.settings.project, progress, record)
            tell(answer)
        return answer

    def _answer(
        self, request: PromptRequest, project: str, progress: Progress | None, record: bool
    ) -> PromptResponse:
        started = now()
        with step("request"):
            engine = self.engines.named(request.engine)
            admitted = admit(request, project, self.catalog)
            seed = secrets.randbelow(MAX_SEED) if request.seed is None else request.seed
            clear = Clear(self._clearing if request.ensure_ip_cleared else None)
            asked = clear.request(request)
        with step("context"):
            seen = self.sight.look(project, admitted.references)
            context = clear.context(gather(asked, seed, admitted.known, seen))
        mode = mode_for(admitted.mode)
        chosen = self.compose(mode, asked, context, seed, clear, progress, engine)
        with step("answer"):
            output = output_of(request, admitted, context, seed, chosen)
            answer = self._respond(
                request, project, admitted.mode, seed, started, output, clear.detection(chosen)
            )
            if record:
                self.catalog.jobs.add(project, answer.job)
        return answer

    def compose(
        self,
        mode: WritingMode,
        request: PromptRequest,
        context: Context,
        seed: int,
        clear: Clear = NOTHING_TO_CLEAR,
        progress: Progress | None = None,
        engine: Engine | None = None,
    ) -> list[Candidate]:
        """Write candidates, clear them, and choose as many as the request wants.

        Raises:
            SparkloomError: the engine failed, or wrote too little that can be returned.
        """
        engine = engine or self.engines.named(None)
        written = self._write(engine, mode, request, context, seed)
        with closing(written), step("choose"):
            keep = mode.keeps_words and bool(request.spark)
            told = _told(written, expected(request.num_results), progress)
            return choose(clear.candidates(told), request.num_results, context, keep)

    async def answer_async(
        self,
        request: PromptRequest,
        project: str | None = None,
        progress: Progress | None = None,
    ) -> PromptResponse:
        """As `answer`, without holding up the event loop. First come, first served; cancel it
        to give it up.

        Raises:
            TooManyRequestsError: too many wait already; `details["retry_after"]` says for how long.
            DeadlineError: it took longer than the settings allow.
        """
        return await self.in_turn(lambda: self.answer(request, project, progress))

    async def in_turn(self, work: Callable[[], Result]) -> Result:
        """Do some work when its turn comes, as every request does that takes the cores. Cancel it
        to give it up.

        Raises:
            TooManyRequestsError, DeadlineError: as `answer_async`.
        """
        return await self._queue.run(work)

    def detect(
        self, request: IPDetectionRequest, project: str | None = None
    ) -> IPDetectionResponse:
        """The protected names in prompts and in what assets show. Writes nothing.

        Raises:
            NotFoundError: it names an asset that the project does not have.
        """
        return self.detection.detect(request, project)

    async def detect_async(
        self, request: IPDetectionRequest, project: str | None = None
    ) -> IPDetectionResponse:
        """As `detect`, without holding up the event loop; it waits for no prompt."""
        return await asyncio.to_thread(self.detect, request, project)

    def dry_run(self, request: PromptRequest, project: str | None = None) -> DryRunResponse:
        """What a request would cost and take. Runs nothing and loads nothing.

        Raises:
            SparkloomError: the request would fail at once.
        """
        self.engines.named(request.engine)
        name = admit(request, project or self.settings.project, self.catalog).mode
        cost = cost_of(request, name, self.settings)
        return DryRunResponse(
            **cost.model_dump(by_alias=False), estimate=estimate_of(request, name)
        )

    @cached_property
    def _clearing(self) -> Clearing:
        """Loaded when a name is first looked for."""
        settings = self.settings
        return Clearing(Detector(settings.allowed_names, settings.blocked_names))

    def _write(
        self,
        engine: Engine,
        mode: WritingMode,
        request: PromptRequest,
        context: Context,
        seed: int,
    ) -> Generator[Candidate]:
        """Candidates without end, as far as they are taken; where many are no use, the rest
        is written for a relaxed context."""
        base = mode.temperature if request.temperature is None else request.temperature
        stream = orders(base, seed)
        for known, most in ((context, STRICT), (context.relaxed(), None)):
            task = replace(mode.ask(request, known), expected=expected(request.num_results))
            with closing(engine.write(task, islice(stream, most))) as drafts:
                for draft in steps("write", drafts):
                    TOKENS.labels(request.engine or self.settings.engine).inc(draft.tokens)
                    yield replace(mode.read(request, known, draft), warning=draft.warning)

    def _respond(
        self,
        request: PromptRequest,
        project: str,
        name: Mode,
        seed: int,
        started: str,
        output: dict[str, Any],
        detection: IPDetection | None,
    ) -> PromptResponse:
        """The answer, with the job that records it."""
        cost = cost_of(request, name, self.settings)
        recorded = output | ({"ipDetection": detection.wire()} if detection else {})
        job = finished_job(
            request, project, started, recorded, cost.creative_units_cost, mode=name, seed=seed
        )
        return PromptResponse(
            job=job,
            mode=name,
            seed=seed,
            ip_detection=detection,
            **output,
            **cost.model_dump(by_alias=False),
        )

    def close(self) -> None:
        """Give back what the engine and the catalog hold."""
        self._queue.close()
        self.engines.close()
        self.sight.close()
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def output_of(
    request: PromptRequest,
    admitted: Admission,
    context: Context,
    seed: int,
    chosen: Sequence[Candidate],
) -> dict[str, Any]:
    """What was made, as the answer and its job tell it; what does not apply is left out."""
    prompts = [candidate.prompt for candidate in chosen]
    output: dict[str, Any] = {"prompts": prompts}
    if admitted.mode == "structured":
        output["sections"] = [candidate.sections for candidate in chosen]
    if admitted.mode == "contextual-v2" and admitted.target:
        calls = calls_of(admitted, context, request.references, prompts, seed)
        output["calls"] = [call.wire() for call in calls]
    if len(chosen) > 1:
        output["variety"] = round(variety([candidate.added for candidate in chosen]), 3)
    told = [candidate.warning for candidate in chosen if candidate.warning]
    if warnings := list(dict.fromkeys([*context.warnings, *told])):
        output["warnings"] = warnings
    return output


def _told(
    written: Iterator[Candidate], most: int, progress: Progress | None
) -> Iterator[Candidate]:
    """Candidates as they come; how far along they are is told, and rises though more than
    `most` are needed."""
    for number, candidate in enumerate(written, 1):
        if progress:
            progress(number / (max(most, number) + 1))
        yield candidate


def orders(base: float, seed: int) -> Iterator[Order]:
    """Orders for candidates without end, each with a seed of its own that `seed` gives.

    A low temperature is kept to the letter by the first alone, or all would be one; the later
    a candidate, the more of those before it were too much alike, and the freer it is.
    """
    for number in count():
        digest = hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=4).digest()
        floor = min(1.1, 0.4 + 0.1 * number) if number else 0.0
        yield Order(int.from_bytes(digest), max(base, floor))
