"""The two drawings of a duel as if one hand had made them: black lines of one width, one size.

Colours, pens and how much of the sheet is used would tell who drew. Of a picture that was handed in
the middles of its lines are taken, by the thinning of Zhang and Suen (1984),
https://doi.org/10.1145/357994.358023.
"""

from __future__ import annotations

import io
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.render import SHOW_SIZE, to_png

Ink: TypeAlias = NDArray[np.bool_]

_WIDTH = 5.0  # pixels of SHOW_SIZE
_MARGIN = 0.08  # of the side, on all sides
_PALE = 0.9  # of 1: what is lighter than that is not seen on paper
_THIN_SIDE = 256  # pixels of a picture when it is thinned
_DARK = 150  # of 255: ink on a picture that was handed in


def alike(sketch: Drawing | bytes) -> bytes:
    """A drawing, or a clean picture of one, as a PNG of SHOW_SIZE on either side."""
    return _picture(sketch) if isinstance(sketch, bytes) else to_png(_drawing(sketch))


def _drawing(drawing: Drawing) -> Drawing:
    """The same lines, as large as the sheet holds."""
    lines = [stroke for stroke in drawing.strokes if min(stroke.colour[:3]) < _PALE]
    inside = [
        (min(max(x, 0.0), drawing.width), min(max(y, 0.0), drawing.height))
        for stroke in lines
        for x, y in stroke.points
    ]
    if not inside:
        return Drawing(SHOW_SIZE, SHOW_SIZE)
    left, right = min(x for x, _ in inside), max(x for x, _ in inside)
    top, bottom = min(y for _, y in inside), max(y for _, y in inside)
    room = SHOW_SIZE * (1 - 2 * _MARGIN)
    factor = room / max(right - left, bottom - top, 1.0)
    across = (SHOW_SIZE - factor * (left + right)) / 2
    down = (SHOW_SIZE - factor * (top + bottom)) / 2
    moved = (stroke.scaled(factor).moved(across, down) for stroke in lines)
    strokes = tuple(Stroke(stroke.points, _WIDTH, BLACK) for stroke in moved)
    return Drawing(SHOW_SIZE, SHOW_SIZE, strokes)


def _picture(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("L")
    box = image.point([255 * (value < _DARK) for value in range(256)]).getbbox()
    if box is not None:
        image = image.crop(box)
    image.thumbnail((_THIN_SIDE, _THIN_SIDE))
    sheet = Image.new("L", (_THIN_SIDE + 2, _THIN_SIDE + 2), 255)
    sheet.paste(image, ((sheet.width - image.width) // 2, (sheet.height - image.height) // 2))
    ink = thinned(np.asarray(sheet) < _DARK)
    room = round(SHOW_SIZE * (1 - 2 * _MARGIN))
    lines = Image.fromarray(np.where(ink, 255, 0).astype(np.uint8))
    lines = lines.filter(ImageFilter.MaxFilter(3)).resize((room, room), Image.Resampling.BICUBIC)
    whole = Image.new("L", (SHOW_SIZE, SHOW_SIZE), 255)
    corner = (SHOW_SIZE - room) // 2
    whole.paste(lines.point(lambda value: 255 - value), (corner, corner))
    out = io.BytesIO()
    whole.convert("RGB").save(out, "PNG")
    return out.getvalue()


def thinned(ink: Ink) -> Ink:
    """Lines of any width as lines of one pixel. The edge of the picture is taken for paper."""
    ink = ink.copy()
    ink[[0, -1]] = False
    ink[:, [0, -1]] = False
    while True:
        before = int(ink.sum())
        for first in (True, False):
            ink &= ~_outermost(ink, first=first)
        if int(ink.sum()) == before:
            return ink


def _outermost(ink: Ink, *, first: bool) -> Ink:
    """What one of the two passes takes away."""
    around = np.zeros((8, *ink.shape), bool)  # from the north on, clockwise
    steps = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    for i, (down, right) in enumerate(steps):
        around[i] = np.roll(ink, (-down, -right), (0, 1))
    count = around.sum(0)
    turns = (~around & np.roll(around, -1, 0)).sum(0)  # from paper to ink, going round
    north, east, south, west = around[0], around[2], around[4], around[6]
    if first:
        open_ = ~(north & east & south) & ~(east & south & west)
    else:
        open_ = ~(north & east & west) & ~(north & south & west)
    return ink & (count >= 2) & (count <= 6) & (turns == 1) & open_
