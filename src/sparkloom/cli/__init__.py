"""The command line: a file a command, or a group of commands."""

# No file of a command imports the rest of Sparkloom before it runs: `sparkloom --help` shall not
# wait for it.

import typer

from sparkloom.cli import batch, check, describe, engines, keys, model, models, prompt, serve

app = typer.Typer(
    name="sparkloom",
    help="Write prompts for AI image generation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (prompt.prompt, batch.batch, check.check, describe.describe, serve.serve, serve.mcp):
    app.command()(command)
app.add_typer(model.app, name="model")
app.add_typer(engines.app, name="engines")
app.add_typer(models.app, name="models")
app.add_typer(keys.app, name="keys")
