"""The page: what is on it, and what happens when it is used."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
from anyio import to_thread

from sparkloom.catalog.catalog import Catalog
from sparkloom.catalog.models import Model, ModelQuery
from sparkloom.errors import InternalError, NotFoundError, SparkloomError
from sparkloom.loom import Sparkloom
from sparkloom.request import EDITORS, PromptRequest
from sparkloom.response import Job
from sparkloom.studio.answer import Shown, answers, nothing_yet, units_of, waiting
from sparkloom.studio.asking import WAYS, Form, fields_of, form_of, keep, more_like, told
from sparkloom.studio.history import history
from sparkloom.studio.models import model_page, models
from sparkloom.studio.training import made, make_model, making

FOLDER = Path(__file__).parent
CSS = FOLDER / "studio.css"
SCRIPT = FOLDER / "studio.js"
ACTS = (FOLDER / "acts.js").read_text("utf-8")
HEAD = (FOLDER / "head.html").read_text("utf-8")
SYSTEM_FONTS = ("system-ui", "sans-serif")
THEME = gr.themes.Base(font=SYSTEM_FONTS, font_mono=("ui-monospace", "monospace"))

ON_DESK = 8
"""How many answers stand on the page."""

JOBS = 20
"""How many jobs the history shows more of at a time."""

NO_MODEL = ""
CAPTIONED = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".tif", ".tiff", ".txt", ".caption",
             ".jsonl"]  # fmt: skip
STAYS: Any = gr.skip()

log = logging.getLogger("sparkloom")


class Handlers:
    """What happens when the page is used."""

    def __init__(self, loom: Sparkloom) -> None:
        self._loom = loom

    def begin(
        self, draft: dict[str, Any] | None, kept: list[str] | None, request: gr.Request
    ) -> list[Any]:
        """The page as it was left: what was typed, and the answers that stood there."""
        project, catalog = self._project(request), self._loom.catalog
        form = _form_of_draft(draft or {})
        desk: list[Shown] = []
        for job_id in (kept or [])[:ON_DESK]:
            try:
                desk.append(_shown(catalog, project, catalog.jobs.get(project, job_id)))
            except NotFoundError:
                continue  # of another key, in the same browser
        choices = self._choices(project, form.way)
        known = {value for _, value in choices}
        form = replace(form, model=form.model if form.model in known else None)
        return [*self._filled(form, choices), self._price(form, project), _desk(desk), desk]

    def turn(self, request: gr.Request, *values: Any) -> list[Any]:
        """The page for another way of writing."""
        form, project = _form(values), self._project(request)
        way, choices = WAYS[form.way], self._choices(project, form.way)
        if form.model not in {value for _, value in choices}:
            form = replace(form, model=None)
        return [
            gr.Textbox(placeholder=f"Say a little: {way.example}"),
            _told(form.way),
            gr.Gallery(label=way.pictures),
            gr.Dropdown(choices=choices, value=form.model or NO_MODEL),
            self._price(form, project),
        ]

    def price(self, request: gr.Request, *values: Any) -> str:
        """What it would cost, before the button is pressed."""
        return self._price(_form(values), self._project(request))

    async def write(self, request: gr.Request, *values: Any) -> AsyncIterator[list[Any]]:
        """Answer what is asked for."""
        *typed, desk = values

        async for step in self._answer(lambda: fields_of(_form(typed)), desk, request):
            yield step

    async def act(
        self, desk: list[Shown], request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[list[Any]]:
        """What a button of a card does."""
        place = next((i for i, shown in enumerate(desk) if shown.job.job_id == event.job), None)
        if place is None:
            yield [*_failed(NotFoundError("This answer is no longer here. Write it anew.")), STAYS]
            return
        shown, number = desk[place], event.card
        if event.act == "seed":
            yield [STAYS] * 5 + [str(shown.asked["seed"])]
        elif event.act == "edit":
            edits = {**shown.edits, number: event.text}
            desk = [*desk[:place], replace(shown, edits=edits), *desk[place + 1 :]]
            yield [STAYS, _desk(desk), desk, STAYS, STAYS, STAYS]
        else:
            parts = shown.parts(number)

            def fields() -> dict[str, Any]:
                if event.act == "more":
                    return more_like(shown.asked, parts)
                return keep(shown.asked, [parts[part] for part in event.keep])

            async for step in self._answer(fields, desk, request):
                yield [*step, STAYS]

    def look_back(self, searched: str, most: int, request: gr.Request) -> str:
        """The history, as it is searched for."""
        jobs = self._loom.catalog.jobs.search(self._project(request), searched, most)
        return history(jobs, searched.strip())

    def look_further(self, searched: str, most: int, request: gr.Request) -> tuple[str, int]:
        return self.look_back(searched, most + JOBS, request), most + JOBS

    def go_on(self, desk: list[Shown], request: gr.Request, event: gr.EventData) -> list[Any]:
        """The form and the answer of a job, put on the desk again."""
        project, catalog = self._project(request), self._loom.catalog
        shown = _shown(catalog, project, catalog.jobs.get(project, event.job))
        form = form_of(shown.asked)
        desk = [shown, *(other for other in desk if other.job.job_id != event.job)][:ON_DESK]
        choices = self._choices(project, form.way)
        price = self._price(form, project)
        filled = self._filled(replace(form, seed=""), choices)
        return [*filled, price, _desk(desk), desk, _kept(desk), gr.Tabs(selected="write")]

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
        files = [*(dropped or ()), *(folder or ())]
        project = self._project(request)
        try:
            async for step in make_model(
                self._loom.catalog, project, files, name=name, base=base or None, trigger=trigger
            ):
                if isinstance(step, float):
                    yield [making(step), gr.Button(interactive=False), *[STAYS] * 6]
                else:
                    shelved = await to_thread.run_sync(self.shelve, step.model_id, request)
                    yield [made(step), gr.Button(interactive=True), *shelved, "", None, None]
        except Exception as error:
            yield [_notice(_known(error)), gr.Button(interactive=True), *[STAYS] * 6]

    async def _answer(
        self, fields: Any, desk: list[Shown], request: gr.Request
    ) -> AsyncIterator[list[Any]]:
        """Notice, results, desk, what the browser keeps, and the button, step by step."""
        loom, project = self._loom, self._project(request)
        try:
            asked = PromptRequest.parse(await to_thread.run_sync(fields))
            price = await to_thread.run_sync(loom.dry_run, asked, project)
            pending = waiting(asked.num_results, price.estimate.seconds)
            yield ["", _desk(desk, pending), STAYS, STAYS, gr.Button(interactive=False)]
            answer = await loom.answer_async(asked, project)
            new = await to_thread.run_sync(_shown, loom.catalog, project, answer.job)
        except Exception as error:
            yield _failed(_known(error), desk)
            return
        desk = [new, *desk][:ON_DESK]
        yield ["", _desk(desk), desk, _kept(desk), gr.Button(interactive=True)]

    def _price(self, form: Form, project: str) -> str:
        try:
            price = self._loom.dry_run(PromptRequest.parse(fields_of(form)), project)
        except SparkloomError as error:
            return f'<p class="cost">{_escape(told(error))}</p>'
        units = units_of(price.creative_units_cost)
        seconds = price.estimate.seconds
        return f'<p class="cost"><strong>{units}</strong>, about {seconds:.1f} s</p>'

    def _choices(self, project: str, way: str) -> list[tuple[str, str]]:
        """The models to choose from, by name."""
        catalog = self._loom.catalog
        public = catalog.models.page(project, ModelQuery(privacy="public")).items
        if way == "edit":
            editors = [model for model in public if model.id in EDITORS]
            return [("Any editor", NO_MODEL), *map(_choice, editors)]
        own = catalog.models.page(project, ModelQuery(page_size=500)).items
        return [("No model in particular", NO_MODEL), *map(_choice, own), *map(_choice, public)]

    def _filled(self, form: Form, choices: list[tuple[str, str]]) -> list[Any]:
        """The form's components, and what is told of its way."""
        way = WAYS[form.way]
        return [
            gr.Textbox(value=form.spark, placeholder=f"Say a little: {way.example}"),
            form.way,
            gr.Gallery(label=way.pictures),
            gr.Dropdown(choices=choices, value=form.model or NO_MODEL),
            form.number,
            form.temperature,
            form.top_p,
            form.seed,
            form.clear,
            _told(form.way),
        ]

    def _project(self, request: gr.Request) -> str:
        key = getattr(getattr(request.request, "state", None), "key", None)
        return self._loom.settings.project_of(key, None)


