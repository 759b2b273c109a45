"""How well a prompt fits a model."""

from __future__ import annotations

import pytest

from sparkloom.catalog.knowledge import Knowledge
from sparkloom.catalog.profile import shelf
from sparkloom.catalog.score import PromptScore, score

CAPTIONS = ("tok, red fox, snow, pine forest", "tok, grey wolf, snow, river")
PROMPTS = ("tok, red fox, river bank",)


def score_of(
    prompt: str,
    captions: tuple[str, ...] = CAPTIONS,
    prompts: tuple[str, ...] = PROMPTS,
    base: str | None = None,
) -> PromptScore:
    profile = shelf()[base] if base else None
    return score("model_1", Knowledge(captions, prompts, "", "", profile), prompt)


def test_a_prompt_like_the_captions_scores_higher() -> None:
    near = score_of("tok, red fox, snow, river")
    far = score_of("a glass vase on a marble table")
    assert 1 >= near.score > 0.6 > far.score == 0
    assert near.status == "complete"


def test_a_caption_itself_has_similarity_one() -> None:
    alone = score_of(CAPTIONS[0], CAPTIONS[:1], ())
    assert alone.score == alone.details.captions_similarity.min == 1
    assert alone.status == "incomplete"
    assert alone.details.prompts_similarity is None


def test_similarity_is_dice_over_the_words() -> None:
    details = score_of("tok, red fox", CAPTIONS, PROMPTS).details
    # {tok, red, fox} and {tok, red, fox, snow, pine, forest}; {tok, grey, wolf, snow, river}
    assert details.captions_similarity.mean == pytest.approx((6 / 9 + 2 / 8) / 2, abs=1e-4)
    assert details.captions_similarity.min == 0.25
    assert details.prompts_similarity is not None
    assert details.prompts_similarity.median == pytest.approx(6 / 8)


def test_a_model_that_nothing_is_known_of_has_no_score() -> None:
    unknown = score_of("a fox", (), ())
    assert (unknown.status, unknown.score) == ("unknown", 0)
    assert score_of("a fox", (), PROMPTS).status == "incomplete"
    assert score_of("...", ("...",), ()).score == 0


@pytest.mark.parametrize(
    ("prompt", "base", "error"),
    [
        ("a fox", None, None),
        ("a (red:1.2) fox", None, "weight"),
        ("a (red:1.2) fox", "flux-1-dev", "weight"),
        ("a (red:1.2) fox", "sdxl", None),
        ("a fox <lora:ink:0.8>", "flux-1-dev", "<lora:name:weight>"),
        ("a fox <lora:ink:0.8>", "sd-1.5", None),
        ("a [red:0.5] fox", "imagen-4", "to:when"),
        ("a [red:0.5] fox", "pony", None),
        ("a fox --sref 12", "sdxl", "ref"),
        ("a fox --sref 12", "midjourney-7", None),
        ("https://example.com/fox.png a fox", "sdxl", "url"),
        ("https://example.com/fox.png a fox", "midjourney-7", None),
    ],
)
def test_markup_that_a_model_reads_as_words_is_told(
    prompt: str, base: str | None, error: str | None
) -> None:
    found = score_of(prompt, base=base).syntax_error
    assert (found is None) if error is None else error in (found or "")
