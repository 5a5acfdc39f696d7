"""Pictures framed the way the critic is used to seeing things: what is drawn fills the square."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.canvas.framing import Sheet, sheet

_FAINT = 90.0  # of 255: ink that contrasts less is shown with more contrast
_CLEAR = 180.0  # with this much
_MARGIN = 0.04  # of the framed picture, on every side; pocket names most with .02 to .05


def framed(image: Image.Image, side: int) -> Tensor:
    """Crop to the ink, centre on a square of the paper's colour, (3, side, side) in [0, 1].

    A doodle in the corner of a large sheet is thereby seen as large as one that fills it. A
    picture without any ink, or with ink up to the border (a photograph), is shown whole.
    """
    return fitted(sheet(image), side)


def fitted(drawn: Sheet, side: int) -> Tensor:
    """As `framed`, of a sheet that is clean already."""
    image = _inked(drawn).crop(drawn.box)
    inner = round(side * (1 - 2 * _MARGIN))
    scale = inner / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    shown = image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (side, side), drawn.paper)
    canvas.paste(shown, ((side - size[0]) // 2, (side - size[1]) // 2))
    return torch.from_numpy(np.asarray(canvas).copy()).permute(2, 0, 1).float() / 255


def _inked(drawn: Sheet) -> Image.Image:
    """The picture, faint pencil gone over: the critic knows lines that are seen."""
    if drawn.blank:
        return drawn.image
    pixels, paper = np.asarray(drawn.image).astype(np.float32), np.asarray(drawn.paper, np.float32)
    contrast = np.percentile(np.abs(pixels - paper).max(2)[drawn.ink], 75)
    if not 0 < contrast < _FAINT:
        return drawn.image
    pixels = paper + (pixels - paper) * (_CLEAR / contrast)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
