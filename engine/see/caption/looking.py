"""What captions are made from: views of a picture and its things, and what can be measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.drawing import Drawing
from engine.canvas.framing import Sheet, drawn, rendered
from engine.canvas.render import SHOW_SIZE, to_image
from engine.see.caption import colours, parts
from engine.see.caption.grouping import Movements, Parting
from engine.see.caption.places import Points
from engine.see.framing import fitted
from engine.see.hand import Hand

TINY = 0.2
"""Up to this share of its sheet's longer side a thing is tiny."""
TALL, LONG = 1.6, 2.0
"""So many times as high as it is wide, a thing is tall; so many times as wide, long."""

_PEN = 0.037  # of a thing's longer side: as people's doodles are shown to the namer in training
_SIDE = 192  # pixels, of a picture of one thing alone


@dataclass(frozen=True, slots=True)
class Look:
    """What a search wants to know of a picture.

    views: the whole and each thing, framed (1 + P, 3, side, side). places: of the lines of those
    things. inks: see colours.shares. tiny: there is little of it on a large sheet. shape: "tall",
    "long" or "". each: the inks of each thing. hands: the strokes of the whole and of each thing,
    where they are known. lie: how the things lie to each other (see grouping.Parting), where
    strokes parted them; where empty space did, None.
    """

    views: Tensor
    places: tuple[Points, ...]
    inks: dict[str, float]
    tiny: bool
    shape: str = ""
    each: tuple[dict[str, float], ...] = ()
    hands: tuple[Hand, ...] = ()
    lie: NDArray[np.float64] | None = None


def look(image: Image.Image, side: int) -> Look:
    """Look at an RGB picture, for a model that takes `side` pixels.

    Raises UnreadablePicture if nothing is drawn there.
    """
    whole = drawn(image)
    found = parts.parts(whole)
    sheets = [whole, *(part.sheet for part in found)]
    return _look(sheets, tuple(part.points for part in found), side)


def look_at_hand(
    moves: Movements, parting: Parting | None, side: int, share: float = math.nan
) -> Look:
    """Look at a drawing that may be parted like this. share: how much of it, and so of each thing,
    is there; NaN if nobody knows.

    Raises UnreadablePicture if nothing is drawn there.
    """
    way = () if parting is None else parting.way
    sheets = [_sheet(moves.drawing, SHOW_SIZE)]
    if sheets[0].blank:
        raise UnreadablePicture("nothing is drawn here", "blank")
    sheets += [_sheet(moves.alone(thing, _SIDE, _PEN), _SIDE) for thing in way]
    found = _look(sheets, tuple(map(moves.points, way)), side)
    hands = tuple(moves.hand(thing, share) for thing in (range(len(moves.all)), *way))
    if moves.fillings:  # a thing is named by its lines
        shown = (moves.alone(thing, _SIDE, _PEN, coloured=True) for thing in way)
        found = replace(found, each=tuple(colours.shares(_sheet(one, _SIDE)) for one in shown))
    return replace(found, hands=hands, lie=None if parting is None else parting.lie)


def _sheet(drawing: Drawing, size: int) -> Sheet:
    red, green, blue = (round(255 * value) for value in drawing.background)
    return rendered(to_image(drawing, size), (red, green, blue))


def _look(sheets: list[Sheet], places: tuple[Points, ...], side: int) -> Look:
    """At the whole, which comes first, and at each thing."""
    whole, *things = sheets
    left, upper, right, lower = whole.box
    width, height = right - left, lower - upper
    return Look(
        torch.stack([fitted(view, side) for view in sheets]),
        places,
        colours.shares(whole),
        max(width, height) <= TINY * max(whole.image.size),
        "tall" if height >= TALL * width else "long" if width >= LONG * height else "",
        tuple(colours.shares(thing) for thing in things),
    )
