"""Models on the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from conftest import picture
from sparkloom.catalog import Catalog
from sparkloom.catalog.models import ModelQuery
from sparkloom.settings import Settings
from sparkloom.studio.model_page import THUMBNAIL, model_page, models, thumbnail

CAPTIONS = ["inkst, a heron in teal reeds", "inkst, a <fox> in teal snow", "inkst, teal hills"]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(Settings(engine="echo", data_dir=tmp_path)) as catalog:
        yield catalog


@pytest.fixture
def own(catalog: Catalog) -> str:
    assets = [
        catalog.assets.add("p", picture(), f"{n}.png", description=text).id
        for n, text in enumerate(CAPTIONS)
    ]
    made = catalog.models.create("p", name="Ink <b>", base_model_id="sdxl", training_images=assets)
    return made.id


def test_the_lists_name_every_model_and_mark_the_chosen(catalog: Catalog, own: str) -> None:
    mine = catalog.models.page("p", ModelQuery()).items
    public = catalog.models.page("p", ModelQuery(privacy="public")).items
    html = models(mine, public, own)
    assert html.count("data-model=") == 1 + len(public)
    assert f'data-model="{own}" aria-current="true">Ink &lt;b&gt;<small>3 images</small>' in html
    assert "None yet" in models([], public, None)


def test_a_model_that_wants_tags_tells_the_last_ones(catalog: Catalog) -> None:
    html = model_page(
        catalog.models.get("p", "illustrious"), catalog.models.knowledge("p", "illustrious"), []
    )
    assert "<dt>Ends with</dt><dd>masterpiece, best quality, very aesthetic</dd>" in html


def test_a_model_of_ones_own_is_summed_up(catalog: Catalog, own: str) -> None:
    known = catalog.models.knowledge("p", own)
    html = model_page(catalog.models.get("p", own), known, [picture().data])
    assert "Made from Stable Diffusion XL." in html
    assert "<dt>Begins with</dt><dd>inkst</dd>" in html
    assert "background:#008080" in html
    assert "3 captions" in html
    assert "<rect" in html
    assert "What Stable Diffusion XL likes" in html
    assert 'alt="Training image 1"' in html


def test_a_model_without_texts_has_its_profile(catalog: Catalog) -> None:
    known = catalog.models.knowledge("p", "pony")
    html = model_page(catalog.models.get("p", "pony"), known, [])
    assert "How to speak to it" in html
    assert "score_9" in html
    assert "How it speaks" not in html
    assert "<summary>Its guide</summary>" in html


def test_a_bare_model_says_what_it_can(catalog: Catalog) -> None:
    made = catalog.models.create("p")
    html = model_page(made, catalog.models.knowledge("p", made.id), [])
    assert "Your own model." in html
    assert "What to avoid" not in html


def test_one_example_prompt_is_enough(catalog: Catalog) -> None:
    asset = catalog.assets.add("p", picture(), "a.png", prompt="A heron stands in the reeds.")
    made = catalog.models.create("p", name="One", short_description="Mine & yours.")
    catalog.models.set_examples("p", made.id, [asset.id])
    html = model_page(made, catalog.models.knowledge("p", made.id), [])
    assert "1 example prompt<" in html
    assert "Mine &amp; yours." in html
    assert "Variety" not in html


def test_a_thumbnail_is_small() -> None:
    head, _, data = thumbnail(picture(size=(900, 300)).data).partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert max(image.size) == THUMBNAIL
