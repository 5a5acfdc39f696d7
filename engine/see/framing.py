"""Pictures framed the way the critic is used to seeing things: what is drawn fills the square."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.framing import Sheet, sheet

_MARGIN = 0.04  # of the framed picture, on every side; pocket names most with .02 to .05


def framed(image: Image.Image, side: int) -> Tensor:
    """Crop to the ink, centre on a square of the paper's colour, (3, side, side) in [0, 1].

    A doodle in the corner of a large sheet is thereby seen as large as one that fills it. A
    picture without any ink, or with ink up to the border (a photograph), is shown whole.
    """
    return fitted(sheet(image), side)


def fitted(drawn: Sheet, side: int) -> Tensor:
    """As `framed`, of a sheet that is clean already."""
    image = drawn.image.crop(drawn.box)
    inner = round(side * (1 - 2 * _MARGIN))
    scale = inner / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    shown = image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (side, side), drawn.paper)
    canvas.paste(shown, ((side - size[0]) // 2, (side - size[1]) // 2))
    return torch.from_numpy(np.asarray(canvas).copy()).permute(2, 0, 1).float() / 255
