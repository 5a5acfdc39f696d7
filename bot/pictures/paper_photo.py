"""Drawings that were made elsewhere: photographed or uploaded, they become clean and are cropped.

What an uploaded picture may be, and how large, is what bot/pictures/incoming.py lets in.
"""

from __future__ import annotations

from PIL import Image

from bot.kit.errors import UserError
from bot.pictures import incoming
from engine.canvas.decoder import SIDE
from engine.canvas.framing import sheet

_MARGIN = 0.06  # of the longer side, around the drawing


def prepare(data: bytes) -> bytes:
    """A picture of a drawing as an RGB PNG: upright, evenly lit, cropped to the drawing.

    At most 768 px wide or high. Raises UserError, before anything is decoded if it is too large.
    """
    found = sheet(incoming.opened(data, SIDE))
    if found.blank:
        raise UserError("refused.nothing_drawn")
    left, upper, right, lower = found.box
    margin = round(_MARGIN * max(right - left, lower - upper)) + 2
    left, upper, right, lower = left - margin, upper - margin, right + margin, lower + margin
    cropped = Image.new("RGB", (right - left, lower - upper), found.paper)
    image = found.image
    inside = max(0, left), max(0, upper), min(image.width, right), min(image.height, lower)
    cropped.paste(image.crop(inside), (inside[0] - left, inside[1] - upper))
    cropped.thumbnail((incoming.SIDE, incoming.SIDE))
    return incoming.png(cropped)
