"""Which colours the ink of a picture has, as people call them: counted, not guessed."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.canvas.framing import ink

_SIDE = 256  # pixels; larger pictures are sampled
_GREY = 0.3  # saturation below which a pixel has no colour to speak of
_DARK = 0.2  # value below which it is black
_ENDS = (15, 45, 70, 165, 260, 300, 345)  # degrees of hue at which the next name begins
_NAMES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "red")


def shares(image: Image.Image) -> dict[str, float]:
    """The share of the ink in each colour of `grammar.SLOTS` that is there, most first.

    Ink is what differs from the background, which is the border's median. Black, grey and white
    have no name here, so the shares may sum to less than 1.
    """
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.NEAREST)
    inked = ink(small)
    if not inked.any():
        return {}
    hue, saturation, value = np.asarray(small.convert("HSV"))[inked].T / 255.0
    degrees = hue * 360
    names = np.array(_NAMES)[np.digitize(degrees, _ENDS)].astype("<U6")
    names[(names == "red") & (saturation < 0.55) & (value > 0.75)] = "pink"
    names[((degrees < 50) | (degrees > 345)) & (value < 0.65) & (degrees > 8)] = "brown"
    names[(saturation < _GREY) | (value < _DARK)] = ""
    found, counts = np.unique(names, return_counts=True)
    counted = {str(n): float(c) / len(names) for n, c in zip(found, counts, strict=True) if n}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))
