"""What styles are made with: lines taken apart into points, and put together as strokes.

Lengths are pixels of a canvas SIDE wide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import MAX_SEGMENTS, RGB, Stroke

Array = NDArray[np.float64]
T = TypeVar("T")

SIDE = 512
ROOM = 900  # strokes that a style may come to, about: a drawing has room for 1,024
STEP = 4.0  # between the points that lines are taken apart into


def spots(stroke: Stroke, step: float = STEP) -> Array:
    """(N, 2) points along a stroke, `step` apart or a little less, its ends among them; N >= 2."""
    points = np.array(stroke.points)
    t = np.linspace(0, 1, 17)[:, None]
    pieces = [
        (1 - t) ** 3 * p0 + 3 * t * (1 - t) ** 2 * p1 + 3 * t * t * (1 - t) * p2 + t**3 * p3
        for p0, p1, p2, p3 in (points[i : i + 4] for i in range(0, len(points) - 1, 3))
    ]
    return even(np.concatenate(pieces), step)


def even(path: Array, step: float = STEP) -> Array:
    """The same path by points at equal distances."""
    along = np.concatenate(([0.0], np.hypot(*np.diff(path, axis=0).T).cumsum()))
    count = max(2, math.ceil(along[-1] / step) + 1)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, path[:, k]) for k in (0, 1)], 1)


def length(path: Array) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def normals(path: Array) -> Array:
    """(N, 2) unit vectors to the left of the way."""
    ahead = np.stack([np.gradient(path[:, k]) for k in (0, 1)], 1)
    ahead = ahead / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    return np.stack([-ahead[:, 1], ahead[:, 0]], 1)


def wobble(count: int, rng: np.random.Generator, over: float) -> Array:
    """(N,) smooth noise of standard deviation 1 that changes over about so many points."""
    knots = rng.normal(size=max(2, math.ceil(count / max(over, 1.0)) + 2))
    at = np.linspace(0, len(knots) - 1, count)
    return np.interp(at, np.arange(len(knots)), knots)


def affordable(layers: Sequence[T], strokes: int) -> Sequence[T]:
    """Of layers over so many strokes the last ones, as many as a drawing has room for."""
    return layers[-max(1, ROOM // max(1, strokes)) :]


def laid(path: Array, width: float, colour: RGB, alpha: float = 1.0) -> list[Stroke]:
    """A path as a smooth stroke, a Catmull-Rom spline."""
    if len(path) < 2:
        path = np.concatenate([path, path])
    if len(path) > MAX_SEGMENTS:
        path = even(path, max(length(path), 1e-6) / (MAX_SEGMENTS - 1))[: MAX_SEGMENTS + 1]
    tangents = np.gradient(path, axis=0) / 3
    controls = np.empty((3 * len(path) - 2, 2))
    controls[::3] = path
    controls[1::3], controls[2::3] = path[:-1] + tangents[:-1], path[1:] - tangents[1:]
    r, g, b = (min(1.0, max(0.0, float(value))) for value in colour)
    points = tuple((x, y) for x, y in controls.tolist())
    return [Stroke(points, max(width, 0.3), (r, g, b, alpha))]


def swelling(path: Array, widths: Array, colour: RGB, most: int) -> list[Stroke]:
    """A path whose width changes, as at most so many opaque strokes, each of the mean width of its
    points."""
    shortest = math.ceil((len(path) - 1) / max(1, most))
    strokes: list[Stroke] = []
    first = 0
    while first < len(path) - 1:
        last = min(first + shortest, len(path) - 1)
        # As long as the width stays nearly the same it is one stroke.
        while last < len(path) - 1 and abs(widths[last + 1] - widths[first]) < 0.6:
            last += 1
        mean = float(widths[first : last + 1].mean())
        strokes += laid(path[first : last + 1], mean, colour)
        first = last
    return strokes


def broken(path: Array, rng: np.random.Generator, on: float, off: float) -> Iterator[Array]:
    """Parts of a path, of mean length `on`, with gaps of mean length `off` between them."""
    first, step = 0, max(length(path) / (len(path) - 1), 1e-6)
    while first < len(path) - 1:
        last = min(len(path) - 1, first + max(1, round(rng.exponential(on) / step)))
        yield path[first : last + 1]
        first = last + max(1, round(rng.exponential(off) / step))


def mixed(one: RGB, other: RGB, share: float) -> RGB:
    """A colour, and so much of another one."""
    r, g, b = ((1 - share) * x + share * y for x, y in zip(one, other, strict=True))
    return (r, g, b)


def luminance(colour: Sequence[float]) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def vivid(colour: RGB, least: float = 0.9) -> RGB:
    """The same hue as bright and saturated as light is; None of it in grey, which becomes white."""
    low, high = min(colour), max(colour)
    if high - low < 0.08:
        return (1.0, 1.0, 1.0)
    r, g, b = (0.1 + least * (value - low) / (high - low) for value in colour)
    return (r, g, b)
