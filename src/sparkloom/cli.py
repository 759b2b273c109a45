"""The command line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sparkloom.batch import Status
    from sparkloom.catalog.models import Model
    from sparkloom.loom import Sparkloom
    from sparkloom.settings import Settings
    from sparkloom.vision import ImageDescription

# Nothing else of Sparkloom is imported up here: `sparkloom --help` shall not wait for it.

app = typer.Typer(
    name="sparkloom",
    help="Write prompts for AI image generation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="Build, show and remove the local model.", no_args_is_help=True)
app.add_typer(model_app, name="model")
engines_app = typer.Typer(help="Show, load and unload a server's engines.", no_args_is_help=True)
app.add_typer(engines_app, name="engines")
models_app = typer.Typer(help="The image models of the catalog.", no_args_is_help=True)
app.add_typer(models_app, name="models")


class ModeName(StrEnum):
    completion = "completion"
    inventive = "inventive"
    structured = "structured"
    contextual = "contextual"
    contextual_v2 = "contextual-v2"
    image_editing = "image-editing"


class EngineChoice(StrEnum):
    embedded = "embedded"
    openai = "openai"
    echo = "echo"


EngineOption = Annotated[EngineChoice | None, typer.Option("--engine", help="Who writes.")]


@app.command()
def prompt(
    sparks: Annotated[
        list[str] | None,
        typer.Argument(help="What to start from; read from standard input, a line each, if none."),
    ] = None,
    mode: Annotated[
        ModeName | None,
        typer.Option(help="How to write; completion, or contextual for a model, if left out."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The image model to write for: models list shows them.")
    ] = None,
    number: Annotated[int, typer.Option("-n", "--num-results", help="Prompts per spark, 1-5.")] = 1,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same prompts.")] = None,
    temperature: Annotated[float | None, typer.Option(help="0 is greedy, 2 is wild.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Share of probability, 0-1.")] = None,
    image: Annotated[
        list[str] | None,
        typer.Option(
            help="A picture's file or an asset's id: the one to edit in image-editing, else a "
            "reference. May be given several times."
        ),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Describe protected names instead of naming them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON answer a line.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Show the price; run nothing.")] = False,
    engine: EngineOption = None,
) -> None:
    """Write prompts from SPARKS."""
    from sparkloom.loom import Sparkloom
    from sparkloom.request import PromptRequest

    mode = mode or (ModeName.contextual if model else ModeName.completion)
    fields = {
        "mode": mode.value,
        "modelId": model,
        "numResults": number,
        "seed": seed,
        "temperature": temperature,
        "topP": top_p,
        "ensureIPCleared": clear,
    }
    with _errors(), Sparkloom(_settings(engine=engine)) as loom:
        fields |= _references(mode, image or [])
        if not dry_run and mode != ModeName.image_editing:
            _build_model(loom.settings)
        for spark in sparks or ([""] if image else _lines(always=model is not None)):
            request = PromptRequest.parse({**fields, "prompt": spark})
            if dry_run:
                _print_price(loom, request, as_json)
                continue
            with _waiting("Writing"):
                answer = loom.answer(request)
            if as_json:
                _print_json(answer.wire())
            else:
                for text in answer.prompts:
                    print(text, flush=True)


@app.command()
def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN", help="JSONL, CSV or Parquet, a request a row; - is standard input."
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT", help="The answers, likewise; - is standard output.")
    ],
    mode: Annotated[
        ModeName | None, typer.Option(help="How to write, where a row does not say.")
    ] = None,
    number: Annotated[
        int | None, typer.Option("-n", "--num-results", help="Prompts per row, 1-5.")
    ] = None,
    temperature: Annotated[float | None, typer.Option(help="0 is greedy, 2 is wild.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Share of probability, 0-1.")] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Describe protected names instead of naming them.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="The seeds of rows without one follow from it.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="jsonl, csv or parquet; else the name tells.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer; above 1 with Ray.")
    ] = None,
    ray: Annotated[str | None, typer.Option(help="A Ray cluster: auto, or its address.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew, and write over what is there.")
    ] = False,
) -> None:
    """Answer a file of requests; go on where an earlier run was interrupted.

    What a row says comes before the options.
    """
    from sparkloom.batch import run_batch

    fields = {
        "mode": mode and mode.value,
        "numResults": number,
        "temperature": temperature,
        "topP": top_p,
        "ensureIPCleared": clear or None,
    }
    with _errors():
        settings = _settings()
        if not ray:
            _build_model(settings)
        with _batch_progress() as progress:
            status = run_batch(
                source,
                target,
                settings,
                fields=fields,
                seed=seed,
                form=form,
                workers=workers,
                ray=ray,
                force=force,
                progress=progress,
            )
    rate, speed = (count / max(status.seconds, 1e-9) for count in (status.rows, status.tokens))
    put_aside = f", {status.failed:,} of them put aside" if status.failed else ""
    where = f" in {status.errors}" if status.errors else ""
    typer.echo(
        f"{status.rows:,} rows in {status.seconds:.1f} s{put_aside}{where}: {rate:,.1f} rows and "
        f"{speed:,.0f} tokens a second, {status.prompts:,} prompts, seed {status.seed}",
        err=True,
    )
    if status.rows and status.failed == status.rows:
        _fail("No row could be answered.")


@app.command()
def check(
    texts: Annotated[
        list[str] | None,
        typer.Argument(help="What to look through; standard input, a line each, if none."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Look for protected names; end with 1 if there are any."""
    from sparkloom.loom import Sparkloom
    from sparkloom.request import IPDetectionRequest

    found = False
    with _errors(), Sparkloom(_settings()) as loom:
        for text in texts or _lines():
            answer = loom.detect(IPDetectionRequest.parse({"prompts": [text]}))
            found = found or answer.ip_detection.flagged
            if as_json:
                _print_json(answer.wire())
                continue
            for finding in answer.ip_detection.findings:
                print(f"{finding.category}: {finding.text}  ({finding.reason})", flush=True)
    raise typer.Exit(1 if found else 0)


