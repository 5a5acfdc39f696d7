"""Which colours the ink of a picture has, as people call them: counted, not guessed."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.canvas.framing import Sheet

MAINLY = 0.7
"""Of the ink that has a colour: from this share on, one colour is the thing's."""
BOTH = 0.85
"""Of the same: what two colours together make up at least, and"""
EACH = 0.25
"""what each of the two does."""
COLOURED = 0.35
"""Of all ink: with less of it in colour, a thing is drawn in black."""

_SIDE = 256  # pixels; larger pictures are sampled
_GREY = 0.3  # saturation below which a pixel has no colour to speak of
_PALE = 0.15  # saturation from which on light brown is beige
_DARK = 0.2  # value below which it is black
_ENDS = (15, 45, 70, 165, 260, 300, 345)  # degrees of hue at which the next name begins
_NAMES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "red")


def shares(there: Sheet) -> dict[str, float]:
    """The share of the ink on a sheet in each colour of `grammar.SLOTS` that is there, most first.

    Black, grey and white have no name here, so the shares may sum to less than 1.
    """
    step = max(1, round(max(there.image.size) / _SIDE))
    inked = there.ink[::step, ::step]
    if there.blank or not inked.any():
        return {}
    small = Image.fromarray(np.ascontiguousarray(np.asarray(there.image)[::step, ::step]))
    hue, saturation, value = np.asarray(small.convert("HSV"))[inked].T / 255.0
    degrees = hue * 360
    names = np.array(_NAMES)[np.digitize(degrees, _ENDS)].astype("<U6")
    names[(names == "red") & (saturation < 0.55) & (value > 0.75)] = "pink"
    names[((degrees < 50) | (degrees > 345)) & (value < 0.65) & (degrees > 8)] = "brown"
    names[(saturation < _GREY) | (value < _DARK)] = ""
    pale = (degrees > 15) & (degrees < 55) & (saturation < 0.45) & (value > 0.7)
    names[pale & (saturation > _PALE)] = "beige"
    found, counts = np.unique(names, return_counts=True)
    counted = {str(n): float(c) / len(names) for n, c in zip(found, counts, strict=True) if n}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def called(inks: dict[str, float]) -> str:
    """What people would call a thing's colour: "red", "red and blue", or "" if it has none or
    many. inks: as `shares` gives them."""
    whole = sum(inks.values())
    if whole < COLOURED:
        return ""
    (first, most), *rest = inks.items()
    if most >= MAINLY * whole:
        return first
    if rest and rest[0][1] >= EACH * whole and most + rest[0][1] >= BOTH * whole:
        # "an orange and …" would speak of a fruit.
        return " and ".join(sorted((first, rest[0][0]), key="orange".__eq__))
    return ""
