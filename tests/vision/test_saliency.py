"""Where the subject is: by transparency, by a plain background, by the net."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sparkloom.vision import saliency
from sparkloom.vision.palette import oklab
from sparkloom.vision.pixels import Pixels
from sparkloom.vision.saliency import SIDE, Saliency, net_file

NOISE = np.random.default_rng(3)


def pixels(image: Image.Image) -> Pixels:
    image = image.convert("RGBA")
    return Pixels(image, np.asarray(image), *image.size)


def disc(ground: Image.Image) -> Image.Image:
    ImageDraw.Draw(ground).ellipse((60, 30, 110, 80), fill=(220, 40, 40))
    return ground


def grainy() -> Image.Image:
    """Sky and grass, with grain: a border that is not plain."""
    values = np.zeros((120, 160, 3))
    values[:60], values[60:] = (120, 170, 230), (60, 120, 50)
    values += NOISE.normal(0, 12, values.shape)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def finder() -> Saliency:
    return Saliency(1)


def mask_of(finder: Saliency, image: Image.Image) -> np.ndarray | None:
    found = pixels(image)
    return finder.mask(found, oklab(found.rgb))


def test_real_transparency_is_the_mask(finder: Saliency) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((9, 99, 9, 255), (10, 10, 20, 20))
    mask = mask_of(finder, image)
    assert mask is not None
    assert mask.sum() == 100


def test_a_plain_background_needs_no_net(finder: Saliency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "_net", None)
    mask = mask_of(finder, disc(Image.new("RGB", (160, 120), (240, 240, 240))))
    assert mask is not None
    assert mask[55, 85] == 1
    assert mask[5, 5] == 0
    assert mask.mean() == pytest.approx(np.pi * 25**2 / (160 * 120), rel=0.1)
    assert mask_of(finder, Image.new("RGB", (160, 120), "white")) is None
    assert mask_of(finder, disc(grainy())) is None


def test_the_net_finds_a_disc(finder: Saliency) -> None:
    if net_file() is None:
        pytest.skip("the extra `saliency` is not installed")
    mask = mask_of(finder, disc(grainy()))
    assert mask is not None
    assert mask.shape == (120, 160)
    assert mask[55, 85] > 0.8
    assert mask[5, 5] < 0.2


def test_the_net_may_find_nothing(finder: Saliency, monkeypatch: pytest.MonkeyPatch) -> None:
    class Named:
        name = "image"

    class Blind:
        def get_inputs(self) -> list[Named]:
            return [Named()]

        get_outputs = get_inputs

        def run(self, _: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            assert inputs["image"].shape == (1, 3, SIDE, SIDE)
            return [np.full((1, 1, SIDE, SIDE), 0.1, np.float32)]

    monkeypatch.setattr(finder, "_net", Blind())
    assert mask_of(finder, grainy()) is None


@pytest.mark.parametrize("name", ["PACKAGE", "WEIGHTS", "WEIGHTS_SHA256"])
def test_without_the_extra_there_is_no_net(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(saliency, name, "none-such")
    assert net_file() is None
    assert Saliency(1)._net is None
