"""The page: what is on it, and which of its parts does what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from sparkloom.loom import Sparkloom
from sparkloom.studio.answer import nothing_yet
from sparkloom.studio.asking import WAYS, Form
from sparkloom.studio.handlers import JOBS, NO_CHOICE, NO_MODEL, Handlers

FOLDER = Path(__file__).parent
CSS = FOLDER / "studio.css"
ICON = FOLDER / "icon.svg"
SCRIPT = FOLDER / "studio.js"
ACTS = (FOLDER / "acts.js").read_text("utf-8")
HEAD = (FOLDER / "head.html").read_text("utf-8")
THEME = gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"))

RESTORE = "(draft, ...typed) => draft?.typed?.length === typed.length ? draft.typed : typed"
TURN = (
    "(way) => {{ const change = (what) => ({{__type__: 'update', ...what}}); "
    "const [about, placeholder, label] = {told}[way]; "
    "return [about, change({{placeholder}}), change({{label}})]; }}"
)
"""Turns to another way of writing at once, without the service."""

READY = "() => { document.body.dataset.ready = ''; }"
AGAIN = "() => ({__type__: 'update', interactive: true})"
"""A button can be pressed again when its work is over; a press before that would be lost."""

LOOKING = '<p class="about" role="status">Looking …</p>'

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""The page shows progress itself, and its buttons are no API."""

KNOWN = "sparkloom"
"""What the browser's own notes are written with: they are there after a restart, and no secret."""

CAPTIONED = ".png .jpg .jpeg .webp .gif .avif .tif .tiff .txt .caption .jsonl".split()


def make_page(loom: Sparkloom) -> gr.Blocks:
    """The page over a loom."""
    do = Handlers(loom)
    with gr.Blocks(title="Sparkloom", analytics_enabled=False, delete_cache=(3600, 86_400)) as page:
        kept = gr.BrowserState(None, storage_key="sparkloom-desk", secret=KNOWN)
        desk = gr.State([])
        html(masthead(loom.keys.required), "masthead")
        with gr.Tabs(elem_id="rooms") as rooms:
            with gr.Tab("Write", id="write"):
                writing = Writing(do, desk, kept)
            with gr.Tab("History", id="history") as room:
                past = Past(do, room)
            with gr.Tab("Models", id="models") as room:
                library = Library(do, room)
        writing.wire(page)
        past.jobs.act(do.go_on, desk, [*writing.form, *writing.shown, kept, rooms], **QUIET)
        library.page.act(do.try_model, None, [writing.way, writing.model, rooms], **QUIET)
    page.queue(default_concurrency_limit=40, api_open=False)
    return page


def html(value: str, name: str, acts: bool = False) -> gr.HTML:
    """A part of the page that is written as HTML.

    Args:
        acts: whether it has buttons that do something.
    """
    script = ACTS if acts else None
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


