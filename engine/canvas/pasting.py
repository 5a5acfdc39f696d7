"""Pictures of a drawing laid down by Pillow, several times as fast as resvg lays them.

A collage has dozens, in each of dozens of frames; resvg takes bicubic samples of every one at 20 ms
a picture.
"""

from __future__ import annotations

import io
import math

from PIL import Image

from engine.canvas.drawing import Drawing
from engine.canvas.patch import Patch

_SHRUNK = 0.7  # from here on down a picture is made smaller first, or its samples would miss some


def pasted(drawing: Drawing, width: int, height: int) -> Image.Image:
    """The ground and the patches of a drawing as an RGB image of that size, without strokes."""
    ground = tuple(round(255 * value) for value in drawing.background)
    sheet = Image.new("RGB", (width, height), ground)
    for patch in drawing.patches:
        _paste(sheet, patch.placed(width / drawing.width))
    return sheet


def _paste(sheet: Image.Image, patch: Patch) -> None:
    a, b, c, d, e, f = patch.matrix
    across, down = math.hypot(a, b), math.hypot(c, d)
    corners = [(e, f), (a + e, b + f), (c + e, d + f), (a + c + e, b + d + f)]
    left = max(0, math.floor(min(x for x, _ in corners)))
    upper = max(0, math.floor(min(y for _, y in corners)))
    right = min(sheet.width, math.ceil(max(x for x, _ in corners)))
    lower = min(sheet.height, math.ceil(max(y for _, y in corners)))
    area = a * d - b * c
    if left >= right or upper >= lower or abs(area) < 1e-9:
        return
    with Image.open(io.BytesIO(patch.data)) as file:
        # Premultiplied, so that the colour of what is transparent does not bleed into edges.
        picture = file.convert("RGBA").convert("RGBa")
    fit = (_size(picture.width, across), _size(picture.height, down))
    if fit != picture.size:
        picture = picture.resize(fit, Image.Resampling.BOX)
    # From the sheet's pixels to the picture's: the inverse of the matrix, in their units.
    w, h = picture.size
    back = (
        *(w * d / area, -w * c / area, w * (c * (f - upper) - d * (e - left)) / area),
        *(-h * b / area, h * a / area, h * (b * (e - left) - a * (f - upper)) / area),
    )
    laid = picture.transform(
        (right - left, lower - upper),
        Image.Transform.AFFINE,
        back,
        Image.Resampling.BILINEAR,
    ).convert("RGBA")
    mask = laid.getchannel("A")
    if patch.opacity < 1:
        mask = mask.point([round(value * patch.opacity) for value in range(256)])
    sheet.paste(laid.convert("RGB"), (left, upper), mask)


def _size(pixels: int, shown: float) -> int:
    """How many pixels of a picture's side are sampled, where it is shown so many wide."""
    return pixels if shown >= _SHRUNK * pixels else max(1, round(shown))
