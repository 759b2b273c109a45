"""The pages of the site that nobody writes: the reference from the code, and the reports.

A hook of MkDocs: `on_files` adds them each time that the site is built.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, get_args, get_type_hints

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.models import ArgumentInfo

ROOT = Path(__file__).parents[1]
OUTSIDE = {
    "guides/comfyui.md": "integrations/comfyui/README.md",
    "reports/benchmarks.md": "benchmarks/report.md",
    "reports/training.md": "training/README.md",
}
"""Pages that are files elsewhere in the project."""


PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?:)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and the pictures of those from outside."""
    for name, text in pages().items():
        files.append(File.generated(config, name, content=text))
    for name, path in pictures().items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def pages() -> dict[str, str]:
    """The Markdown of each page, by its path."""
    made = {
        "reference/settings.md": settings(),
        "reference/requests.md": requests(),
        "reference/command-line.md": command_line(),
        "reference/http.md": http(),
        "reference/mcp.md": mcp(),
        "reference/python.md": PYTHON,
    }
    return made | {name: outside(ROOT / path) for name, path in OUTSIDE.items()}


def pictures() -> dict[str, Path]:
    """The pictures of pages that are files elsewhere, by their path in the site."""
    return {
        str(PurePosixPath(name).parent / picture): (ROOT / path).parent / picture
        for name, path in OUTSIDE.items()
        for picture in PICTURE.findall((ROOT / path).read_text("utf-8"))
    }


KINDS = {
    "array": "list",
    "boolean": "true or false",
    "integer": "whole number",
    "string": "text",
}

PYTHON = """# Python

::: sparkloom.loom.Sparkloom
    options:
      members: [prompt, prompt_async, answer, answer_async, detect, dry_run, close]

::: sparkloom.request.PromptRequest
    options:
      members: [spark, references]

::: sparkloom.response.PromptResponse
    options:
      members: []

::: sparkloom.errors
    options:
      show_root_heading: false
      show_root_toc_entry: false
      members_order: source
"""


def settings() -> str:
    """Every setting, with what its docstring says."""
    from sparkloom.settings import Settings

    said = dict(_docstrings(Settings))
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory else _shown(field.default)
        kind = _kind(Settings.model_json_schema()["properties"][name])
        rows.append((f"`SPARKLOOM_{name.upper()}`", kind, default, said.get(name, "")))
    return (
        "# Settings\n\nEvery setting is an environment variable, read once at the start.\n\n"
        + _table(("variable", "kind", "default", "meaning"), rows)
    )


def _docstrings(kind: type) -> Iterator[tuple[str, str]]:
    """The fields of a class, with the strings below them."""
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            yield field.target.id, inspect.cleandoc(str(below.value.value))


def requests() -> str:
    """The fields of the requests, and of their answers."""
    from sparkloom.request import IPDetectionRequest, PromptRequest, request_schema
    from sparkloom.response import DryRunResponse, IPDetectionResponse, PromptResponse

    parts = [
        "# Requests and answers",
        "The same fields over HTTP and MCP; in Python in snake_case.",
    ]
    for title, asked, answered in (
        ("Writing prompts", PromptRequest, (PromptResponse, DryRunResponse)),
        ("Looking for names", IPDetectionRequest, (IPDetectionResponse,)),
    ):
        parts += [f"## {title}", _fields(request_schema(asked))]
        for answer in answered:
            schema = answer.model_json_schema(mode="serialization")
            parts += [f"### {answer.__name__}", _prose(answer), _shapes(schema)]
            parts += [
                f"#### {name}\n\n{_told(part)}\n\n{_shapes(part)}"
                for name, part in schema.get("$defs", {}).items()
                if part.get("properties")
            ]
    return "\n\n".join(parts)


def command_line() -> str:
    """Every command, its arguments and its options, from the functions that Typer calls."""
    from sparkloom.cli import app

    parts = ["# Command line"]
    for path, command in _commands("sparkloom", app):
        rows = [
            _parameter(name, given)
            for name, given in get_type_hints(command, include_extras=True).items()
            if name != "return"
        ]
        parts += [f"## {path}", inspect.getdoc(command) or ""]
        parts += [_table(("argument or option", "kind", "meaning"), rows)] if rows else []
    return "\n\n".join(parts)


def _commands(path: str, app: typer.Typer) -> Iterator[tuple[str, Callable[..., Any]]]:
    for command in app.registered_commands:
        assert command.callback is not None
        yield f"{path} {command.name or command.callback.__name__}", command.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from _commands(f"{path} {group.name}", group.typer_instance)


def _parameter(name: str, given: Any) -> tuple[str, str, str]:
    """A row for a parameter of a command."""
    kind, info = get_args(given)
    (kind,) = [each for each in get_args(kind) if each is not type(None)] or [kind]
    if isinstance(info, ArgumentInfo):
        names = [name.upper()]
    else:
        said = [text for text in (info.default, *(info.param_decls or ())) if isinstance(text, str)]
        names = said or [f"--{name.replace('_', '-')}"]
    if isinstance(kind, type) and issubclass(kind, Enum):
        told = ", ".join(f"`{choice.value}`" for choice in kind)
    else:
        told = {bool: "", int: "whole number", float: "number", Path: "path"}.get(kind, "text")
    return ", ".join(f"`{each}`" for each in names), told, info.help or ""


