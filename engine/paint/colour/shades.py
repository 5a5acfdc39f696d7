"""Colours as the eye compares them: OKLab (Björn Ottosson, 2020), and what is made of it.

https://bottosson.github.io/posts/oklab/ has the matrices. Lightness is in [0, 1]; chroma of sRGB
colours reaches about 0.32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.canvas.drawing import RGB

GREY = 0.045  # chroma below which a colour has no hue to speak of

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)


def oklab(rgb: ArrayLike) -> NDArray[np.float64]:
    """(…, 3) sRGB in [0, 1] as (…, 3) lightness, a and b."""
    values = np.asarray(rgb, np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def from_oklab(lab: ArrayLike) -> NDArray[np.float64]:
    """(…, 3) lightness, a and b as sRGB, clipped to [0, 1]."""
    linear = ((np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T).clip(0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def lightness(colour: RGB) -> float:
    """OKLab's, in [0, 1]."""
    return float(oklab(colour)[0])


def chroma(colour: RGB) -> float:
    """How far a colour is from grey."""
    _, a, b = oklab(colour)
    return float(np.hypot(a, b))


def relit(colour: RGB, low: float = 0.0, high: float = 1.0) -> RGB:
    """The colour with its lightness brought into [low, high], hue and chroma kept."""
    lab = oklab(colour)
    if low <= lab[0] <= high:
        return colour
    lab[0] = min(max(lab[0], low), high)
    return as_rgb(from_oklab(lab))


def as_rgb(values: ArrayLike) -> RGB:
    """Three numbers as a colour of a drawing."""
    red, green, blue = (float(v) for v in np.asarray(values).clip(0, 1))
    return red, green, blue


def apart(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """How different colours look, (…): distance in OKLab, with lightness counted for less.

    Shades of one pen are about 0.08 apart, red and orange 0.15.
    """
    difference = oklab(one) - oklab(other)
    difference[..., 0] *= 0.6
    return np.sqrt((difference**2).sum(-1))
