"""Answers as the page shows them: a card for every prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from sparkloom.catalog.model import Model
from sparkloom.response import Call, IPDetection, IPFinding, Job
from sparkloom.studio.asking import WAYS, form_of, parts_of
from sparkloom.studio.own_words import own_spans
from sparkloom.studio.tokens import estimated_tokens

STARTERS = ("finish", "surprise", "layout")
"""Ways that need nothing but words; their examples can be begun with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the page.

    Attributes:
        job: its record.
        target: the model that it is for, if it is for one that is still there.
        edits: what the person made of its prompts, by their number.
    """

    job: Job
    target: Model | None
    edits: Mapping[int, str]

    @property
    def asked(self) -> dict[str, Any]:
        """The request that ran."""
        asked: dict[str, Any] = self.job.metadata["input"]
        return asked

    @property
    def output(self) -> dict[str, Any]:
        output: dict[str, Any] = self.job.metadata["output"]
        return output

    @property
    def texts(self) -> list[str]:
        """The prompts as they stand."""
        prompts: list[str] = self.output["prompts"]
        return [self.edits.get(number, text) for number, text in enumerate(prompts)]

    @property
    def detection(self) -> IPDetection | None:
        found = self.output.get("ipDetection")
        return IPDetection.model_validate(found) if found else None

    def sections(self, number: int) -> dict[str, str]:
        """The sections of a prompt that has some and was not edited."""
        if number in self.edits or "sections" not in self.output:
            return {}
        sections: dict[str, str] = self.output["sections"][number]
        return sections

    def parts(self, number: int) -> list[str]:
        """What of a prompt can be kept."""
        return parts_of(self.texts[number], self.sections(number))


def answers(shown: Sequence[Shown]) -> str:
    """Answers as HTML, in their order."""
    return "".join(map(_answer, shown))


def waiting(number: int, seconds: float, share: float = 0.0) -> str:
    """What stands where an answer will be, as HTML.

    Args:
        number: how many prompts are waited for.
        seconds: about how long all of it takes.
        share: how much of it is done, 0 to 1. The bar goes on from there by itself.
    """
    status = "" if share else ' role="status"'  # said once
    left = max(seconds * (1 - share), 0.5)
    cards = '<li class="card ghost" aria-hidden="true"><p></p><p></p><p></p></li>' * number
    return (
        f'<section class="answer" aria-busy="true"><header><h2{status}>Writing '
        f"{counted(number, 'prompt')}</h2>"
        f'<p class="facts">about {seconds:.0f} s</p></header>'
        '<div class="loom" role="progressbar" aria-label="Writing" '
        f'aria-valuenow="{100 * share:.0f}" style="--share: {share:.3f}; --seconds: {left:.1f}s">'
        f'<i></i></div><ol class="cards">{cards}</ol></section>'
    )


def nothing_yet() -> str:
    """What stands where answers will be, before there is one."""
    return (
        '<section class="empty"><p class="large">Your prompts will stand here.</p>'
        "<p>Begin with a few words, or with none: then a subject is drawn for you.</p>"
        f'<ul class="starters">{"".join(map(_starter, STARTERS))}</ul></section>'
    )


def marked(text: str, spark: str, written: str = "") -> str:
    """A prompt as HTML, the person's own words in `mark`."""
    pieces, last = [], 0
    for start, end in own_spans(text, spark, written):
        pieces += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    return "".join([*pieces, escape(text[last:])])


def length_of(text: str, target: Model | None) -> str:
    """How long a prompt is, in words and in estimated tokens of the model it is for."""
    told = counted(len(text.split()), "word")
    tokens = estimated_tokens(text)
    if target is None or target.dialect is None:
        return f"{told} · about {tokens} tokens"
    most = target.dialect.length.most
    if most is None:
        return f"{told} · about {tokens} tokens for {target.name}"
    over = " – longer than it reads" if tokens > most else ""  # noqa: RUF001
    return f"{told} · about {tokens} of {most} tokens for {target.name}{over}"


def units_of(cost: float) -> str:
    """A price in words."""
    return f"{cost:g} creative unit{'' if cost == 1 else 's'}"


