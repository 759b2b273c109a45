"""The history on the page."""

from __future__ import annotations

from sparkloom.request import PromptRequest
from sparkloom.response import finished_job
from sparkloom.studio.history import history


def test_jobs_are_told_with_their_words_marked() -> None:
    request = PromptRequest.parse({"mode": "inventive", "prompt": "fox"})
    output = {"prompts": ["a <fox> asleep"]}
    job = finished_job(
        request, "p", "2026-01-02T03:04:05.000Z", output, 0.75, mode="inventive", seed=7
    )
    html = history([job], "")
    assert "Surprise me" in html
    assert ">2026-01-02 03:04<" in html
    assert "a &lt;<mark>fox</mark>&gt; asleep" in html
    assert f'data-job="{job.job_id}"' in html


def test_a_search_without_a_find_says_so() -> None:
    assert "all of the words “&lt;b&gt;”" in history([], "<b>")
    assert "Nothing yet" in history([], "")
