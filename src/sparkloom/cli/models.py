"""`sparkloom models`: the image models of the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sparkloom.cli.input import read_settings
from sparkloom.cli.output import errors, print_json, progress_bar

if TYPE_CHECKING:
    from sparkloom.catalog.model import Model


app = typer.Typer(help="The image models of the catalog.", no_args_is_help=True)


@app.command("list")
def models_list(
    public: Annotated[bool, typer.Option("--public", help="Those of the public shelf.")] = False,
    project: Annotated[str | None, typer.Option(help="The project that owns them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON model a line.")] = False,
) -> None:
    """List your models, the newest first, or those of the public shelf."""
    from sparkloom.catalog import Catalog
    from sparkloom.catalog.models import ModelQuery

    settings = read_settings()
    query = ModelQuery(page_size=500, privacy="public" if public else "private")
    with errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        while True:
            page = catalog.models.page(owner, query)
            for model in page.items:
                if as_json:
                    print_json(model.wire())
                else:
                    print(f"{model.id}  {model.name or ''}  ({_made_of(model)})", flush=True)
            if page.next is None:
                break
            query = query.model_copy(update={"pagination_token": page.next})


@app.command("show")
def models_show(
    model_id: Annotated[str, typer.Argument(metavar="MODEL", help="Its id.")],
    project: Annotated[str | None, typer.Option(help="The project that owns it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The model as JSON.")] = False,
) -> None:
    """Show a MODEL: what it is made of, and how prompts for it are."""
    from sparkloom.catalog import Catalog
    from sparkloom.form import form_of

    settings = read_settings()
    with errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        model = catalog.models.get(owner, model_id)
        if as_json:
            print_json(model.wire())
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


@app.command("import")
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

    settings = read_settings()
    with errors(), Catalog(settings) as catalog:
        owner = settings.project_of(None, project)
        with progress_bar(f"Importing {folder.name}") as progress:
            found = import_folder(
                catalog, owner, folder, name=name, base=base, trigger=trigger, progress=progress
            )
        for path, reason in found.refused:
            typer.echo(f"sparkloom: {path} {reason}; it was left out", err=True)
        print(f"{found.model_id} ({found.images} images, {found.captions} with captions)")
