"""From one drawing's strokes to another's: which becomes which, and how they stand in between.

Strokes are paired by where they lie, how long they are, their colour and their place in the order,
the nearest first. What finds no partner grows out of a point of the other drawing, or shrinks
into one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.canvas.drawing import MAX_SEGMENTS, Drawing, Point, Stroke
from engine.canvas.tidy import is_outline

_LONG, _COLOUR, _ORDER = 0.5, 0.5, 0.25  # how much these differences weigh beside the distance
_SHRUNK = 0.05  # of its length, what is left of a stroke without a partner


@dataclass(frozen=True, slots=True)
class Pair:
    """A stroke at the beginning and at the end, both with the same number of cubics."""

    first: Stroke
    last: Stroke

    def at(self, share: float) -> Stroke:
        """The stroke when `share` of the way, in [0, 1], is done."""
        points = tuple(
            (_mix(x0, x1, share), _mix(y0, y1, share))
            for (x0, y0), (x1, y1) in zip(self.first.points, self.last.points, strict=True)
        )
        red, green, blue, alpha = (
            _mix(a, b, share) for a, b in zip(self.first.colour, self.last.colour, strict=True)
        )
        width = _mix(self.first.width, self.last.width, share)
        return Stroke(points, width, (red, green, blue, alpha))


def paired(first: Drawing, last: Drawing) -> list[Pair]:
    """All strokes of two drawings on canvases of one size, what colours in beneath the lines."""
    pairs: list[Pair] = []
    for lines in (False, True):
        before = [stroke for stroke in first.strokes if is_outline(stroke) is lines]
        after = [stroke for stroke in last.strokes if is_outline(stroke) is lines]
        pairs += _paired(before, after, first.width)
    return pairs


def between(pairs: Sequence[Pair], first: Drawing, last: Drawing, share: float) -> Drawing:
    """The drawing when `share` of the way is done."""
    red, green, blue = (
        _mix(a, b, share) for a, b in zip(first.background, last.background, strict=True)
    )
    strokes = tuple(pair.at(share) for pair in pairs)
    return replace(first, strokes=strokes, background=(red, green, blue))


def _paired(before: Sequence[Stroke], after: Sequence[Stroke], side: float) -> list[Pair]:
    costs = sorted(
        (_unlike(one, other, i / len(before) - j / len(after), side), i, j)
        for i, one in enumerate(before)
        for j, other in enumerate(after)
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in costs:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    found: list[tuple[float, Pair]] = []
    for i, one in enumerate(before):
        where = i / len(before)
        if i in partner:
            where = (where + partner[i] / len(after)) / 2
            found.append((where, _alike(one, after[partner[i]])))
        else:
            found.append((where, _alike(one, _shrunk(one, after))))
    for j, other in enumerate(after):
        if j not in taken:
            found.append((j / len(after), _alike(_shrunk(other, before), other)))
    return [pair for _, pair in sorted(found, key=lambda one: one[0])]


def _unlike(one: Stroke, other: Stroke, order: float, side: float) -> float:
    (x0, y0), (x1, y1) = _centre(one), _centre(other)
    colour = math.dist(one.colour, other.colour)
    length = abs(_length(one) - _length(other)) / side
    apart = math.hypot(x0 - x1, y0 - y1) / side
    return apart + _LONG * length + _COLOUR * colour + _ORDER * abs(order)


def _alike(one: Stroke, other: Stroke) -> Pair:
    """Both with as many cubics, and the other one in the direction that is less of a way."""
    segments = max(one.segments, other.segments)
    first, last = _divided(one, segments), _divided(other, segments)
    turned = replace(last, points=last.points[::-1])
    return Pair(first, min(last, turned, key=lambda way: _way(first, way)))


def _way(one: Stroke, other: Stroke) -> float:
    return sum(math.dist(a, b) for a, b in zip(one.points, other.points, strict=True))


def _divided(stroke: Stroke, segments: int) -> Stroke:
    """The same line of so many cubics: the longest is halved again and again (de Casteljau)."""
    cubics = [stroke.points[i : i + 4] for i in range(0, len(stroke.points) - 1, 3)]
    while len(cubics) < min(segments, MAX_SEGMENTS):
        longest = max(range(len(cubics)), key=lambda i: _polygon(cubics[i]))
        cubics[longest : longest + 1] = _halves(*cubics[longest])
    points = [cubics[0][0], *(point for cubic in cubics for point in cubic[1:])]
    return replace(stroke, points=tuple(points))


def _halves(a: Point, b: Point, c: Point, d: Point) -> list[tuple[Point, ...]]:
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    abc, bcd = _middle(ab, bc), _middle(bc, cd)
    half = _middle(abc, bcd)
    return [(a, ab, abc, half), (half, bcd, cd, d)]


def _shrunk(stroke: Stroke, others: Sequence[Stroke]) -> Stroke:
    """What a stroke comes from, or ends as: a faint point on the nearest of the other strokes."""
    x, y = _centre(stroke)
    spot = x, y
    if others:
        every = (point for other in others for point in other.points[::3])
        spot = min(every, key=lambda point: math.hypot(point[0] - x, point[1] - y))
    points = tuple(
        (spot[0] + _SHRUNK * (px - x), spot[1] + _SHRUNK * (py - y)) for px, py in stroke.points
    )
    return Stroke(points, max(_SHRUNK * stroke.width, 1e-3), (*stroke.colour[:3], 0.0))


def _centre(stroke: Stroke) -> Point:
    count = len(stroke.points)
    return sum(x for x, _ in stroke.points) / count, sum(y for _, y in stroke.points) / count


def _length(stroke: Stroke) -> float:
    return _polygon(stroke.points)


def _polygon(points: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _mix(a: float, b: float, share: float) -> float:
    return a + share * (b - a)
