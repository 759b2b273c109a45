"""Models as the page shows them: the list, and how one of them speaks."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt

from sparkloom.catalog.knowledge import Knowledge
from sparkloom.catalog.model import Model
from sparkloom.studio.answer import counted
from sparkloom.studio.dialect import Summary, bars, shares, summary_of

THUMBNAIL = 160
"""Pixels of the longer side of a training image on the page."""


def models(own: Sequence[Model], shelf: Sequence[Model], chosen: str | None) -> str:
    """The lists of models as HTML.

    Args:
        chosen: the id of the one that is looked at.
    """
    yours = "".join(_entry(model, chosen) for model in own)
    if not own:
        yours = '<li class="none">None yet. Make one of captioned pictures, below.</li>'
    public = "".join(_entry(model, chosen) for model in shelf)
    return (
        f'<nav class="models" aria-label="Models"><h2>Yours</h2><ul>{yours}</ul>'
        f"<h2>On the shelf</h2><ul>{public}</ul></nav>"
    )


def model_page(model: Model, known: Knowledge, pictures: Sequence[bytes]) -> str:
    """All about a model, as HTML.

    Args:
        pictures: files of some of its training images.
    """
    texts = known.captions or known.prompts
    shown = "".join(
        f'<img src="{thumbnail(data)}" alt="Training image {number}">'
        for number, data in enumerate(pictures, 1)
    )
    guide = MarkdownIt("commonmark", {"html": False}).render(known.guide) if known.guide else ""
    return (
        f'<article class="model" data-model="{model.id}">'
        f'<header><h2 id="model-name" tabindex="-1">{escape(model.name or model.id)}</h2>'
        f"<p>{escape(_about(model, known))}</p></header>"
        + (f'<div class="pictures">{shown}</div>' if shown else "")
        + '<div class="acts"><button type="button" class="strong" data-act="try">'
        "Write for this model</button></div>"
        + (_spoken(summary_of(texts), len(known.captions)) if texts else "")
        + _profile(model, known)
        + (f'<details class="guide"><summary>Its guide</summary>{guide}</details>' if guide else "")
        + "</article>"
    )


def thumbnail(data: bytes) -> str:
    """A picture's file as a small data URL."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((THUMBNAIL, THUMBNAIL))
        image.convert("RGB").save(file, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def _entry(model: Model, chosen: str | None) -> str:
    here = ' aria-current="true"' if model.id == chosen else ""
    own = model.privacy == "private"
    small = counted(model.training_images_number, "image") if own else ""
    return (
        f'<li><button type="button" data-act="pick" data-model="{model.id}"{here}>'
        f"{escape(model.name or model.id)}"
        + (f"<small>{small}</small>" if small else "")
        + "</button></li>"
    )


def _about(model: Model, known: Knowledge) -> str:
    if model.short_description:
        return model.short_description
    if known.profile:
        return f"Made from {known.profile.name}."
    return "Your own model."


def _spoken(summary: Summary, captions: int) -> str:
    """How a model's own texts speak."""
    facts = {
        "Typical length": f"{summary.typical} words, from {min(summary.lengths)} to "
        f"{max(summary.lengths)}",
        "Form": "tags with commas between" if summary.tags else "sentences and phrases",
        "Begins with": summary.trigger or "nothing in common",
        "Texts": counted(len(summary.lengths), "caption" if captions else "example prompt"),
    }
    if summary.variety is not None:
        facts["Variety"] = f"{summary.variety:.2f} of 1"
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items()
    )
    common = "".join(
        f"<li>{escape(word)} <small>{count}</small></li>" for word, count in summary.common
    )
    colours = "".join(
        f'<li><i style="background:{colour.hex}"></i>{escape(colour.name)} '
        f"<small>{colour.texts}</small></li>"
        for colour in summary.colours
    )
    return (
        f"<section><h3>How it speaks</h3><dl>{rows}</dl>{_plots(summary)}</section>"
        + (
            f'<section><h3>Common words</h3><ul class="words">{common}</ul></section>'
            if common
            else ""
        )
        + (
            f'<section><h3>Colours</h3><ul class="swatches">{colours}</ul></section>'
            if colours
            else ""
        )
    )


def _plots(summary: Summary) -> str:
    """How long the texts are, and how different each is from its nearest."""
    low, high = min(summary.lengths), max(summary.lengths)
    plots = _plot([count for _, _, count in bars(summary.lengths)], "Length", f"{low} words", high)
    if summary.apart:
        plots += _plot(shares(summary.apart), "How different from the nearest", "a copy", "wholly")
    return f'<div class="plots">{plots}</div>'


def _plot(counts: Sequence[int], title: str, least: str, most: object) -> str:
    """How many texts there are in each range from least to most, as an SVG."""
    top, step = max(counts), 100 / len(counts)
    columns = "".join(
        f'<rect x="{place * step + 0.5:.2f}" y="{32 - 32 * count / top:.2f}" '
        f'width="{step - 1:.2f}" height="{32 * count / top:.2f}" rx="0.8"/>'
        for place, count in enumerate(counts)
    )
    told = f"{title}, from {least} to {most}: {', '.join(map(str, counts))} texts"
    return (
        f'<figure><svg viewBox="0 0 100 32" preserveAspectRatio="none" role="img" '
        f'aria-label="{told}">{columns}</svg><figcaption><span>{least}</span><b>{title}</b>'
        f"<span>{most}</span></figcaption></figure>"
    )


def _profile(model: Model, known: Knowledge) -> str:
    """How the model, or the one that it is made from, likes to be spoken to."""
    dialect = model.dialect
    if dialect is None:
        return ""
    low, high = dialect.length.good
    title = "How to speak to it" if model.privacy == "public" else "What its base model likes"
    if known.profile and model.privacy == "private":
        title = f"What {known.profile.name} likes"
    weights = {"none": "read as words", "parentheses": "(fox:1.2)", "colons": "fox::2"}
    facts = {
        "Form": "full sentences" if dialect.form == "prose" else "tags with commas between",
        "Good length": f"{low} to {high} tokens"
        + (f", {dialect.length.most} at most" if dialect.length.most else ""),
        "Order": ", ".join(dialect.order),
        "Weights": weights[dialect.weighting],
        "Negative prompt": "yes" if dialect.negative_prompt else "no",
    }
    if dialect.opening:
        facts["Begins with"] = dialect.opening
    if dialect.closing:
        facts["Ends with"] = dialect.closing
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items()
    )
    avoid = "".join(f"<li>{escape(text)}</li>" for text in dialect.avoid)
    return (
        f"<section><h3>{escape(title)}</h3><dl>{rows}</dl></section>"
        f'<section><h3>What to avoid</h3><ul class="avoid">{avoid}</ul></section>'
    )
