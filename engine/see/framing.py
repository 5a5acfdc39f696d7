"""Pictures framed the way the critic is used to seeing things: what is drawn fills the square."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

# What counts as ink: this far from the background in some channel, of 255.
_INK = 40
_MARGIN = 0.04  # of the framed picture, on every side; pocket names most with .02 to .05


def ink(image: Image.Image) -> NDArray[np.bool_]:
    """Where an RGB picture differs from its background, which is the border's median: (H, W)."""
    pixels = np.asarray(image).astype(np.int16)
    return np.abs(pixels - _ground(image)).max(2) > _INK


def _ground(image: Image.Image) -> NDArray[np.int16]:
    pixels = np.asarray(image)
    border = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    return np.median(border, axis=0).astype(np.int16)


def framed(image: Image.Image, side: int) -> Tensor:
    """Crop to the ink, centre on a square of the background's colour, (3, side, side) in [0, 1].

    A doodle in the corner of a large sheet is thereby seen as large as one that fills it. A
    picture without any ink, or with ink up to the border (a photograph), is shown whole.
    """
    ground, seen = _ground(image), ink(image)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if len(rows):
        box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        image = image.crop(box)
    inner = round(side * (1 - 2 * _MARGIN))
    scale = inner / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    shown = image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (side, side), tuple(int(value) for value in ground))
    canvas.paste(shown, ((side - size[0]) // 2, (side - size[1]) // 2))
    return torch.from_numpy(np.asarray(canvas).copy()).permute(2, 0, 1).float() / 255
