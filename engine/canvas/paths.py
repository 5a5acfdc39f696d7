"""Paths of cubics as geometry: sampled by length, cut, and bent at an end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import Stroke

Array = NDArray[np.float64]

PER_CUBIC = 14  # samples
BENT = 0.3  # of the side: how far from a moved end a stroke gives way at most


@dataclass(frozen=True, slots=True)
class Path:
    """A stroke's path: k cubics, and samples along it.

    points: (3k + 1, 2). xy: (n, 2) samples. heading: (n, 2) unit vectors along the path there.
    along: (n,) length up to each sample. at: (n,) parameter of each, in [0, k].
    """

    points: Array
    xy: Array
    heading: Array
    along: Array
    at: Array
    width: float

    @property
    def length(self) -> float:
        return float(self.along[-1])

    def outward(self, end: int) -> Array:
        """(2,): the direction in which the path would go on beyond its first (0) or last (-1)
        point, by its last bit rather than its very tip, which may be a hook."""
        span = max(0.25 * self.length, 1e-9) if self.length < 0.16 else 0.04
        if end == 0:
            other = int(np.searchsorted(self.along, span))
        else:
            other = int(np.searchsorted(self.along, self.length - span, side="right")) - 1
        way = self.xy[end] - self.xy[min(max(other, 0), len(self.xy) - 1)]
        size = float(np.hypot(*way))
        return way / size if size > 1e-9 else np.zeros(2)


def length(stroke: Stroke) -> float:
    """How long a stroke's path is, in the unit of its points."""
    return sample(np.asarray(stroke.points, float)).length


def sample(points: Array, width: float = 0.0) -> Path:
    """A path with its samples, PER_CUBIC a cubic and the last point."""
    points = np.asarray(points, float)
    t = np.arange(PER_CUBIC) / PER_CUBIC
    corners = np.stack([points[i::3][: len(points) // 3] for i in range(4)], 1)  # (k, 4, 2)
    weights = np.stack(((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3), 1)
    xy = np.concatenate([np.einsum("ti,kid->ktd", weights, corners).reshape(-1, 2), points[-1:]])
    steps = np.diff(xy, axis=0)
    lengths = np.hypot(*steps.T)
    slope: Array = np.stack((np.gradient(xy[:, 0]), np.gradient(xy[:, 1])), 1)
    heading = slope / np.maximum(np.hypot(*slope.T), 1e-12)[:, None]
    at = np.arange(len(xy)) / PER_CUBIC
    return Path(points, xy, heading, np.concatenate([[0.0], np.cumsum(lengths)]), at, width)


def cut(path: Path, first: int, last: int) -> Path:
    """The part of a path from one sample to another."""
    count = len(path.points) // 3
    low, high = float(path.at[first]), float(path.at[last])
    pieces = []
    for k in range(count):
        a, b = max(low - k, 0.0), min(high - k, 1.0)
        if b - a > 1e-9:
            pieces.append(_part(path.points[3 * k : 3 * k + 4], a, b))
    points = np.concatenate([pieces[0][:1], *(piece[1:] for piece in pieces)])
    return sample(points, path.width)


def _part(cubic: Array, a: float, b: float) -> Array:
    """The same curve for parameters a to b only, by de Casteljau's blossoms."""

    def blossom(r: float, s: float, t: float) -> Array:
        points = cubic
        for value in (r, s, t):
            points = (1 - value) * points[:-1] + value * points[1:]
        return points[0]

    return np.stack([blossom(a, a, a), blossom(a, a, b), blossom(a, b, b), blossom(b, b, b)])


def bend(path: Path, end: int, move: Array) -> Path:
    """The path with its first (0) or last (-1) point moved; the rest gives way smoothly.

    The far end stays; a control point moves the less, the farther it is along the path.
    """
    reach = min(path.length, max(BENT, 4 * float(np.hypot(*move))))
    knots = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path.points, axis=0).T))])
    far = knots if end == 0 else knots[-1] - knots
    far = far * path.length / max(knots[-1], 1e-9)
    weight = (1 - (far / max(reach, 1e-9)).clip(0, 1)) ** 2
    weight *= 1 + 2 * (far / max(reach, 1e-9)).clip(0, 1)
    return sample(path.points + weight[:, None] * move, path.width)


def overlap_limit(width: float, other: float) -> float:
    """How near two lines run for their ink to be one: a quarter of it overlaps."""
    return max(0.375 * (width + other), 0.012)


def gaps(spots: Array, path: Path) -> Array:
    """(n, m): from each of (n, 2) spots to each of the path's m straight pieces."""
    return np.sqrt(((spots[:, None] - feet(spots, path)) ** 2).sum(-1))


def feet(spots: Array, path: Path) -> Array:
    """(n, m, 2): the point of each straight piece of the path that is nearest to each spot."""
    start, step = path.xy[:-1], np.diff(path.xy, axis=0)
    size = (step**2).sum(1)
    size = np.where(size > 1e-18, size, 1.0)
    t = (((spots[:, None] - start) * step).sum(-1) / size).clip(0, 1)
    return start + t[..., None] * step


def pieces_heading(path: Path) -> Array:
    """(m, 2): the direction of each straight piece; 0 for one without length."""
    step = np.diff(path.xy, axis=0)
    return step / np.maximum(np.hypot(*step.T), 1e-12)[:, None]
