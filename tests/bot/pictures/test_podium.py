from __future__ import annotations

import io
import math

import pytest
from PIL import Image

from bot.pictures.podium import HEIGHT, WIDTH, podium, scattered


def shape(ranked: list[tuple[int, str, int]]) -> Image.Image:
    image = Image.open(io.BytesIO(podium(ranked)))
    assert image.size == (WIDTH, HEIGHT)
    return image.convert("RGB")


def top(image: Image.Image, x: int) -> int:
    """Where a step begins, from above: the first row of a colour of steps."""
    colours = {(0xF2, 0xC1, 0x4E), (0xB8, 0xC4, 0xD0), (0xD9, 0x98, 0x6A)}
    return next(y for y in range(HEIGHT) if image.getpixel((x, y)) in colours)


def test_a_better_place_stands_higher_and_a_tie_as_high():
    image = shape([(1, "Ada", 30), (2, "Grace", 20), (3, "Linus", 10)])
    left, middle, right = (top(image, x) for x in (75, 320, 565))
    assert middle < left < right
    image = shape([(1, "Ada", 30), (1, "Grace", 30), (3, "Linus", 10)])
    left, middle, right = (top(image, x) for x in (75, 320, 565))
    assert left == middle < right


@pytest.mark.parametrize(
    "name",
    ["", "</text><script>", "&amp;", "W" * 500, "日本語" * 30, "مرحبا", "\u202ereversed", "👩‍👩‍👧"],
)
def test_any_name_makes_a_picture(name: str):
    shape([(1, name, 10**9)])


def test_no_piece_of_confetti_lies_alone_or_on_another():
    pieces = scattered(44)
    for one in pieces:
        nearest = min(math.dist(one, other) for other in pieces if other != one)
        assert 25 < nearest < 75, one
        assert 14 < one[0] < WIDTH - 14


def test_a_board_of_nobody_is_an_empty_podium():
    shape([])
