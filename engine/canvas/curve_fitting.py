"""Smooth curves through what a hand drew.

Schneider, "An Algorithm for Automatically Fitting Digitized Curves", Graphics Gems (1990),
pp. 612-626: least squares for a cubic Bezier with given end tangents, better parameters by
Newton's method, and where it still misses a point by too much, two curves that meet there with
one tangent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from engine.canvas.drawing import Point

_ROUNDS = 4  # of better parameters before a curve is split
_HOPE = 16.0  # squared misses beyond this many tolerances are split at once


def fit(path: Sequence[Point], tolerance: float, start: Point, end: Point) -> list[Point]:
    """3k + 1 control points of k cubics that pass each point of `path` within `tolerance`.

    The ends are met exactly, in the direction of `start` there and of `end` backwards from the
    last point (vectors of any length but 0). A path that does not move becomes one cubic that
    does not either. Paths that zigzag take time by the square of their length.
    """
    points = [*path[:1], *(b for a, b in pairwise(path) if a != b)]
    if len(points) == 1:
        return points * 4
    curve = [points[0]]
    # Parts that are still to be fitted: first and last point, tangent at either end.
    parts = [(0, len(points) - 1, _unit(*start), _unit(*end))]
    while parts:
        first, last, leaving, arriving = parts.pop()
        bezier, worst, split = _fit_part(points[first : last + 1], leaving, arriving, tolerance)
        if worst <= tolerance**2 or last - first == 1:
            curve += bezier[1:]
            continue
        split += first
        through = _through(points, split)
        parts.append((split, last, through, arriving))
        parts.append((first, split, leaving, (-through[0], -through[1])))
    return curve


def _fit_part(
    points: list[Point], start: Point, end: Point, tolerance: float
) -> tuple[tuple[Point, Point, Point, Point], float, int]:
    """A cubic, its worst squared distance from a point, and which point that is."""
    if len(points) == 2:
        third = math.dist(points[0], points[1]) / 3
        return _bezier(points[0], points[1], start, end, third, third), 0.0, 1
    u = _chord_lengths(points)
    bezier = _least_squares(points, u, start, end)
    worst, split = _worst(points, u, bezier)
    for _ in range(_ROUNDS):
        if worst <= tolerance**2 or worst > _HOPE * tolerance**2:
            break
        u = [_closer(bezier, point, t) for point, t in zip(points, u, strict=True)]
        bezier = _least_squares(points, u, start, end)
        worst, split = _worst(points, u, bezier)
    return bezier, worst, split


def _least_squares(
    points: list[Point], u: list[float], start: Point, end: Point
) -> tuple[Point, Point, Point, Point]:
    """The cubic with these end tangents whose points at parameters `u` lie closest."""
    (x0, y0), (x3, y3) = points[0], points[-1]
    c00 = c01 = c11 = r0 = r1 = 0.0
    along = start[0] * end[0] + start[1] * end[1]
    for (x, y), t in zip(points, u, strict=True):
        s = 1 - t
        b0, b1, b2, b3 = s * s * s, 3 * t * s * s, 3 * t * t * s, t * t * t
        c00 += b1 * b1
        c01 += b1 * b2 * along
        c11 += b2 * b2
        dx = x - x0 * (b0 + b1) - x3 * (b2 + b3)
        dy = y - y0 * (b0 + b1) - y3 * (b2 + b3)
        r0 += b1 * (dx * start[0] + dy * start[1])
        r1 += b2 * (dx * end[0] + dy * end[1])
    determinant = c00 * c11 - c01 * c01
    chord = math.dist(points[0], points[-1])
    least = 1e-6 * chord
    left = right = 0.0
    if abs(determinant) > 1e-12:
        left = (r0 * c11 - r1 * c01) / determinant
        right = (c00 * r1 - c01 * r0) / determinant
    if left <= least or right <= least:
        # The rule of thumb of Wu and Barsky, where the equations have no good answer.
        left = right = chord / 3
    # Handles longer than the path itself would make loops that nobody drew.
    longest = sum(math.dist(a, b) for a, b in pairwise(points))
    return _bezier(points[0], points[-1], start, end, min(left, longest), min(right, longest))


def _bezier(
    first: Point, last: Point, start: Point, end: Point, left: float, right: float
) -> tuple[Point, Point, Point, Point]:
    return (
        first,
        (first[0] + start[0] * left, first[1] + start[1] * left),
        (last[0] + end[0] * right, last[1] + end[1] * right),
        last,
    )


def _worst(
    points: list[Point], u: list[float], bezier: tuple[Point, Point, Point, Point]
) -> tuple[float, int]:
    worst, where = 0.0, len(points) // 2
    for i in range(1, len(points) - 1):
        x, y = _at(bezier, u[i])
        miss = (x - points[i][0]) ** 2 + (y - points[i][1]) ** 2
        if miss > worst:
            worst, where = miss, i
    return worst, where


def _at(bezier: tuple[Point, Point, Point, Point], t: float) -> Point:
    s = 1 - t
    b0, b1, b2, b3 = s * s * s, 3 * t * s * s, 3 * t * t * s, t * t * t
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = bezier
    return b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3, b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3


def _closer(bezier: tuple[Point, Point, Point, Point], point: Point, t: float) -> float:
    """A parameter whose place on the curve is closer to the point: one step of Newton's."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = bezier
    s = 1 - t
    x, y = _at(bezier, t)
    dx, dy = x - point[0], y - point[1]
    a, b, c = 3 * s * s, 6 * s * t, 3 * t * t
    vx = a * (x1 - x0) + b * (x2 - x1) + c * (x3 - x2)
    vy = a * (y1 - y0) + b * (y2 - y1) + c * (y3 - y2)
    wx = 6 * s * (x2 - 2 * x1 + x0) + 6 * t * (x3 - 2 * x2 + x1)
    wy = 6 * s * (y2 - 2 * y1 + y0) + 6 * t * (y3 - 2 * y2 + y1)
    slope = vx * vx + vy * vy + dx * wx + dy * wy
    if abs(slope) < 1e-12:
        return t
    return min(1.0, max(0.0, t - (dx * vx + dy * vy) / slope))


def _chord_lengths(points: list[Point]) -> list[float]:
    """Parameters from 0 to 1 by distance along the path."""
    along = [0.0]
    for a, b in pairwise(points):
        along.append(along[-1] + math.dist(a, b))
    return [length / along[-1] for length in along]


def _through(points: list[Point], i: int) -> Point:
    """The direction of the path at an inner point, forwards."""
    before, after = points[i - 1], points[i + 1]
    if before == after:  # the pen went back the way it came
        return _unit(after[0] - points[i][0], after[1] - points[i][1])
    return _unit(after[0] - before[0], after[1] - before[1])


def _unit(x: float, y: float) -> Point:
    length = math.hypot(x, y)
    return x / length, y / length