def http() -> str:
    """Every path, from the OpenAPI document."""
    from sparkloom.http.app import make_app
    from sparkloom.http.faults import ERROR_RESPONSES
    from sparkloom.loom import Sparkloom
    from sparkloom.settings import Settings

    faults = [(str(status), str(said["description"])) for status, said in ERROR_RESPONSES.items()]
    with Sparkloom(Settings(engine="echo")) as loom:
        document = make_app(loom).openapi()
    schemas = document["components"]["schemas"]
    parts = [
        "# HTTP",
        "`sparkloom serve` gives the whole of it, with every answer, at `/openapi.json`.",
        "## Errors",
        "Every error has the same body: `reason`, `name`, `details`, `trace_id` and `message`.",
        _table(("status", "meaning"), faults),
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += [f"## {method.upper()} {path}", operation.get("summary", "") + "."]
            if query := [each for each in operation.get("parameters", []) if each["in"] == "query"]:
                rows = [
                    (f"`{each['name']}`", _kind(each["schema"]), each.get("description", ""))
                    for each in query
                ]
                parts += [_table(("in the query", "kind", "meaning"), rows)]
            if body := operation.get("requestBody"):
                ((kind, content),) = body["content"].items()
                schema = content["schema"]
                schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
                if schema.get("type") == "array":
                    parts += ["A list of objects, each with:"]
                    schema = schema["items"]
                parts += [_fields(schema) if "properties" in schema else f"The body is `{kind}`."]
            parts += [f"`{status}`: {text}." for status, text in _answers(operation).items()]
    return "\n\n".join(parts)


def _answers(operation: dict[str, Any]) -> dict[str, str]:
    """What a path answers with where nothing is wrong, unless that says nothing."""
    return {
        status: answer["description"]
        for status, answer in operation["responses"].items()
        if status < "300" and answer["description"] != "Successful Response"
    }


def mcp() -> str:
    """Every tool for agents."""
    from sparkloom.mcp import TOOLS

    parts = ["# MCP tools"]
    for name, tool in TOOLS.items():
        schema = tool.shown().input_schema
        parts += [f"## {name}", tool.description, _fields(schema)]
    return "\n\n".join(parts)


def outside(path: Path) -> str:
    """A page from outside of the site; what it links to there is named instead, its pictures come
    along."""
    text = path.read_text("utf-8")
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)]+)\)", r"\1 (`\2`)", text)


def _fields(schema: dict[str, Any]) -> str:
    """The fields of a request's schema as a table; those that must be given are bold."""
    required = schema.get("required", [])
    rows = [
        (
            f"**`{name}`**" if name in required else f"`{name}`",
            _kind(field),
            field.get("description", ""),
        )
        for name, field in schema["properties"].items()
    ]
    return _table(("field", "kind", "meaning"), rows)


def _shapes(schema: dict[str, Any]) -> str:
    rows = [(f"`{name}`", _kind(field)) for name, field in schema["properties"].items()]
    return _table(("field", "kind"), rows)


def _prose(kind: type) -> str:
    return _told({"description": inspect.getdoc(kind)})


def _told(schema: dict[str, Any]) -> str:
    """A description, its attributes as a list."""
    text, _, attributes = (schema.get("description") or "").partition("\n\nAttributes:\n")
    items = re.sub(r"\n {8,}", " ", attributes)
    items = re.sub(r"^\s*([\w, ]+): ", r"- `\1`: ", items, flags=re.MULTILINE)
    return f"{text}\n\n{items}"


def _kind(schema: dict[str, Any]) -> str:
    """A type with its limits, in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        kinds = [_kind(branch) for branch in schema["anyOf"] if branch != {"type": "null"}]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    name = schema.get("type", "anything")
    kind = KINDS.get(name, name)
    if schema.get("type") == "array" and schema.get("items"):
        kind = f"list of {_kind(schema['items'])}"
    limits = [
        text.format(f"{schema[key]:,}")
        for key, text in (
            ("minimum", "from {}"),
            ("exclusiveMinimum", "above {}"),
            ("maximum", "to {}"),
            ("minItems", "at least {}"),
            ("maxItems", "at most {}"),
            ("maxLength", "at most {} characters"),
        )
        if key in schema
    ]
    return f"{kind}, {' '.join(limits)}" if limits else kind


def _shown(value: object) -> str:
    return "" if value in ("", (), {}, None) or "SecretStr" in repr(value) else f"`{value}`"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...]) -> str:
        tidy = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
        return "| " + " | ".join(tidy) + " |"

    return "\n".join([line(heads), "|" + "---|" * len(heads), *map(line, rows)])
