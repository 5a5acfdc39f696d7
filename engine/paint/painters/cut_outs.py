"""Cut-outs: what a collage is made of. Pictures come apart into halves or quarters, and into the
regions of one colour that they have.

emoji.png has 64 of the set Fluent Emoji Flat on a sheet of 8 by 8 (see NOTICE).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.canvas.framing import labelled

SIDE = 96
"""Pixels of a cut-out, wide and high."""

Cut = NDArray[np.uint8]
"""(SIDE, SIDE, 4): straight red, green, blue, alpha; the rim is transparent."""

_RIM = 2  # pixels around a cut-out: sampled between it and nothing, an edge is smooth
_COLOURS = 6  # that a picture's regions are looked for in
_REGIONS = 4  # of a picture, at most, the largest
_LEAST = 0.04  # of what is seen of a picture, a region or a part is worth the scissors
_SOLID = 128  # alpha from which on something is there
_EVEN = 24  # of 255: how far a ground's colours lie from each other, at most
_EMOJI = 8  # in a row and in a column of the sheet


def cut_up(picture: Image.Image) -> list[Cut]:
    """The cut-outs of an RGBA picture: itself, parts, regions; none where nothing can be seen.

    What stands on an even ground, such as a product on white, is cut out of it first.
    """
    picture = picture.convert("RGBA")
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(picture).copy()
    if pixels[..., 3].min() >= _SOLID:
        pixels[..., 3][_ground(pixels)] = 0
    seen = pixels[..., 3] >= _SOLID
    whole = int(seen.sum())
    if not whole:
        return []
    masks = [mask for mask in _masks(pixels, seen) if mask.sum() >= _LEAST * whole]
    return [_mounted(pixels, mask) for mask in masks]


def emoji(pause: Callable[[], None] = lambda: None) -> list[Cut]:
    """The cut-outs of the emoji that ship with the engine.

    The first time takes a second; pause is called between one and the next.
    """
    cuts: list[Cut] = []
    for number in range(_EMOJI * _EMOJI):
        cuts += _cuts_of(number)
        pause()
    return cuts


@cache
def _sheet() -> Image.Image:
    with Image.open(Path(__file__).parent / "emoji.png") as sheet:
        return sheet.convert("RGBA")


@cache
def _cuts_of(number: int) -> tuple[Cut, ...]:
    sheet = _sheet()
    side = sheet.width // _EMOJI
    left, upper = side * (number % _EMOJI), side * (number // _EMOJI)
    return tuple(cut_up(sheet.crop((left, upper, left + side, upper + side))))


def _masks(pixels: NDArray[np.uint8], seen: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """What is left of a picture for each of its cut-outs."""
    yield seen
    left, upper, right, lower = _box(seen)
    rows, columns = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]]
    beside, below = columns >= (left + right) / 2, rows >= (upper + lower) / 2
    if seen.all():  # a photograph, whose halves are as large as itself
        for right_half in (beside, ~beside):
            yield right_half & below
            yield right_half & ~below
    else:
        for half in (beside, below):
            yield seen & half
            yield seen & ~half
    flat = Image.fromarray(pixels[..., :3]).quantize(_COLOURS, dither=Image.Dither.NONE)
    colours = np.asarray(flat)
    regions = [
        labels == number
        for colour in range(_COLOURS)
        for labels, boxes in [labelled(seen & (colours == colour))]
        for number in range(1, len(boxes) + 1)
    ]
    yield from sorted(regions, key=lambda region: -int(region.sum()))[:_REGIONS]


def _ground(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where the even ground of an opaque picture is seen, from its edge inwards; nowhere if its
    edge has more than one colour."""
    values = pixels[..., :3].astype(np.int16)
    rim = np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))
    colour = np.median(rim, 0)
    near = np.abs(values - colour).max(-1) <= _EVEN
    if (np.abs(rim - colour).max(-1) <= _EVEN).mean() < 0.9:
        return np.zeros(near.shape, bool)
    labels, _ = labelled(near)
    edge = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    return near & np.isin(labels, np.unique(edge))


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, upper, right, lower of what is set."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _mounted(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Cut:
    """What a mask leaves of a picture, as large as a cut-out can be."""
    left, upper, right, lower = _box(mask)
    kept = pixels.copy()
    kept[..., 3] = np.where(mask, np.maximum(pixels[..., 3], _SOLID), 0)
    piece = Image.fromarray(kept[upper:lower, left:right])
    scale = (SIDE - 2 * _RIM) / max(piece.size)
    size = (max(1, round(scale * piece.width)), max(1, round(scale * piece.height)))
    # Premultiplied, so that the colour of what is cut away does not bleed into the edge.
    piece = piece.convert("RGBa").resize(size, Image.Resampling.BILINEAR).convert("RGBA")
    sheet = Image.new("RGBA", (SIDE, SIDE))
    sheet.paste(piece, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(sheet)
