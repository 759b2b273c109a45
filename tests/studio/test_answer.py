"""Answers on the page: what the HTML of a card says."""

from __future__ import annotations

from typing import Any

import pytest

from sparkloom.catalog import Catalog
from sparkloom.catalog.model import Model
from sparkloom.catalog.models import ModelQuery
from sparkloom.loom import Sparkloom
from sparkloom.request import PromptRequest
from sparkloom.response import Job, finished_job
from sparkloom.settings import Settings
from sparkloom.studio.answer import Shown, answers, length_of, marked, nothing_yet, waiting


def job(fields: dict[str, Any], output: dict[str, Any]) -> Job:
    request = PromptRequest.parse(fields)
    assert request.mode
    return finished_job(
        request, "p", "2026-01-01T00:00:00.000Z", output, 0.75, mode=request.mode, seed=7
    )


def shown(output: dict[str, Any], target: Model | None = None, **fields: Any) -> Shown:
    asked = {"mode": "completion", "prompt": "a fox", **fields}
    return Shown(job(asked, output), target, {})


@pytest.fixture
def sdxl(catalog_of_public: Catalog) -> Model:
    return catalog_of_public.models.get("p", "sdxl")


@pytest.fixture
def catalog_of_public(tmp_path_factory: pytest.TempPathFactory) -> Any:
    settings = Settings(engine="echo", data_dir=tmp_path_factory.mktemp("public"))
    with Catalog(settings) as catalog:
        yield catalog


def test_own_words_are_marked_and_everything_is_escaped() -> None:
    assert marked('a <b>fox</b> & "friends"', "a <b>fox</b>") == (
        "<mark>a &lt;b&gt;fox&lt;/b&gt;</mark> &amp; &quot;friends&quot;"
    )


def test_an_answer_says_what_it_is() -> None:
    html = answers([shown({"prompts": ["a fox, dusk", "a fox, snow"], "variety": 0.5})])
    assert "Finish my prompt" in html
    assert "<q>a fox</q>" in html
    assert "2 prompts · variety 0.50 · 0.75 creative units" in html
    assert "Seed <code>7</code>" in html
    assert html.count('class="card"') == 2
    assert "<mark>a fox</mark>, dusk" in html


def test_an_answer_to_nothing_says_so() -> None:
    assert "out of nothing" in answers([shown({"prompts": ["a fox"]}, prompt=None)])


def test_a_long_spark_is_cut_in_the_title() -> None:
    html = answers([shown({"prompts": ["a fox"]}, prompt="fox " * 40)])
    assert "…</q>" in html


def test_sections_are_chips_and_parts() -> None:
    sections = {"subject": "a fox", "lighting": "pale dusk"}
    html = answers([shown({"prompts": ["A fox. Pale dusk."], "sections": [sections]})])
    assert 'data-text="pale dusk">lighting</button>' in html
    assert 'aria-pressed="true">a fox</button>' in html
    assert 'aria-pressed="false">pale dusk</button>' in html


def test_an_edited_prompt_has_phrases_again() -> None:
    sections = {"subject": "a fox"}
    answer = shown({"prompts": ["A fox."], "sections": [sections]})
    edited = Shown(answer.job, None, {0: "A fox, snow"})
    html = answers([edited])
    assert 'class="chip"' not in html
    assert "<mark>A fox, snow</mark>" in html
    assert edited.parts(0) == ["A fox", "snow"]


def test_lengths_are_in_the_tokens_of_the_model(sdxl: Model) -> None:
    assert length_of("a fox", None) == "2 words · about 2 tokens"
    assert length_of("fox", sdxl) == "1 word · about 1 of 75 tokens for Stable Diffusion XL"
    assert length_of("fox " * 80, sdxl).endswith("longer than it reads")


def test_a_model_without_a_limit_or_a_dialect_has_none_told(catalog_of_public: Catalog) -> None:
    models = catalog_of_public.models
    public = models.page("p", ModelQuery(privacy="public")).items
    endless = next(model for model in public if model.dialect and not model.dialect.length.most)
    assert length_of("a fox", endless) == f"2 words · about 2 tokens for {endless.name}"
    assert length_of("a fox", models.create("p", name="Mine")) == "2 words · about 2 tokens"


def test_findings_stand_beside_their_text() -> None:
    with Sparkloom(Settings(engine="echo", blocked_names=("zorbex",))) as loom:
        answer = loom.prompt("a zorbex robot", mode="completion", seed=1, ensure_ip_cleared=True)
    html = answers([Shown(answer.job, None, {})])
    assert "<del>zorbex</del>" in html
    assert "In your words" in html
    clean = loom_answer("a robot")
    assert "No protected name was found." in answers([Shown(clean, None, {})])


def loom_answer(spark: str) -> Job:
    with Sparkloom(Settings(engine="echo")) as loom:
        return loom.prompt(spark, mode="completion", seed=1, ensure_ip_cleared=True).job


def test_findings_of_one_prompt_stand_in_its_card() -> None:
    finding = {
        "category": "custom", "confidence": 1.0, "filterId": "f", "filterName": "f",
        "flagged": False, "reason": "It is on the list.", "entities": ["zorbex"],
        "text": "zorbex", "foundIn": "prompts[1]",
    }  # fmt: skip
    detection = {
        "action": "allowed",
        "evaluatedFilters": 5,
        "findings": [finding],
        "flagged": False,
    }
    html = answers([shown({"prompts": ["a fox", "a fox, dusk"], "ipDetection": detection})])
    assert "Replaced here" not in html.partition('data-card="1"')[0]
    assert "It is on the list." in html.partition('data-card="1"')[2]


def test_calls_and_warnings_are_told(sdxl: Model) -> None:
    call = {"modelId": "sdxl", "parameters": {"prompt": "a fox", "width": 1024}, "rationale": "So."}
    output = {"prompts": ["a fox"], "calls": [call], "warnings": ["Mind <this>."]}
    html = answers([shown(output, sdxl, mode="contextual-v2", modelId="sdxl")])
    assert "What to send to sdxl" in html
    assert "<dt>width</dt><dd>1024</dd>" in html
    assert "<dt>prompt</dt>" not in html
    assert "Mind &lt;this&gt;." in html
    assert "for Stable Diffusion XL" in html


def test_waiting_says_for_what_how_long_and_how_far_it_is() -> None:
    html = waiting(3, 2.4)
    assert "Writing 3 prompts<" in html
    assert "about 2 s" in html
    assert html.count("ghost") == 3
    assert "Writing 1 prompt<" in waiting(1, 0.2)
    assert (html.count("status"), html.count('valuenow="0"')) == (1, 1)
    later = waiting(3, 2.4, 0.5)
    assert (later.count("status"), later.count('valuenow="50"')) == (0, 1)
    assert "--share: 0.500; --seconds: 1.2s" in later


def test_an_empty_desk_says_how_to_begin() -> None:
    assert "Begin with a few words" in nothing_yet()
    assert nothing_yet().count('data-act="start"') == 3
