"""`sparkloom engines`: the engines of a running server."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.output import errors, fail, waiting

app = typer.Typer(help="Show, load and unload a server's engines.", no_args_is_help=True)


EngineArgument = Annotated[str, typer.Argument(help="A name of `sparkloom engines show`.")]


ServerOption = Annotated[
    str | None, typer.Option("--url", help="Where the server is; as the settings say if left out.")
]


@app.command("show")
def engines_show(url: ServerOption = None) -> None:
    """Show the engines of a running server, and which of them are loaded."""
    with errors():
        for engine in _server("GET", "engines", url)["engines"]:
            _print_engine(engine)


@app.command("load")
def engines_load(name: EngineArgument, url: ServerOption = None) -> None:
    """Have a running server load an engine before anybody asks for prompts."""
    with errors(), waiting(f"Loading {name}"):
        answer = _server("POST", f"engines/{name}/load", url)
    _print_engine(answer["engine"])


@app.command("unload")
def engines_unload(name: EngineArgument, url: ServerOption = None) -> None:
    """Have a running server give an engine's memory back; the next request loads it again."""
    with errors():
        _print_engine(_server("POST", f"engines/{name}/unload", url)["engine"])


def _server(method: str, path: str, url: str | None) -> dict[str, Any]:
    """The answer of a running server."""
    import httpx2

    from sparkloom.settings import HASHED

    settings = read_settings()
    url = (url or f"http://{settings.host}:{settings.port}").rstrip("/")
    pairs = (key.get_secret_value().partition(":") for key in settings.api_keys)
    auth = next(((name, it) for name, _, it in pairs if not it.startswith(HASHED)), None)
    try:
        answer = httpx2.request(method, f"{url}/v1/{path}", auth=auth, timeout=600)
        body: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        fail(f"No server of Sparkloom answers at {url} ({error}). Start it: sparkloom serve")
    if answer.is_error:
        fail(str(body.get("reason", answer.status_code)))
    return body


def _print_engine(engine: dict[str, Any]) -> None:
    state = "loaded" if engine["loaded"] else "not loaded"
    default = ", writes where a request names none" if engine["default"] else ""
    print(f"{engine['name']}: {engine['model']}, {state}{default}")