@app.command()
def describe(
    images: Annotated[list[Path], typer.Argument(help="The files of the images.")],
    as_json: Annotated[bool, typer.Option("--json", help="A description a line.")] = False,
) -> None:
    """Say what IMAGES show; end with 1 if one of them cannot be read."""
    from contextlib import closing

    from sparkloom.errors import InvalidRequestError
    from sparkloom.reference import read_file
    from sparkloom.vision import open_eyes

    failed = False
    with _errors(), closing(open_eyes(_settings())) as eyes:
        for path in images:
            try:
                picture = read_file(path)
                with _waiting("Looking"):
                    found = eyes.describe(picture)
            except InvalidRequestError as error:
                failed = True
                typer.echo(f"sparkloom: {path} {error.reason}", err=True)
                continue
            if as_json:
                _print_json({"file": str(path), **found.model_dump(exclude_none=True)})
            else:
                _print_description(path, found)
    raise typer.Exit(1 if failed else 0)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Serve to other machines without keys.")
    ] = False,
    engine: EngineOption = None,
    replicas: Annotated[
        int, typer.Option(min=1, help="How many servers behind the address, on Ray Serve.")
    ] = 1,
) -> None:
    """Serve the HTTP API, MCP at /mcp, and with the extra `studio` a page at /."""
    from sparkloom.loom import Sparkloom
    from sparkloom.observe.logs import log_to
    from sparkloom.serving import serve_one, serve_replicas

    with _errors():
        settings = _settings(host=host, port=port, engine=engine)
        if not settings.loopback and not settings.api_keys and not no_auth:
            _fail(
                f"Serving on {settings.host} without keys would let anybody in. Set "
                "SPARKLOOM_API_KEYS=key:secret, or say --no-auth if that is meant."
            )
        loom = Sparkloom(settings)
        loom.catalog.open()  # what is wrong with it shall be said in one line
        _build_model(settings)
        log_to(sys.stderr, settings.log_prompts)
        if replicas == 1:
            serve_one(loom)
        else:
            loom.close()
            serve_replicas(settings, replicas)


