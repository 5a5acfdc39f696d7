from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.album import thermometer
from engine.album.lettering import to_png


def filled(left: float) -> int:
    """How many pixels of the tube's middle line are coloured."""
    image = Image.open(io.BytesIO(to_png(thermometer.svg(left, "so much"))))
    row = [image.convert("RGB").getpixel((x, 18)) for x in range(50, thermometer.WIDTH - 14)]
    assert all(isinstance(pixel, tuple) for pixel in row)
    return sum(max(pixel) - min(pixel) > 60 for pixel in row if isinstance(pixel, tuple))


def test_it_stands_as_high_as_much_is_left() -> None:
    none, half, whole = filled(0.0), filled(0.5), filled(1.0)
    assert none == 0
    assert half == pytest.approx(whole / 2, abs=8)
    assert whole > 500


def test_what_is_said_is_text_and_nothing_else() -> None:
    assert "<script" not in thermometer.svg(0.5, "<script>")