class Writing:
    """The room where one writes."""

    def __init__(self, do: Handlers, desk: gr.State, kept: gr.BrowserState) -> None:
        self._do, self._desk, self._kept = do, desk, kept
        self._draft = gr.BrowserState(None, storage_key="sparkloom-draft", secret=KNOWN)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="form", min_width=280):
                self.spark = gr.Textbox(
                    label="Your words",
                    placeholder=placeholder("finish"),
                    lines=3,
                    max_lines=12,
                    max_length=10_000,
                    autofocus=True,
                    elem_id="spark",
                )
                self.way = gr.Radio(
                    [(way.name, name) for name, way in WAYS.items()],
                    value="finish",
                    label="What to do with them",
                    elem_id="way",
                )
                self._about = html(about("finish"), "about")
                self.model = gr.Dropdown(
                    [NO_CHOICE], value=NO_MODEL, label="For which model", elem_id="model"
                )
                self._pictures = gr.Gallery(
                    label=WAYS["finish"].pictures,
                    file_types=["image"],
                    sources=["upload"],
                    type="filepath",
                    columns=3,
                    height="auto",
                    object_fit="cover",
                    allow_preview=False,
                    fit_columns=False,
                    interactive=True,
                    buttons=[],
                    elem_id="pictures",
                )
                advanced = self._advanced()
                self._cost = html(do.price_of(Form(), do.project), "cost")
                self._button = gr.Button("Write", variant="primary", elem_id="write")
            with gr.Column(elem_id="answers", min_width=280):
                self._notice = html("", "notice")
                self._pending = html("", "pending")
                self._results = html(nothing_yet(), "results", acts=True)
        self.form = [self.spark, self.way, self._pictures, self.model, *advanced]
        self.shown = [self._cost, self._results, desk]

    def _advanced(self) -> list[Any]:
        """What is folded away: how many, how long, temperature, top-p, seed, clearing."""
        with gr.Accordion("Advanced", open=False, elem_id="advanced"):
            with gr.Row():
                number = gr.Radio([1, 2, 3, 4, 5], value=3, label="How many", elem_id="many")
                length = gr.Radio(
                    [("Short", "short"), ("Medium", "medium"), ("Long", "long")],
                    value="medium",
                    label="Length",
                    elem_id="length",
                )
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
            self._seed = gr.Textbox(
                label="Seed",
                placeholder="drawn for you",
                info="The same one gives the same prompts again",
                max_lines=1,
                elem_id="seed",
            )
            clear = gr.Checkbox(
                label="Describe protected names instead of naming them", elem_id="clear"
            )
        self._priced = [number, clear]
        return [number, length, temperature, top_p, self._seed, clear]

    def wire(self, page: gr.Blocks) -> None:
        """Have its parts do what they are for."""
        do, form = self._do, self.form
        # What is typed is kept by the browser alone, and is back before anybody types again.
        typed = [part for part in form if part is not self._pictures]
        page.load(None, [self._draft, *typed], typed, js=RESTORE, **QUIET)
        filled = [self.model, *self.shown]
        page.load(do.begin, [self._draft, self._kept], filled, **QUIET).then(
            None, js=READY, **QUIET
        )
        keep = f"(...typed) => ({{typed: typed.slice(0, {len(typed)})}})"
        gr.on([part.change for part in typed], None, typed, self._draft, js=keep, **QUIET)
        told = {name: [about(name), placeholder(name), way.pictures] for name, way in WAYS.items()}
        turned = [self._about, self.spark, self._pictures]
        self.way.change(None, self.way, turned, js=TURN.format(told=json.dumps(told)), **QUIET)
        self.way.change(do.turn, form, [self.model, self._cost], **QUIET)
        gr.on(
            [part.change for part in (*self._priced, self.model, self._pictures)],
            do.price,
            form,
            self._cost,
            trigger_mode="always_last",
            **QUIET,
        )
        done = [self._notice, self._pending, self._results, self._desk, self._kept, self._button]
        written = self._button.click(
            do.write, [*form, self._desk], done, trigger_mode="once", **QUIET
        )
        acted = self._results.act(
            do.act, [self._desk, self._pictures], [*done, self._seed, self.spark, self.way], **QUIET
        )
        for event in (written, acted):
            event.then(None, None, self._button, js=AGAIN, **QUIET)


class Past:
    """The room where what was written is found again."""

    def __init__(self, do: Handlers, room: gr.Tab) -> None:
        most = gr.State(JOBS)
        search = gr.Textbox(
            label="Search what you asked and what was written",
            placeholder="heron mist",
            max_lines=1,
            elem_id="search",
        )
        self.jobs = html(LOOKING, "jobs", acts=True)
        further = gr.Button("Show more", visible=False, elem_id="further")
        found = [self.jobs, further]
        room.select(do.look_back, [search, most], found, **QUIET)
        search.change(do.look_back, [search, most], found, trigger_mode="always_last", **QUIET)
        further.click(do.look_further, [search, most], [*found, most], **QUIET)


class Library:
    """The room of the models."""

    def __init__(self, do: Handlers, room: gr.Tab) -> None:
        chosen = gr.State(None)
        with gr.Row(elem_id="library"):
            with gr.Column(elem_id="shelf", min_width=220):
                shelf = html(LOOKING, "shelved", acts=True)
            with gr.Column(elem_id="looked-at", min_width=280):
                self.page = html("", "model-page", acts=True)
        with gr.Accordion("Make a model", open=False, elem_id="make"):
            html(
                "<p>Images with their captions in <code>.txt</code> files of the same name, or a "
                "<code>metadata.jsonl</code>, as trainers take them.</p>",
                "how",
            )
            with gr.Row():
                name = gr.Textbox(label="Name", placeholder="Ink herons", max_lines=1)
                base = gr.Dropdown(do.bases(), value=NO_MODEL, label="Made from")
                trigger = gr.Textbox(
                    label="Trigger word",
                    placeholder="inkst, in place of [trigger]",
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
            progress = html("", "progress")
        shown = [shelf, self.page, chosen]
        room.select(do.shelve, chosen, shown, **QUIET)
        shelf.act(do.pick, None, shown, **QUIET)
        made = make.click(
            do.make,
            [name, base, trigger, dropped, folder],
            [progress, make, *shown, name, dropped, folder],
            trigger_mode="once",
            **QUIET,
        )
        made.then(None, None, make, js=AGAIN, **QUIET)


def about(way: str) -> str:
    """What a way of writing does, as HTML."""
    return f'<p class="about">{WAYS[way].told}</p>'


def placeholder(way: str) -> str:
    return f"Say a little: {WAYS[way].example}"


def masthead(signed_in: bool) -> str:
    """The head of the page, as HTML."""
    leave = '<a href="/sign-out">Sign out</a>' if signed_in else ""
    return (
        "<header><h1>Sparkloom</h1><p>A few words in, a prompt worth rendering out.</p>"
        f"{leave}</header>"
    )