@app.command()
def mcp(engine: EngineOption = None) -> None:
    """Serve an agent over standard input and output (MCP)."""
    import anyio

    from sparkloom.loom import Sparkloom
    from sparkloom.mcp import serve_stdio

    with _errors(), Sparkloom(_settings(engine=engine)) as loom:
        anyio.run(serve_stdio, loom)


@model_app.command("build")
def model_build() -> None:
    """Build the local model, or say that it is there."""
    from sparkloom.local_model import local_model

    with _errors():
        cache = _settings().cache_dir
        with _progress("Building the local model") as progress:
            model = local_model(cache, progress)
        print(f"{model.path} ({model.size / 1e6:.0f} MB)")


@model_app.command("show")
def model_show() -> None:
    """Show the local model: where it is, its size, its digest."""
    from sparkloom.local_model import find_model

    with _errors():
        cache = _settings().cache_dir
        model = find_model(cache)
        if model is None:
            _fail(f"There is no local model in {cache}. Build it: sparkloom model build")
        print(f"path    {model.path}\nsize    {model.size / 1e6:.0f} MB\nsha256  {model.sha256}")


@model_app.command("remove")
def model_remove() -> None:
    """Remove the local models of every version."""
    from sparkloom.local_model import remove_models

    with _errors():
        cache = _settings().cache_dir
        print(f"{remove_models(cache) / 1e6:.0f} MB removed from {cache}")


@model_app.command("list")
def model_list() -> None:
    """List the models that can be used instead of Sparkloom's own."""
    from rich.console import Console
    from rich.table import Table

    from sparkloom.engines.curated import OWN, chosen, curated

    choice = chosen(_settings().cache_dir)
    table = Table("", "name", "download", "memory", "licence", "good at")
    mark = "" if choice else "*"
    table.add_row(mark, OWN, "none", "200 MB", "Gemma terms of use", "being small, fast and here")
    for name, model in curated().items():
        mark = "*" if choice and choice.name == name else ""
        sizes = f"{model.megabytes} MB", f"{model.memory_megabytes} MB"
        table.add_row(mark, name, *sizes, model.licence, model.good_at)
    Console().print(table)


@model_app.command("use")
def model_use(
    name: Annotated[str, typer.Argument(help="A name of `sparkloom model list`.")],
) -> None:
    """Fetch a model from the hub, check it, and write with it from now on."""
    from sparkloom.engines.curated import choose

    with _errors():
        cache = _settings().cache_dir
        with _progress(f"Fetching {name}") as progress:
            choice = choose(name, cache, progress)
        if choice is None:
            print("Sparkloom's own model writes again.")
            return
        print(f"path    {choice.path}\nsha256  {choice.sha256}")
        if choice.vision_path:
            print(f"vision  {choice.vision_path}")


EngineArgument = Annotated[str, typer.Argument(help="A name of `sparkloom engines show`.")]
ServerOption = Annotated[
    str | None, typer.Option("--url", help="Where the server is; as the settings say if left out.")
]


@engines_app.command("show")
def engines_show(url: ServerOption = None) -> None:
    """Show the engines of a running server, and which of them are loaded."""
    with _errors():
        for engine in _server("GET", "engines", url)["engines"]:
            _print_engine(engine)


@engines_app.command("load")
def engines_load(name: EngineArgument, url: ServerOption = None) -> None:
    """Have a running server load an engine before anybody asks for prompts."""
    with _errors(), _waiting(f"Loading {name}"):
        answer = _server("POST", f"engines/{name}/load", url)
    _print_engine(answer["engine"])


@engines_app.command("unload")
def engines_unload(name: EngineArgument, url: ServerOption = None) -> None:
    """Have a running server give an engine's memory back; the next request loads it again."""
    with _errors():
        _print_engine(_server("POST", f"engines/{name}/unload", url)["engine"])


