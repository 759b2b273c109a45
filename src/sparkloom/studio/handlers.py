"""What happens when the page is used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from html import escape
from typing import Any

import gradio as gr
from anyio import to_thread

from sparkloom.catalog.catalog import Catalog
from sparkloom.catalog.model import Model
from sparkloom.catalog.models import ModelQuery
from sparkloom.errors import InternalError, NotFoundError, SparkloomError, TooManyRequestsError
from sparkloom.loom import Sparkloom
from sparkloom.request import EDITORS, PromptRequest
from sparkloom.response import Job
from sparkloom.studio.answer import Shown, answers, nothing_yet, units_of, waiting
from sparkloom.studio.asking import (
    WAYS,
    Form,
    fields_of,
    form_of,
    keep,
    more_like,
    told,
    with_pictures,
)
from sparkloom.studio.gradio_library import uploaded
from sparkloom.studio.history import history
from sparkloom.studio.model_page import model_page, models
from sparkloom.studio.progress import shares
from sparkloom.studio.training import made, make_model, making

ON_DESK = 8
"""How many answers stand on the page."""

JOBS = 20
"""How many jobs the history shows more of at a time."""

AT_ONCE = 0.1
"""Seconds that nobody feels."""

NO_MODEL = ""
NO_CHOICE = ("No model in particular", NO_MODEL)
STAYS: Any = gr.skip()

log = logging.getLogger("sparkloom")


class Handlers:
    """What happens when the page is used."""

    def __init__(self, loom: Sparkloom) -> None:
        self._loom = loom
        self.project = loom.settings.project

    def begin(
        self, draft: dict[str, Any] | None, kept: list[str] | None, request: gr.Request
    ) -> list[Any]:
        """What only the service knows of the page as it was left: the models to choose from, the
        price, and the answers that stood there."""
        project, catalog = self._project(request), self._loom.catalog
        form = _form_of_draft(draft or {})
        desk: list[Shown] = []
        for job_id in (kept or [])[:ON_DESK]:
            try:
                desk.append(_shown(catalog, project, catalog.jobs.get(project, job_id)))
            except NotFoundError:
                continue  # of another key, in the same browser
        form, models = self._fitting(project, form)
        return [models, self.price_of(form, project), _desk(desk), desk]

    def turn(self, request: gr.Request, *values: Any) -> list[Any]:
        """What only the service knows of another way of writing: the models, and the price."""
        project = self._project(request)
        form, models = self._fitting(project, _form(values))
        return [models, self.price_of(form, project)]

    def price(self, request: gr.Request, *values: Any) -> str:
        """What it would cost, before the button is pressed."""
        return self.price_of(_form(values), self._project(request))

    async def write(self, request: gr.Request, *values: Any) -> AsyncIterator[list[Any]]:
        """Answer what is asked for."""
        *typed, desk = values

        async for step in self._answer(lambda: fields_of(_form(typed)), desk, request):
            yield step

    async def act(
        self,
        desk: list[Shown],
        pictures: Sequence[tuple[str, str | None]] | None,
        request: gr.Request,
        event: gr.EventData,
    ) -> AsyncIterator[list[Any]]:
        """What a button does: of a card, or to begin with."""
        if event.act == "start":
            yield [*[STAYS] * 7, WAYS[event.way].example, event.way]
            return
        place = next((i for i, shown in enumerate(desk) if shown.job.job_id == event.job), None)
        if place is None:
            gone = NotFoundError("This answer is no longer here. Write it anew.")
            yield [*_failed(gone), *[STAYS] * 3]
            return
        shown, number = desk[place], event.card
        if event.act == "seed":
            yield [*[STAYS] * 6, str(shown.asked["seed"]), STAYS, STAYS]
        elif event.act == "edit":
            edits = {**shown.edits, number: event.text}
            desk = [*desk[:place], replace(shown, edits=edits), *desk[place + 1 :]]
            yield [STAYS, STAYS, _desk(desk), desk, *[STAYS] * 5]
        else:
            parts = shown.parts(number)

            def fields() -> dict[str, Any]:
                asked = with_pictures(shown.asked, _paths(pictures))
                if event.act == "more":
                    return more_like(asked, parts)
                return keep(asked, [parts[part] for part in event.keep])

            async for step in self._answer(fields, desk, request):
                yield [*step, *[STAYS] * 3]

    def look_back(self, searched: str, most: int, request: gr.Request) -> tuple[str, Any]:
        """The history, as it is searched for, and the button for more where there is more."""
        jobs = self._loom.catalog.jobs.search(self._project(request), searched, most + 1)
        return history(jobs[:most], searched.strip()), gr.Button(visible=len(jobs) > most)

    def look_further(self, searched: str, most: int, request: gr.Request) -> tuple[str, Any, int]:
        return *self.look_back(searched, most + JOBS, request), most + JOBS

    def go_on(self, desk: list[Shown], request: gr.Request, event: gr.EventData) -> list[Any]:
        """The form and the answer of a job, put on the desk again."""
        project, catalog = self._project(request), self._loom.catalog
        shown = _shown(catalog, project, catalog.jobs.get(project, event.job))
        form, models = self._fitting(project, form_of(shown.asked))
        desk = [shown, *(other for other in desk if other.job.job_id != event.job)][:ON_DESK]
        return [
            *(form.spark, form.way, STAYS, models),
            *(form.number, form.length, form.temperature, form.top_p, "", form.clear),
            *(self.price_of(form, project), _desk(desk), desk, _kept(desk)),
            gr.Tabs(selected="write"),
        ]

    def shelve(self, chosen: str | None, request: gr.Request) -> tuple[str, str, str | None]:
        """The models, and the one that is looked at."""
        project, catalog = self._project(request), self._loom.catalog
        own = catalog.models.page(project, ModelQuery(page_size=500)).items
        public = catalog.models.page(project, ModelQuery(privacy="public")).items
        names = [model.id for model in (*own, *public)]
        chosen = chosen if chosen in names else names[0]
        model = catalog.models.get(project, chosen)
        pictures = [
            catalog.assets.content(project, image.id).data for image in model.training_images[:4]
        ]
        page = model_page(model, catalog.models.knowledge(project, chosen), pictures)
        return models(own, public, chosen), page, chosen

    def pick(self, request: gr.Request, event: gr.EventData) -> tuple[str, str, str | None]:
        return self.shelve(event.model, request)

    def try_model(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Ready to write for a model."""
        choices = self._choices(self._project(request), "fit")
        return [
            gr.Radio(value="fit"),
            gr.Dropdown(choices=choices, value=event.model),
            gr.Tabs(selected="write"),
        ]

    async def make(
        self,
        name: str,
        base: str,
        trigger: str,
        dropped: Sequence[str] | None,
        folder: Sequence[str] | None,
        request: gr.Request,
    ) -> AsyncIterator[list[Any]]:
        """Make a model of files that were dropped."""
        project = self._project(request)
        try:
            files = [uploaded(file) for file in (*(dropped or ()), *(folder or ()))]
            async for step in make_model(
                self._loom.catalog, project, files, name=name, base=base or None, trigger=trigger
            ):
                if isinstance(step, float):
                    yield [making(step), gr.Button(interactive=False), *[STAYS] * 6]
                else:
                    shelved = await to_thread.run_sync(self.shelve, step.model_id, request)
                    yield [made(step), STAYS, *shelved, "", None, None]
        except Exception as error:
            yield [_notice(_known(error)), *[STAYS] * 7]

    async def _answer(
        self, fields: Callable[[], dict[str, Any]], desk: list[Shown], request: gr.Request
    ) -> AsyncIterator[list[Any]]:
        """Notice, what is waited for, results, desk, what the browser keeps, and the button, step
        by step."""
        loom, project = self._loom, self._project(request)
        try:
            await to_thread.run_sync(self._take_turn, request)
            asked = PromptRequest.parse(await to_thread.run_sync(fields))
            price = await to_thread.run_sync(loom.dry_run, asked, project)
            done, busy = [0.0], gr.Button(interactive=False)
            writing = asyncio.create_task(loom.answer_async(asked, project, done.append))
            async with aclosing(shares(writing, done)) as told:
                async for share in told:
                    pending = waiting(asked.num_results, price.estimate.seconds, share)
                    yield ["", pending, _desk(desk, True), STAYS, STAYS, busy]
            answer = await writing
            new = await to_thread.run_sync(_shown, loom.catalog, project, answer.job)
        except Exception as error:
            yield _failed(_known(error), desk)
            return
        desk = [new, *desk][:ON_DESK]
        yield ["", "", _desk(desk), desk, _kept(desk), STAYS]

    def price_of(self, form: Form, project: str) -> str:
        """The price of what a form asks for, or what it lacks, as HTML."""
        try:
            price = self._loom.dry_run(PromptRequest.parse(fields_of(form)), project)
        except SparkloomError as error:
            return f'<p class="cost">{escape(told(error))}</p>'
        units, seconds = units_of(price.creative_units_cost), price.estimate.seconds
        when = f"about {seconds:.1f} s" if seconds >= AT_ONCE else "at once"
        return f'<p class="cost"><strong>{units}</strong>, {when}</p>'

    def _choices(self, project: str, way: str) -> list[tuple[str, str]]:
        """The models to choose from, by name."""
        catalog = self._loom.catalog
        public = catalog.models.page(project, ModelQuery(privacy="public")).items
        if way == "edit":
            editors = [model for model in public if model.id in EDITORS]
            return [("Any editor", NO_MODEL), *map(choice, editors)]
        own = catalog.models.page(project, ModelQuery(page_size=500)).items
        return [NO_CHOICE, *map(choice, own), *map(choice, public)]

    def bases(self) -> list[tuple[str, str]]:
        """The models of the shelf, which a model can be made from."""
        public = ModelQuery(privacy="public")
        catalog, project = self._loom.catalog, self._loom.settings.project
        return [("Unknown", NO_MODEL), *map(choice, catalog.models.page(project, public).items)]

    def _fitting(self, project: str, form: Form) -> tuple[Form, Any]:
        """A form without a model that its way does not have, and the models to choose from."""
        choices = self._choices(project, form.way)
        if form.model not in {value for _, value in choices}:
            form = replace(form, model=None)
        return form, gr.Dropdown(choices=choices, value=form.model or NO_MODEL)

    def _take_turn(self, request: gr.Request) -> None:
        """Count a request as the API counts it.

        Raises:
            TooManyRequestsError: the key has asked too often.
        """
        limit = self._loom.settings.rate_limit
        rate = self._loom.catalog.rates.take(_key(request) or "", limit) if limit else None
        if rate and not rate.allowed:
            raise TooManyRequestsError(
                f"You may ask {rate.limit} times a minute. Press again in {rate.retry_after} s.",
                retry_after=rate.retry_after,
            )

    def _project(self, request: gr.Request) -> str:
        return self._loom.keys.project_of(_key(request), None)