def make_page(loom: Sparkloom) -> gr.Blocks:
    """The page over a loom."""
    do = Handlers(loom)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(title="Sparkloom", analytics_enabled=False, delete_cache=(3600, 86_400)) as page:
        draft = gr.BrowserState(None, storage_key="sparkloom-draft", secret="sparkloom")  # noqa: S106
        kept = gr.BrowserState(None, storage_key="sparkloom-desk", secret="sparkloom")  # noqa: S106
        desk, most, chosen = gr.State([]), gr.State(JOBS), gr.State(None)
        gr.HTML(_masthead(bool(loom.settings.api_keys)), elem_id="masthead", js_on_load=None, apply_default_css=False)
        with gr.Tabs(elem_id="rooms") as rooms:
            with gr.Tab("Write", id="write"), gr.Row(elem_id="desk"):
                with gr.Column(elem_id="form", min_width=280):
                    spark = gr.Textbox(
                        label="Your words",
                        placeholder=f"Say a little: {WAYS['finish'].example}",
                        lines=3,
                        max_lines=12,
                        max_length=10_000,
                        autofocus=True,
                        elem_id="spark",
                    )
                    way = gr.Radio(
                        [(known.name, name) for name, known in WAYS.items()],
                        value="finish",
                        label="What to do with them",
                        elem_id="way",
                    )
                    about = gr.HTML(_told("finish"), js_on_load=None, apply_default_css=False, elem_id="about")
                    model = gr.Dropdown(
                        [("No model in particular", NO_MODEL)],
                        value=NO_MODEL,
                        label="For which model",
                        elem_id="model",
                    )
                    pictures = gr.Gallery(
                        label=WAYS["finish"].pictures,
                        file_types=["image"],
                        sources=["upload"],
                        type="filepath",
                        columns=3,
                        height="auto",
                        object_fit="cover",
                        allow_preview=False,
                        interactive=True,
                        buttons=[],
                        elem_id="pictures",
                    )
                    with gr.Accordion("Advanced", open=False, elem_id="advanced"):
                        number = gr.Radio([1, 2, 3, 4, 5], value=3, label="How many", elem_id="many")
                        with gr.Row():
                            temperature = gr.Number(
                                None,
                                label="Temperature",
                                minimum=0,
                                maximum=2,
                                step=0.1,
                                placeholder="its own",
                                info="0 is the likeliest, 2 is wild",
                                min_width=120,
                            )
                            top_p = gr.Number(
                                None,
                                label="Top-p",
                                minimum=0.01,
                                maximum=1,
                                step=0.05,
                                placeholder="its own",
                                info="share of likely words, to 1",
                                min_width=120,
                            )
                        seed = gr.Textbox(
                            label="Seed",
                            placeholder="drawn for you",
                            info="The same one gives the same prompts again",
                            max_lines=1,
                            elem_id="seed",
                        )
                        clear = gr.Checkbox(
                            label="Describe protected names instead of naming them", elem_id="clear"
                        )
                    cost = gr.HTML(
                        do._price(Form(), loom.settings.project), js_on_load=None, apply_default_css=False, elem_id="cost"
                    )
                    button = gr.Button("Write", variant="primary", elem_id="write")
                with gr.Column(elem_id="answers", min_width=280):
                    notice = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="notice")
                    results = gr.HTML(nothing_yet(), js_on_load=ACTS, apply_default_css=False, elem_id="results")
            with gr.Tab("History", id="history") as past:
                searched = gr.Textbox(
                    label="Search what you asked and what was written",
                    placeholder="heron mist",
                    max_lines=1,
                    elem_id="search",
                )
                jobs = gr.HTML("", js_on_load=ACTS, apply_default_css=False, elem_id="jobs")
                further = gr.Button("Show more", elem_id="further")
            with gr.Tab("Models", id="models") as shelf:
                with gr.Row(elem_id="library"):
                    with gr.Column(elem_id="shelf", min_width=220):
                        shelved = gr.HTML("", js_on_load=ACTS, apply_default_css=False, elem_id="shelved")
                    with gr.Column(elem_id="looked-at", min_width=280):
                        looked_at = gr.HTML("", js_on_load=ACTS, apply_default_css=False, elem_id="model-page")
                with gr.Accordion("Make a model", open=False, elem_id="make"):
                    gr.HTML(
                        "<p>Images with their captions in <code>.txt</code> files of the same "
                        "name, or a <code>metadata.jsonl</code>, as trainers take them.</p>",
                        js_on_load=None, apply_default_css=False,
                    )
                    with gr.Row():
                        name = gr.Textbox(label="Name", placeholder="Ink herons", max_lines=1)
                        base = gr.Dropdown(
                            [("Unknown", NO_MODEL), *map(_choice, _shelf(loom))],
                            value=NO_MODEL,
                            label="Made from",
                        )
                        trigger = gr.Textbox(
                            label="Trigger word",
                            placeholder="inkst",
                            info="Takes the place of [trigger] in captions",
                            max_lines=1,
                        )
                    with gr.Row():
                        dropped = gr.File(
                            label="Images and captions",
                            file_count="multiple",
                            file_types=CAPTIONED,
                            elem_id="dropped",
                        )
                        folder = gr.File(
                            label="Or a whole folder", file_count="directory", elem_id="folder"
                        )
                    make = gr.Button("Make the model", variant="primary", elem_id="make-it")
                    progress = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="progress")

        form = [spark, way, pictures, model, number, temperature, top_p, seed, clear]
        done = [notice, results, desk, kept, button]
        page.load(
            do.begin, [draft, kept], [*form, about, cost, results, desk], **quiet
        )
        # Kept by the browser alone: what is typed is not sent anywhere.
        gr.on(
            [part.change for part in form if part is not pictures],
            None,
            form,
            draft,
            js="(...typed) => ({typed: typed.slice(0, 9)})",
            **quiet,
        )
        way.change(do.turn, form, [spark, about, pictures, model, cost], **quiet)
        gr.on(
            [part.change for part in (number, model, pictures, clear)],
            do.price,
            form,
            cost,
            trigger_mode="always_last",
            **quiet,
        )
        button.click(do.write, [*form, desk], done, trigger_mode="once", **quiet)
        results.act(do.act, desk, [*done, seed], **quiet)
        past.select(do.look_back, [searched, most], jobs, **quiet)
        searched.change(
            do.look_back, [searched, most], jobs, trigger_mode="always_last", **quiet
        )
        further.click(do.look_further, [searched, most], [jobs, most], **quiet)
        jobs.act(
            do.go_on, desk, [*form, about, cost, results, desk, kept, rooms], **quiet
        )
        shelf.select(do.shelve, chosen, [shelved, looked_at, chosen], **quiet)
        shelved.act(do.pick, None, [shelved, looked_at, chosen], **quiet)
        looked_at.act(do.try_model, None, [way, model, rooms], **quiet)
        make.click(
            do.make,
            [name, base, trigger, dropped, folder],
            [progress, make, shelved, looked_at, chosen, name, dropped, folder],
            trigger_mode="once",
            **quiet,
        )
    page.queue(default_concurrency_limit=40, api_open=False)
    return page


