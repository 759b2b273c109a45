"""The site: every page is there, and it asks no other host for anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("mkdocs", reason="needs pip install '.[docs]'")

from mkdocs.commands.build import build
from mkdocs.config import load_config

import pages
from sparkloom.mcp import TOOLS
from sparkloom.request import PromptRequest
from sparkloom.settings import Settings

ROOT = Path(__file__).parents[2]

LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc="(?:https?:)?//[^"]*"
    | <link\b(?=[^>]*\brel="(?:stylesheet|preload|preconnect|icon)")[^>]*href="(?:https?:)?//
    | @import\s+url\(["']?https? | url\(["']?(?:https?:)?//""",
    re.VERBOSE,
)
"""What a browser would fetch from elsewhere without being asked to."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(folder)))
    return folder


def test_no_page_asks_another_host(site: Path) -> None:
    files = [file for kind in ("*.html", "*.css") for file in site.rglob(kind)]
    assert len(files) > 20
    asked = {str(file.relative_to(site)): LOADED.findall(file.read_text("utf-8")) for file in files}
    assert {name: found for name, found in asked.items() if found} == {}


def test_what_would_ask_another_host_is_seen() -> None:
    for text in (
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="https://fonts.example/a.css">',
        '<img alt="" src="//tracker.example/a.gif">',
        "@font-face { src: url(https://fonts.example/a.woff2) }",
    ):
        assert LOADED.search(text)
    assert not LOADED.search('<a href="https://example.org">')


def test_the_reference_names_everything(site: Path) -> None:
    for page, names in (
        ("settings", [f"SPARKLOOM_{name.upper()}" for name in Settings.model_fields]),
        ("requests", [str(field.alias) for field in PromptRequest.model_fields.values()]),
        ("mcp", list(TOOLS)),
        ("http", ["/v1/generate/prompt", "/v1/models/{model_id}/scores/prompt", "/health"]),
        ("command-line", ["sparkloom models import", "--json", "-n", "FOLDER"]),
        ("python", ["dry_run", "NotFoundError", "Raises"]),
    ):
        text = (site / "reference" / f"{page}.html").read_text("utf-8")
        assert [name for name in names if name not in text] == []


def test_a_kind_is_told_in_words() -> None:
    for schema, told in (
        ({"type": "integer", "minimum": 1, "maximum": 5000}, "whole number, from 1 to 5,000"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "number, above 0 to 1"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"type": "array", "items": {"$ref": "#/$defs/Job"}}, "list of Job"),
        ({"enum": ["a", "b"]}, "`a`, `b`"),
        ({"const": "image"}, "`image`"),
        ({}, "anything"),
    ):
        assert pages._kind(schema) == told


def test_the_pictures_of_a_page_from_outside_come_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "benchmarks"
    (folder / "plots").mkdir(parents=True)
    report = "# How fast\n\n![Tokens a second](plots/tokens.svg) ![](https://example.org/a.png)\n"
    (folder / "report.md").write_text(report)
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "OUTSIDE", {"reports/benchmarks.md": "benchmarks/report.md"})
    assert pages.pictures() == {"reports/plots/tokens.svg": folder / "plots" / "tokens.svg"}
    assert pages.outside(folder / "report.md") == report


def test_a_link_out_of_the_site_is_named_instead(tmp_path: Path) -> None:
    page = tmp_path / "report.md"
    page.write_text("[here](a/b.md), [there](https://example.org), [below](#below)")
    assert pages.outside(page) == "here (`a/b.md`), [there](https://example.org), [below](#below)"