def _key(request: gr.Request) -> str | None:
    """The name of the key that the person signed in with, where keys are set."""
    return getattr(getattr(request.request, "state", None), "key", None)


def _form(values: Sequence[Any]) -> Form:
    spark, way, pictures, model, number, length, temperature, top_p, seed, clear = values
    return Form(
        spark=spark or "",
        way=way,
        pictures=_paths(pictures),
        model=model or None,
        number=int(number),
        length=length or "medium",
        temperature=temperature,
        top_p=top_p,
        seed=seed or "",
        clear=bool(clear),
    )


def _paths(pictures: Sequence[tuple[str, str | None]] | None) -> list[str]:
    """The files of a gallery. Not all that a browser sends goes by Gradio's own check."""
    return [uploaded(path) for path, _ in pictures or ()]


def _form_of_draft(draft: dict[str, Any]) -> Form:
    """What the browser kept; an empty form where it kept nothing, or something else."""
    try:
        spark, way, *rest = draft["typed"]
        return _form([spark, way if way in WAYS else "finish", None, *rest])
    except (KeyError, TypeError, ValueError):
        return Form()


def _shown(catalog: Catalog, project: str, job: Job) -> Shown:
    model_id = job.metadata["input"].get("modelId")
    known = catalog.models.known(project, [model_id], images=0) if model_id else []
    return Shown(job, known[0] if known else None, {})


def _desk(desk: Sequence[Shown], busy: bool = False) -> str:
    return answers(desk) if busy or desk else nothing_yet()


def _kept(desk: Sequence[Shown]) -> list[str]:
    return [shown.job.job_id for shown in desk]


def _failed(error: SparkloomError, desk: Sequence[Shown] | None = None) -> list[Any]:
    results = STAYS if desk is None else _desk(desk)
    return [_notice(error), "", results, *[STAYS] * 3]


def _notice(error: SparkloomError) -> str:
    return f'<p class="notice" role="alert">{escape(told(error))}</p>'


def _known(error: Exception) -> SparkloomError:
    if isinstance(error, SparkloomError):
        return error
    log.error("the page failed", exc_info=error)
    return InternalError(
        "That failed here, and the service's log says why. What you typed is kept."
    )


def choice(model: Model) -> tuple[str, str]:
    """A model as it is chosen: its name, and what it goes by."""
    return model.name or model.id, model.id