def counted(number: int, thing: str) -> str:
    """Things with their number."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _starter(name: str) -> str:
    way = WAYS[name]
    return (
        f'<li><button type="button" data-act="start" data-way="{name}">'
        f"<small>{way.name}</small> <span>{escape(way.example)}</span></button></li>"
    )


def _answer(shown: Shown) -> str:
    asked, output, job = shown.asked, shown.output, shown.job
    form = form_of(asked)
    facts = [counted(len(output["prompts"]), "prompt")]
    if output.get("variety") is not None:
        facts.append(f"variety {output['variety']:.2f}")
    if shown.target:
        facts.append(f"for {shown.target.name}")
    if job.billing:
        facts.append(units_of(job.billing.cu_cost))
    spark = asked.get("prompt", "").strip()
    quoted = f"<q>{escape(_short(spark))}</q>" if spark else "<em>out of nothing</em>"
    cards = "".join(_card(shown, number) for number in range(len(shown.texts)))
    detection = shown.detection
    findings = detection.findings if detection else []
    asked_for = [finding for finding in findings if finding.found_in == "prompt"]
    return (
        f'<section class="answer" data-job="{job.job_id}" aria-labelledby="h-{job.job_id}">'
        f'<header><h2 id="h-{job.job_id}" tabindex="-1">{WAYS[form.way].name} · {quoted}</h2>'
        f'<p class="facts">{escape(" · ".join(facts))}</p></header>'
        + "".join(f'<p class="warning">{escape(text)}</p>' for text in output.get("warnings", ()))
        + _findings(asked_for, "In your words")
        + f'<ol class="cards">{cards}</ol>'
        f"<footer><span>Seed <code>{asked['seed']}</code></span>"
        f'<button type="button" data-act="seed">Use this seed</button></footer></section>'
    )


def _card(shown: Shown, number: int) -> str:
    text, sections = shown.texts[number], shown.sections(number)
    spark, written = shown.asked.get("prompt", ""), shown.output["prompts"][number]
    detection = shown.detection
    found = [
        finding
        for finding in (detection.findings if detection else [])
        if finding.found_in == f"prompts[{number}]"
    ]
    cleared = ""
    if detection and not detection.findings:
        cleared = '<p class="cleared">No protected name was found.</p>'
    name = f"prompt {number + 1}"
    return (
        f'<li class="card" data-card="{number}">'
        f'<p class="prompt" lang="en">{marked(text, spark, written)}</p>'
        f"{_chips(sections)}"
        f'<p class="length">{escape(length_of(text, shown.target))}</p>'
        f"{_findings(found, 'Replaced here')}{cleared}{_call(shown, number)}"
        f'<div class="acts" role="group" aria-label="What to do with {name}">'
        f'<button type="button" data-do="copy" aria-label="Copy {name}">Copy</button>'
        f'<button type="button" data-do="edit" aria-label="Edit {name}">Edit</button>'
        f'<button type="button" data-act="more" aria-label="More like {name}">'
        "More like this</button>"
        f'<button type="button" data-do="parts" aria-expanded="false" '
        f'aria-label="Keep parts of {name} and vary the rest">Keep this, vary that</button></div>'
        f"{_parts(shown, number)}</li>"
    )


def _chips(sections: Mapping[str, str]) -> str:
    if not sections:
        return ""
    chips = "".join(
        f'<button type="button" class="chip" data-do="section" aria-pressed="false" '
        f'data-text="{escape(text)}">{escape(name)}</button>'
        for name, text in sections.items()
    )
    return f'<div class="chips" role="group" aria-label="Show a section">{chips}</div>'


def _parts(shown: Shown, number: int) -> str:
    """The parts that can be kept, those with the person's own words chosen already."""
    spark = shown.asked.get("prompt", "")
    buttons = "".join(
        f'<button type="button" class="part" data-do="keep" data-part="{place}" '
        f'aria-pressed="{str(bool(own_spans(part, spark))).lower()}">{escape(part)}</button>'
        for place, part in enumerate(shown.parts(number))
    )
    return (
        f'<div class="parts" hidden><p id="k-{shown.job.job_id}-{number}">Press what shall stay; '
        "the rest is written anew.</p>"
        f'<div role="group" aria-labelledby="k-{shown.job.job_id}-{number}">{buttons}</div>'
        '<button type="button" class="strong" data-act="vary">Vary the rest</button></div>'
    )


def _findings(findings: Sequence[IPFinding], title: str) -> str:
    if not findings:
        return ""
    items = "".join(
        f"<li><del>{escape(finding.text)}</del>"
        + (f" → <ins>{escape(finding.replacement)}</ins>" if finding.replacement else "")
        + f"<small>{escape(finding.reason)}</small></li>"
        for finding in findings
    )
    return f'<div class="findings"><h3>{title}</h3><ul>{items}</ul></div>'


def _call(shown: Shown, number: int) -> str:
    """What to send to the model, where the answer has it."""
    calls = shown.output.get("calls")
    if not calls:
        return ""
    call = Call.model_validate(calls[number])
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in call.parameters.items()
        if value != shown.output["prompts"][number]
    )
    return (
        f'<details class="call"><summary>What to send to {escape(call.model_id)}</summary>'
        f"<p>{escape(call.rationale)}</p><dl>{rows}</dl></details>"
    )


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