def _form(values: Sequence[Any]) -> Form:
    spark, way, pictures, model, number, temperature, top_p, seed, clear = values
    return Form(
        spark=spark or "",
        way=way,
        pictures=[path for path, _ in pictures or ()],
        model=model or None,
        number=int(number),
        temperature=temperature,
        top_p=top_p,
        seed=seed or "",
        clear=bool(clear),
    )


def _form_of_draft(draft: dict[str, Any]) -> Form:
    """What the browser kept; an empty form where it kept nothing, or something else."""
    try:
        spark, way, _, *rest = draft["typed"]
        return _form([spark, way if way in WAYS else "finish", None, *rest])
    except (KeyError, TypeError, ValueError):
        return Form()


def _shown(catalog: Catalog, project: str, job: Job) -> Shown:
    model_id = job.metadata["input"].get("modelId")
    known = catalog.models.known(project, [model_id], images=0) if model_id else []
    return Shown(job, known[0] if known else None, {})


def _desk(desk: Sequence[Shown], pending: str = "") -> str:
    return pending + answers(desk) if pending or desk else nothing_yet()


def _kept(desk: Sequence[Shown]) -> list[str]:
    return [shown.job.job_id for shown in desk]


def _failed(error: SparkloomError, desk: Sequence[Shown] | None = None) -> list[Any]:
    results = STAYS if desk is None else _desk(desk)
    return [_notice(error), results, STAYS, STAYS, gr.Button(interactive=True)]


def _notice(error: SparkloomError) -> str:
    return f'<p class="notice" role="alert">{_escape(told(error))}</p>'


def _known(error: Exception) -> SparkloomError:
    if isinstance(error, SparkloomError):
        return error
    log.error("the page failed", exc_info=error)
    return InternalError("That failed here, and the service's log says why. What you typed is kept.")


def _told(way: str) -> str:
    return f"<p>{WAYS[way].told}</p>"


def _choice(model: Model) -> tuple[str, str]:
    return model.name or model.id, model.id


def _shelf(loom: Sparkloom) -> list[Model]:
    return loom.catalog.models.page(
        loom.settings.project, ModelQuery(privacy="public")
    ).items


def _escape(text: str) -> str:
    from html import escape

    return escape(text)


def _masthead(signed_in: bool) -> str:
    leave = '<a href="/sign-out">Sign out</a>' if signed_in else ""
    return (
        "<header><h1>Sparkloom</h1><p>A few words in, a prompt worth rendering out.</p>"
        f"{leave}</header>"
    )
