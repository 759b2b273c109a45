"""The context of a request."""

from __future__ import annotations

import pytest

from sparkloom.catalog.knowledge import Knowledge
from sparkloom.catalog.profile import shelf
from sparkloom.context import EXAMPLE_WORDS, EXAMPLES, OWN_EXAMPLES, OWN_WORDS, gather
from sparkloom.form import Form, is_tags
from sparkloom.request import PromptRequest
from sparkloom.sight import Seen


def test_examples_are_near_the_spark_and_few() -> None:
    examples = gather(PromptRequest(prompt="<lora:x:1> isometric tavern"), seed=1).examples
    assert 1 <= len(examples) <= EXAMPLES
    assert sum(len(example.split()) for example in examples) <= EXAMPLE_WORDS
    assert "tavern" in " ".join(examples).lower()


def test_the_subject_is_the_spark_in_plain_words() -> None:
    assert gather(PromptRequest(prompt="(red fox:1.2) <lora:x:1>"), seed=1).subject == "red fox"


def test_without_a_spark_the_seed_draws_a_subject() -> None:
    one, other = (gather(PromptRequest(), seed) for seed in (1, 2))
    assert one.subject
    assert one != other
    assert one == gather(PromptRequest(prompt=" "), 1)


ANIMALS = ("owl", "hen", "cat", "mule", "wolf", "crow", "newt")
CAPTIONS = tuple(f"inkst, {animal} by a gate, thick line, cream paper" for animal in ANIMALS)


def known(
    captions: tuple[str, ...] = (), prompts: tuple[str, ...] = (), base: str | None = None
) -> Knowledge:
    return Knowledge(captions, prompts, "", "", shelf()[base] if base else None)


def test_a_models_own_texts_are_shown_those_near_the_draft_first() -> None:
    context = gather(PromptRequest(prompt="a wolf"), 1, known(CAPTIONS, base="sdxl"))
    assert context.own
    assert context.examples[0] == CAPTIONS[4]
    assert len(context.examples) == OWN_EXAMPLES
    assert set(context.examples) <= set(CAPTIONS)
    assert context.form == Form("inkst, ", shortest=9, longest=9, most=2000)
    assert context.warnings == ()


def test_example_prompts_count_as_the_models_own_and_captions_give_the_trigger() -> None:
    prompts = ("a long painted scene of a fox that runs along a wall", "inkst, fox")
    context = gather(PromptRequest(prompt="fox"), 1, known(CAPTIONS[:2], prompts))
    assert set(prompts) <= set(context.examples)
    assert context.form == Form("inkst, ", shortest=2, longest=12)


def test_the_words_of_own_texts_are_bounded() -> None:
    long = tuple(f"tok, {animal} " + "word " * 90 for animal in ANIMALS)
    assert len(gather(PromptRequest(prompt="owl"), 1, known(long)).examples) == 2
    endless = gather(PromptRequest(prompt="owl"), 1, known(("word " * 999,))).examples
    assert [len(text.split()) for text in endless] == [OWN_WORDS]


def test_without_a_draft_the_subject_is_that_of_a_caption_which_is_not_shown() -> None:
    subjects = set()
    for seed in range(20):
        context = gather(PromptRequest(), seed, known(CAPTIONS))
        (hidden,) = [text for text in CAPTIONS if f", {context.subject}, " in text]
        assert hidden not in context.examples
        assert context == gather(PromptRequest(), seed, known(CAPTIONS))
        subjects.add(context.subject)
    assert len(subjects) > 3


def test_a_drawn_subject_is_too_short_to_be_a_copy_and_ends_well() -> None:
    texts = ("tok, the old man with the red hat at sea", "tok, nine geese on the wet road home")
    subjects = {gather(PromptRequest(), seed, known(texts)).subject for seed in range(9)}
    assert subjects == {"the old man", "nine geese on the wet"}


