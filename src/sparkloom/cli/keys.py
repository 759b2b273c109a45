"""`sparkloom keys`: who is let in."""

from __future__ import annotations

from typing import Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.output import errors, fail

app = typer.Typer(help="The keys of the HTTP API, of MCP and of the page.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="1 to 200 letters, digits, _, - and .")]


@app.command("add")
def keys_add(
    name: NameArgument,
    project: Annotated[str | None, typer.Option(help="The project that it may see.")] = None,
) -> None:
    """Make a key and show its secret, once: only a hash of it is kept, in the catalog."""
    from sparkloom.catalog import Catalog
    from sparkloom.keys import Key, digest_of, new_secret

    settings = read_settings()
    _check(name)
    if name in {Key.of(pair, settings).name for pair in settings.api_keys}:
        fail(f"SPARKLOOM_API_KEYS has a key {name} already.")
    secret = new_secret()
    with errors(), Catalog(settings) as catalog:
        catalog.keys.add(name, digest_of(secret), settings.project_of(None, project))
    print(secret)
    typer.echo("This secret is not shown again. Servers know it within seconds.", err=True)


@app.command("list")
def keys_list() -> None:
    """List the keys and their projects, those of SPARKLOOM_API_KEYS included."""
    from sparkloom.catalog import Catalog
    from sparkloom.keys import Key

    settings = read_settings()
    with errors(), Catalog(settings) as catalog:
        for kept in catalog.keys.all():
            print(f"{kept.name}  {kept.project}  (catalog)")
    for pair in settings.api_keys:
        key = Key.of(pair, settings)
        print(f"{key.name}  {key.project}  (SPARKLOOM_API_KEYS)")


@app.command("remove")
def keys_remove(name: NameArgument) -> None:
    """Take a key away: within seconds no server lets it in. What it made stays."""
    from sparkloom.catalog import Catalog

    with errors(), Catalog(read_settings()) as catalog:
        catalog.keys.remove(name)


@app.command("hash")
def keys_hash(name: NameArgument) -> None:
    """Make a secret that is kept nowhere, and the entry for SPARKLOOM_API_KEYS that knows it."""
    from sparkloom.keys import digest_of, new_secret
    from sparkloom.settings import HASHED

    _check(name)
    secret = new_secret()
    print(f"secret  {secret}\nentry   {name}:{HASHED}{digest_of(secret)}")


def _check(name: str) -> None:
    import re

    from sparkloom.settings import PROJECT_ID

    if not re.fullmatch(PROJECT_ID, name):
        fail("The name of a key must be 1 to 200 letters, digits, _, - and .")
