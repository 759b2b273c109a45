"""What the person asked for before, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sparkloom.response import Job
from sparkloom.studio.answer import marked
from sparkloom.studio.asking import WAYS, form_of


def history(jobs: Sequence[Job], searched: str) -> str:
    """Jobs as HTML, in their order.

    Args:
        searched: what they were searched for; empty where they are all.
    """
    if not jobs:
        told = (
            f"Nothing of yours has all of the words “{escape(searched)}”. Try fewer of them."
            if searched
            else "Nothing yet. What you have written will be kept here."
        )
        return f'<section class="empty"><p class="large">{told}</p></section>'
    return f'<ol class="jobs">{"".join(map(_job, jobs))}</ol>'


def _job(job: Job) -> str:
    asked, prompts = job.metadata["input"], job.metadata["output"]["prompts"]
    spark = asked.get("prompt", "")
    texts = "".join(f'<li class="prompt" lang="en">{marked(text, spark)}</li>' for text in prompts)
    day, time = job.created_at[:10], job.created_at[11:16]
    name = escape(spark.strip()) or "out of nothing"
    return (
        f'<li class="card" data-job="{job.job_id}"><header>'
        f"<h2>{WAYS[form_of(asked).way].name}</h2>"
        f'<time datetime="{job.created_at}">{day} {time}</time></header>'
        f"<ol>{texts}</ol>"
        f'<div class="acts"><span>Seed <code>{asked["seed"]}</code></span>'
        f'<button type="button" data-act="open" aria-label="Go on with: {name}">Go on with this'
        "</button></div></li>"
    )