@models_app.command("list")
def models_list(
    public: Annotated[bool, typer.Option("--public", help="Those of the public shelf.")] = False,
    project: Annotated[str | None, typer.Option(help="The project that owns them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON model a line.")] = False,
) -> None:
    """List your models, the newest first, or those of the public shelf."""
    from sparkloom.catalog import Catalog
    from sparkloom.catalog.models import ModelQuery

    settings = _settings()
    query = ModelQuery(page_size=500, privacy="public" if public else "private")
    with _errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        while True:
            page = catalog.models.page(owner, query)
            for model in page.items:
                if as_json:
                    _print_json(model.wire())
                else:
                    print(f"{model.id}  {model.name or ''}  ({_made_of(model)})", flush=True)
            if page.next is None:
                break
            query = query.model_copy(update={"pagination_token": page.next})


@models_app.command("show")
def models_show(
    model_id: Annotated[str, typer.Argument(metavar="MODEL", help="Its id.")],
    project: Annotated[str | None, typer.Option(help="The project that owns it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The model as JSON.")] = False,
) -> None:
    """Show a MODEL: what it is made of, and how prompts for it are."""
    from sparkloom.catalog import Catalog
    from sparkloom.form import form_of

    settings = _settings()
    with _errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        model = catalog.models.get(owner, model_id)
        if as_json:
            _print_json(model.wire())
            return
        known = catalog.models.knowledge(owner, model_id)
        form = form_of([*known.captions, *known.prompts], known.profile, known.captions)
        facts = {
            "id": model.id,
            "name": model.name,
            "type": f"{model.type} ({_made_of(model)})",
            "begins": form.trigger.strip(" ,;:."),
            "words": f"{form.shortest} to {form.longest}" if form.longest else None,
            "dialect": model.dialect and f"{model.dialect.form}: {', '.join(model.dialect.order)}",
            "takes": ", ".join(wanted.name for wanted in model.inputs),
            "about": known.description.strip(),
            "guide": known.guide.strip().replace("\n", "\n         "),
        }
        for name, fact in facts.items():
            if fact:
                print(f"{name:8} {fact}")


def _made_of(model: Model) -> str:
    """What a model is made of, in a few words."""
    images = f"{model.training_images_number} images" if model.training_images_number else ""
    examples = f"{len(model.example_asset_ids)} examples" if model.example_asset_ids else ""
    base = f"from {model.base_model_id}" if model.base_model_id else ""
    return ", ".join(filter(None, [images, examples, base])) or model.type


@models_app.command("import")
def models_import(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Images with .txt or .caption files beside them, as kohya's trainer and "
            "ai-toolkit have them, or a metadata.jsonl.",
            exists=True,
            file_okay=False,
        ),
    ],
    name: Annotated[str | None, typer.Option(help="Its name; the folder's if left out.")] = None,
    base: Annotated[str | None, typer.Option(help="The public model it is made from.")] = None,
    trigger: Annotated[str, typer.Option(help="What takes the place of [trigger].")] = "",
    project: Annotated[str | None, typer.Option(help="The project that owns it.")] = None,
) -> None:
    """Make a model of a training FOLDER: its images, and their captions."""
    from sparkloom.catalog import Catalog
    from sparkloom.catalog.folder import import_folder

    settings = _settings()
    with _errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        with _progress(f"Importing {folder.name}") as progress:
            found = import_folder(
                catalog, owner, folder, name=name, base=base, trigger=trigger, progress=progress
            )
        for path, reason in found.refused:
            typer.echo(f"sparkloom: {path} {reason}; it was left out", err=True)
        print(f"{found.model_id} ({found.images} images, {found.captions} with captions)")


def _references(mode: ModeName, images: list[str]) -> dict[str, Any]:
    """The images of the command line as fields of a request: files as data URLs."""
    from sparkloom.reference import data_url_of

    given = [data_url_of(Path(name)) if Path(name).exists() else name for name in images]
    if mode == ModeName.image_editing:
        return {"image": given[0] if given else None, "images": given[1:] or None}
    return {"images": given or None}


def _lines(always: bool = False) -> Iterator[str]:
    """The lines of standard input; one empty spark where there is nobody to write them.

    Args:
        always: whether there is an empty spark, too, where the input has no line.
    """
    if sys.stdin is None or sys.stdin.isatty():
        yield ""
        return
    lines = (line.rstrip("\r\n") for line in sys.stdin)
    for line in filter(str.strip, lines):
        always = False
        yield line
    if always:
        yield ""


