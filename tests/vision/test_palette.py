"""The palette: colours as they are, with their shares and plain names."""

from __future__ import annotations

import numpy as np
import pytest

from sparkloom.vision.palette import from_oklab, hex_of, name_of, oklab, palette


def lab_of(*colours: tuple[int, int, int], rows: int = 40) -> np.ndarray:
    """Stripes of one width."""
    pixels = np.concatenate([np.full((rows, 40, 3), colour) for colour in colours], 1)
    return oklab((pixels / 255).astype(np.float32))


def test_oklab_is_as_its_author_gives_it() -> None:
    white = oklab(np.ones((1, 3), np.float32))[0]
    red = oklab(np.array([[1, 0, 0]], np.float32))[0]
    assert white == pytest.approx([1, 0, 0], abs=1e-3)
    assert red == pytest.approx([0.628, 0.2249, 0.1258], abs=1e-3)


def test_there_is_a_way_back() -> None:
    colours = np.random.default_rng(0).random((500, 3)).astype(np.float32)
    assert from_oklab(oklab(colours)) == pytest.approx(colours, abs=2e-3)


def test_flat_colours_are_found_exactly_with_their_shares() -> None:
    lab = lab_of((200, 30, 30), (200, 30, 30), (20, 40, 160), (240, 240, 235))
    found = palette(lab, np.ones(lab.shape[:2], np.float32))
    assert [(colour.hex, colour.share) for colour in found] == [
        ("#c81e1e", 0.5),
        ("#1428a0", 0.25),
        ("#f0f0eb", 0.25),
    ]
    assert [colour.name for colour in found] == ["red", "dark blue", "white"]


def test_grain_does_not_move_a_colour() -> None:
    noise = np.random.default_rng(1).normal(0, 4, (100, 100, 3))
    lab = oklab(((np.array([90, 140, 60]) + noise) / 255).clip(0, 1).astype(np.float32))
    (only,) = palette(lab, np.ones((100, 100), np.float32))
    assert lab_of((90, 140, 60))[0, 0] == pytest.approx(
        oklab(np.array([int(only.hex[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)),
        abs=0.01,
    )


def test_what_is_transparent_has_no_colour() -> None:
    lab = lab_of((255, 0, 0), (0, 0, 255))
    weight = np.ones(lab.shape[:2], np.float32)
    weight[:, 40:] = 0
    assert [colour.hex for colour in palette(lab, weight)] == ["#ff0000"]
    assert palette(lab, np.zeros_like(weight)) == ()


def test_rare_colours_are_left_out_and_shares_never_exceed_one() -> None:
    lab = lab_of((10, 120, 120))
    lab[0, :5] = lab_of((255, 255, 0))[0, 0]
    found = palette(lab, np.ones(lab.shape[:2], np.float32))
    assert len(found) == 1
    assert sum(colour.share for colour in found) <= 1


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((14, 74, 79), "dark teal"),
        ((210, 180, 140), "tan"),
        ((16, 24, 72), "navy"),
    ],
)
def test_names_are_plain(code: tuple[int, int, int], name: str) -> None:
    assert name_of(lab_of(code)[0, 0]) == name


def test_a_colour_outside_srgb_is_cut() -> None:
    assert hex_of(np.array([1.2, 0, 0], np.float32)) == "#ffffff"
