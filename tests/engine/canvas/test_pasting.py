"""Pictures are laid where an SVG has them."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import resvg_py
from PIL import Image, ImageDraw

from engine.canvas.drawing import Drawing
from engine.canvas.patch import Matrix, Patch
from engine.canvas.render import to_image, to_png
from engine.canvas.svg import to_svg


def cut_out(mode: str = "PNG") -> bytes:
    """Half a disc in two colours, transparent around."""
    image = Image.new("RGBA", (96, 96))
    pen = ImageDraw.Draw(image)
    pen.pieslice((8, 8, 88, 88), 20, 250, fill=(200, 60, 40, 255))
    pen.rectangle((30, 30, 50, 60), fill=(30, 90, 200, 255))
    out = io.BytesIO()
    (image if mode == "PNG" else image.convert("RGB")).save(out, mode)
    return out.getvalue()


def turned(degrees: float, side: float, x: float, y: float, squeeze: float = 1.0) -> Matrix:
    a, b = side * math.cos(math.radians(degrees)), side * math.sin(math.radians(degrees))
    return (a, b, -b * squeeze, a * squeeze, x, y)


@pytest.mark.parametrize("size", [256, 90])
@pytest.mark.parametrize(
    "patches",
    [
        [Patch(cut_out(), turned(0, 100, 60, 60))],
        [Patch(cut_out(), turned(33, 90, 120, 40, -0.7), 0.5)],
        [Patch(cut_out("JPEG"), turned(200, 150, 190, 180))],
        [Patch(cut_out(), turned(90, 40, 30, 250)), Patch(cut_out(), turned(-50, 120, -60, 90))],
        [Patch(cut_out("JPEG"), turned(0, 256, 0, 0))],
        [Patch(cut_out(), turned(0, 50, 900, 900)), Patch(cut_out(), turned(0, 0, 9, 9))],
    ],
)
def test_they_look_as_in_a_browser(patches: list[Patch], size: int) -> None:
    drawing = Drawing(256, 192, background=(0.9, 0.95, 1.0), patches=tuple(patches))
    mine = to_image(drawing, size)
    svg = resvg_py.svg_to_bytes(svg_string=to_svg(drawing, size), skip_system_fonts=True)
    theirs = Image.open(io.BytesIO(svg)).convert("RGB")
    assert mine.size == theirs.size
    apart = np.abs(np.asarray(mine, float) - np.asarray(theirs, float))
    assert apart.mean() < 4  # along edges of opaque pictures, which are a pixel harder here
    assert Image.open(io.BytesIO(to_png(drawing, size))).convert("RGB").tobytes() == mine.tobytes()
