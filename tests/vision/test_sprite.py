"""What a picture is in a game: exact magnification, sprites, sheets and tiles."""

from __future__ import annotations

import numpy as np
import pytest

from sparkloom.vision.sprite import magnification, native, structure_of

RANDOM = np.random.default_rng(7)


def pixels(height: int, width: int) -> np.ndarray:
    """Four colours in disorder, opaque."""
    colours = np.array(
        [[200, 40, 40, 255], [30, 60, 160, 255], [240, 220, 80, 255], [0, 0, 0, 255]]
    )
    return colours[RANDOM.integers(0, 4, (height, width))].astype(np.uint8)


def cleared(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width, 4), np.uint8)


@pytest.mark.parametrize("step", [2, 3, 8])
def test_a_magnified_picture_is_told_by_how_much(step: int) -> None:
    own = pixels(16, 20)
    large = own.repeat(step, 0).repeat(step, 1)
    assert magnification(large) == step
    assert (native(large) == own).all()


def test_what_was_not_magnified_is_told() -> None:
    large = pixels(16, 16).repeat(4, 0).repeat(4, 1)
    large[5, 5] ^= 7
    assert magnification(large) == 1
    assert magnification(pixels(9, 9)) == 1
    assert magnification(np.full((64, 64, 4), 9, np.uint8)) == 1


def test_a_sprite() -> None:
    sprite = cleared(32, 32)
    sprite[6:28, 8:22] = pixels(22, 14)
    assert structure_of(sprite, pixel_art=True) == "sprite"
    assert structure_of(sprite.repeat(6, 0).repeat(6, 1), pixel_art=True) == "sprite"
    assert structure_of(sprite, pixel_art=False) is None


def test_a_soft_cut_out_and_nothing_at_all_are_no_sprites() -> None:
    soft = pixels(32, 32)
    soft[..., 3] = 120
    soft[0] = 0
    assert structure_of(soft, pixel_art=True) is None
    assert structure_of(cleared(32, 32), pixel_art=True) is None


def test_a_sheet() -> None:
    sheet = cleared(64, 128)
    for top in (4, 36):
        for left in (4, 36, 68, 100):
            sheet[top : top + 24, left : left + 22] = pixels(24, 22)
    assert structure_of(sheet, pixel_art=True) == "sprite sheet"
    assert structure_of(sheet, pixel_art=False) == "sprite sheet"


def test_scattered_parts_are_no_sheet() -> None:
    parts = cleared(64, 200)
    for left, width in ((2, 5), (20, 60), (150, 9), (190, 3)):
        parts[10:50, left : left + width] = pixels(40, width)
    assert structure_of(parts, pixel_art=False) is None
    corner = cleared(90, 90)
    for at in (5, 35, 65):
        corner[at : at + 20, at : at + 20] = pixels(20, 20)
    assert structure_of(corner, pixel_art=False) is None


def test_a_tileset() -> None:
    tiles = np.zeros((64, 96, 4), np.uint8)
    for number in range(24):
        y, x = number // 6 * 16, number % 6 * 16
        colour = np.append(RANDOM.integers(0, 256, 3), 255)
        tiles[y : y + 16, x : x + 16] = colour
        tiles[y + 4, x + 2 : x + 9] = (colour * [0.8, 0.8, 0.8, 1]).astype(np.uint8)
    assert structure_of(tiles, pixel_art=True) == "tileset"
    assert structure_of(tiles, pixel_art=False) is None
    assert structure_of(pixels(64, 96), pixel_art=True) is None