def test_the_only_text_of_a_model_is_shown_and_not_asked_for() -> None:
    context = gather(PromptRequest(), 1, known(("tok, a red fox",)))
    assert context.examples == ("tok, a red fox",)
    assert context.subject
    assert "fox" not in context.subject


def test_an_examples_markup_is_its_own() -> None:
    texts = ("tok :: (red fox:1.2), <lora:x:1> snow", "tok :: owl")
    shown = gather(PromptRequest(prompt="hen"), 1, known(texts)).examples
    assert set(shown) == {"tok:: red fox, snow", "tok :: owl"}


@pytest.mark.parametrize(("base", "tags"), [("pony", True), ("sdxl", False), (None, False)])
def test_without_texts_the_profile_gives_the_form_and_a_warning(
    base: str | None, tags: bool
) -> None:
    request = PromptRequest(prompt="a heron", model_id="model_1")
    context = gather(request, 1, known(base=base))
    assert not context.own
    assert context.examples
    assert all(is_tags(example) is tags for example in context.examples)
    assert context.form.opening.startswith("score_9") is (base == "pony")
    (warning,) = context.warnings
    assert warning.startswith("model_1 has no captions and no example prompts")
    assert (shelf()[base].name if base else "no model's dialect") in warning


def test_images_are_kept_and_give_the_subject_where_there_is_no_spark() -> None:
    images = ("a violet toad on a wet stone, warts", "a tin kettle")
    seen = Seen(images, warnings=("Dim.",))
    context = gather(PromptRequest(), 1, None, seen)
    assert context.images == images
    assert context.warnings == ("Dim.",)
    assert context.near == (*context.examples, *images)
    assert context.subject == "a violet toad on a wet stone"
    assert gather(PromptRequest(prompt="owl"), 1, None, seen).subject == "owl"
    own = gather(PromptRequest(), 1, known(CAPTIONS), seen)
    assert (own.subject, own.images) == (context.subject, images)


def test_the_nearest_text_has_the_rarest_words_of_the_draft() -> None:
    texts = ("tok, grey fox", "tok, fox", "tok, foxes at night", "tok, nightly scene", "tok, owl")
    shown = gather(PromptRequest(prompt="a fox in the night"), 1, known(texts)).examples
    assert shown[:2] == ("tok, foxes at night", "tok, nightly scene")
    assert set(shown[2:4]) == {"tok, grey fox", "tok, fox"}


@pytest.mark.parametrize("captions", [CAPTIONS, ()])
def test_the_guide_is_told_and_what_it_rules_out_is_unwanted(captions: tuple[str, ...]) -> None:
    guide = 'At most 20 words. Avoid "fog" and "owl".'
    guided = Knowledge(captions, (), guide, "An ink model.", None)
    context = gather(PromptRequest(prompt="an owl"), 1, guided)
    assert (context.guide, context.description) == (guide, "An ink model.")
    assert context.form.unwanted == ("fog",)
    assert context.form.most_words == 20
    assert context.relaxed().form.most_words is None
    assert context.relaxed().form.unwanted == ("fog",)


def test_relaxed_a_models_texts_stay_and_others_go() -> None:
    own = gather(PromptRequest(prompt="owl"), 1, known(CAPTIONS))
    assert own.strict
    assert own.relaxed().examples == own.examples
    assert not own.relaxed().strict
    assert gather(PromptRequest(prompt="owl"), 1).relaxed().examples == ()


def test_an_edit_is_about_the_image_alone() -> None:
    request = PromptRequest(mode="image-editing", image="asset_1", prompt="remove the dog")
    context = gather(request, 1, None, Seen(("a cat",), warnings=("Dim.",)))
    assert (context.subject, context.images, context.examples) == (
        "remove the dog",
        ("a cat",),
        (),
    )
    assert context.warnings[0] == "Dim."
    assert "remove the dog" in context.warnings[1]
    asked = PromptRequest(mode="image-editing", image="asset_1")
    assert gather(asked, 1, None, Seen(("a cat",))).subject == ""
