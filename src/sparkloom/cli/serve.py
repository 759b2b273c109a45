"""`sparkloom serve` and `sparkloom mcp`: the doors that stay open."""

from __future__ import annotations

import sys
from threading import Thread
from typing import Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.model import build_model
from sparkloom.cli.options import EngineOption
from sparkloom.cli.output import errors, fail


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
    from sparkloom.serving import prepare, serve_one, serve_replicas

    with errors():
        settings = read_settings(host=host, port=port, engine=engine)
        if replicas == 1:
            Thread(target=prepare, daemon=True).start()  # beside the catalog and the local model
        loom = Sparkloom(settings)
        loom.catalog.open()  # what is wrong with it shall be said in one line
        loom.keys.read()
        if not settings.loopback and not loom.keys.required and not no_auth:
            loom.close()
            fail(
                f"Serving on {settings.host} without keys would let anybody in. Make one: "
                "sparkloom keys add NAME. Or say --no-auth if that is meant."
            )
        build_model(settings)
        log_to(sys.stderr, settings.log_prompts)
        if replicas == 1:
            serve_one(loom)
        else:
            loom.close()
            serve_replicas(settings, replicas)


def mcp(engine: EngineOption = None) -> None:
    """Serve an agent over standard input and output (MCP)."""
    import anyio

    from sparkloom.loom import Sparkloom
    from sparkloom.mcp import serve_stdio

    with errors(), Sparkloom(read_settings(engine=engine)) as loom:
        anyio.run(serve_stdio, loom)
