"""One stroke as a hand draws it: points that come bit by bit, and the smooth curve through them.

The curve is the quadratic spline that turns at each point and passes half-way between two: what
the page shows. It is made into as few cubics as do within a tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.pad.operations import INKS, PENS, UNIT
from engine.canvas.curve_fitting import fit
from engine.canvas.drawing import MAX_SEGMENTS, Point, Stroke

SIDE = 512  # pixels of the drawing that others see

_TOLERANCE = 18.0  # of the paper's numbers, by which the cubics may miss the curve
_CLOSE = 60.0  # of the paper's numbers, between places on the curve that are fitted
_PLACES = 6  # on the curve for one point, at most
_BLOCK = 24  # points whose part of the curve is fitted once and stays


@dataclass(slots=True)
class Line:
    """A stroke: points in the paper's numbers, length in its widths."""

    ink: int
    pen: int
    points: list[tuple[int, int]] = field(default_factory=list)
    length: float = 0.0
    hidden: bool = False
    _settled: list[Point] = field(default_factory=list)  # cubics of the blocks that stay
    _blocks: int = 0
    _strokes: tuple[Stroke, ...] = ()
    _strokes_of: int = 0  # points

    @property
    def used(self) -> float:
        """Ink, in widths of the paper."""
        return ink_of(self.length, self.pen)

    def reach(self, points: Iterable[tuple[int, int]]) -> None:
        """Go on to these points."""
        for point in points:
            if not self.points:
                self.points.append(point)
            elif point != self.points[-1]:
                self.length += math.dist(self.points[-1], point) / UNIT
                self.points.append(point)

    def strokes(self) -> tuple[Stroke, ...]:
        """The line as smooth curves; several that meet when it is too long for one."""
        if self._strokes_of != len(self.points):
            self._strokes = tuple(self._cut(self._curve()))
            self._strokes_of = len(self.points)
        return self._strokes

    def _cut(self, curve: list[Point]) -> Iterable[Stroke]:
        scale = SIDE / UNIT
        red, green, blue = INKS[self.ink]
        colour = (red / 255, green / 255, blue / 255, 1.0)
        for first in range(0, len(curve) - 1, 3 * MAX_SEGMENTS):
            part = curve[first : first + 3 * MAX_SEGMENTS + 1]
            points = tuple((x * scale, y * scale) for x, y in part)
            yield Stroke(points, PENS[self.pen] * scale, colour)

    def _curve(self) -> list[Point]:
        """Control points of the cubics. Only what is new since the last time is fitted."""
        points = self.points
        if len(points) < 3:
            a, b = points[0], points[-1]
            third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
            return [a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]
        last = len(points) - 2  # the last point at which the curve turns
        while (self._blocks + 1) * _BLOCK < last:
            first = self._blocks * _BLOCK + 1
            self._settled += self._fitted(first, first + _BLOCK - 1)[bool(self._settled) :]
            self._blocks += 1
        tail = self._fitted(self._blocks * _BLOCK + 1, last)
        return self._settled + tail[bool(self._settled) :]

    def _fitted(self, first: int, last: int) -> list[Point]:
        """The cubics of the part that turns at points `first` to `last`.

        At its ends, half-way between two points, the curve goes from one straight to the other.
        """
        points = self.points
        path = [self._half(first - 1)]
        for i in range(first, last + 1):
            (x0, y0), (x1, y1), (x2, y2) = self._half(i - 1), points[i], self._half(i)
            length = math.dist((x0, y0), (x1, y1)) + math.dist((x1, y1), (x2, y2))
            count = min(_PLACES, math.ceil(length / _CLOSE))
            for k in range(1, count + 1):
                t = k / count
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
                path.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
        (ax, ay), (bx, by) = points[first - 1], points[first]
        (cx, cy), (dx, dy) = points[last], points[last + 1]
        return fit(path, _TOLERANCE, (bx - ax, by - ay), (cx - dx, cy - dy))

    def _half(self, i: int) -> Point:
        """Half-way from point `i` to the next; at the ends of the line, its ends."""
        (ax, ay), (bx, by) = self.points[i], self.points[i + 1]
        if i == 0:
            return (float(ax), float(ay))
        if i == len(self.points) - 2:
            return (float(bx), float(by))
        return ((ax + bx) / 2, (ay + by) / 2)


def ink_of(length: float, pen: int) -> float:
    """What a line of this length takes, in widths of the paper: a dot, the width of the pen."""
    return max(length, PENS[pen] / UNIT)
