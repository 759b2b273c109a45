"""`sparkloom prompt`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sparkloom.cli.input import read_lines, read_references, read_settings
from sparkloom.cli.model import Built
from sparkloom.cli.options import (
    ClearOption,
    EngineOption,
    LengthOption,
    ModeName,
    TemperatureOption,
    TopPOption,
)
from sparkloom.cli.output import errors, print_json, waiting

if TYPE_CHECKING:
    from sparkloom.loom import Sparkloom


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
    temperature: TemperatureOption = None,
    top_p: TopPOption = None,
    length: LengthOption = None,
    image: Annotated[
        list[str] | None,
        typer.Option(
            help="A picture's file or an asset's id: the one to edit in image-editing, else a "
            "reference. May be given several times."
        ),
    ] = None,
    clear: ClearOption = False,
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
        "length": length and length.value,
        "ensureIPCleared": clear,
    }
    settings = read_settings(engine=engine)
    with errors(), Sparkloom(settings, writer := Built(settings)) as loom:
        fields |= read_references(mode, image or [])
        for spark in sparks or ([""] if image else read_lines(always=model is not None)):
            request = PromptRequest.parse({**fields, "prompt": spark})
            if dry_run:
                _print_price(loom, request, as_json)
                continue
            with waiting("Writing") as writer.aside:
                answer = loom.answer(request)
            if as_json:
                print_json(answer.wire())
            else:
                for text in answer.prompts:
                    print(text, flush=True)


def _print_price(loom: Sparkloom, request: Any, as_json: bool) -> None:
    price = loom.dry_run(request)
    if as_json:
        print_json(price.wire())
    else:
        cost, estimate = price.creative_units_cost, price.estimate
        units = "unit" if cost == 1 else "units"
        print(
            f"{cost:g} creative {units}, about {estimate.tokens} tokens and {estimate.seconds:g} s"
        )