def _settings(**chosen: Any) -> Settings:
    from pydantic import ValidationError

    from sparkloom.settings import Settings

    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = f"SPARKLOOM_{str(fault['loc'][0]).upper()}"
        _fail(f"The setting {name} is wrong: {fault['msg']}.")


def _build_model(settings: Settings) -> None:
    """Build the local model before it is waited for, with a progress bar."""
    from sparkloom.engines.model_file import is_own

    if settings.engine == "embedded" and is_own(settings):
        from sparkloom.local_model import local_model

        with _progress("Building the local model (once)") as progress:
            local_model(settings.cache_dir, progress)


def _server(method: str, path: str, url: str | None) -> dict[str, Any]:
    """The answer of a running server."""
    import httpx2

    settings = _settings()
    url = (url or f"http://{settings.host}:{settings.port}").rstrip("/")
    keys = [key.get_secret_value().partition(":") for key in settings.api_keys[:1]]
    auth = (keys[0][0], keys[0][2]) if keys else None
    try:
        answer = httpx2.request(method, f"{url}/v1/{path}", auth=auth, timeout=600)
        body: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        _fail(f"No server of Sparkloom answers at {url} ({error}). Start it: sparkloom serve")
    if answer.is_error:
        _fail(str(body.get("reason", answer.status_code)))
    return body


def _print_engine(engine: dict[str, Any]) -> None:
    state = "loaded" if engine["loaded"] else "not loaded"
    default = ", writes where a request names none" if engine["default"] else ""
    print(f"{engine['name']}: {engine['model']}, {state}{default}")


def _print_price(loom: Sparkloom, request: Any, as_json: bool) -> None:
    price = loom.dry_run(request)
    if as_json:
        _print_json(price.wire())
    else:
        estimate = price.estimate
        print(
            f"{price.creative_units_cost:g} creative units, about {estimate.tokens} tokens "
            f"and {estimate.seconds:g} s"
        )


def _print_description(path: Path, found: ImageDescription) -> None:
    """A table of what is certain, with a swatch of each colour."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(path.name), caption=Text(found.sentence), show_header=False)
    shown = found.model_dump(
        exclude_none=True, exclude={"sentence", "palette"}, exclude_defaults=True
    )
    for name, value in shown.items():
        table.add_row(name.replace("_", " "), Text(_cell(value)))
    colours = Text()
    for colour in found.palette:
        colours.append("\n" if colours else "")
        colours.append("    ", f"on {colour.hex}")
        colours.append(f" {colour.hex} {colour.share:4.0%} {colour.name}")
    if colours:
        table.add_row("palette", colours)
    Console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(value)
    return f"{value:.0%}" if isinstance(value, float) else str(value)


def _print_json(body: dict[str, Any]) -> None:
    import json

    print(json.dumps(body, ensure_ascii=False), flush=True)


@contextmanager
def _errors() -> Iterator[None]:
    """Say what went wrong in one sentence, and end with 1."""
    from sparkloom.errors import SparkloomError

    try:
        yield
    except SparkloomError as error:
        _fail(error.reason)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more
        raise typer.Exit(0) from None


def _fail(reason: str) -> NoReturn:
    typer.echo(f"sparkloom: {reason}", err=True)
    raise typer.Exit(1)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error that shows itself when something is done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=1.0, visible=False)
        yield lambda done: bar.update(task, completed=done, visible=True)


@contextmanager
def _batch_progress() -> Iterator[Callable[[Status], None]]:
    """Rows, their rate and the time left, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("Starting", total=None)
        begun = time.monotonic()

        def show(status: Status) -> None:
            done = status.rows - status.earlier
            rate = done / max(time.monotonic() - begun, 1e-9)
            failed = f", {status.failed:,} put aside" if status.failed else ""
            bar.update(
                task,
                description=f"{status.rows:,} rows{failed}, {rate:,.1f} a second",
                completed=status.place,
                total=status.size,
            )

        yield show


@contextmanager
def _waiting(label: str) -> Iterator[None]:
    from rich.console import Console

    with Console(stderr=True).status(f"{label}..."):
        yield
