"""One stroke as a hand draws it: points that come bit by bit, and the smooth curve through them.

The curve is the quadratic spline that turns at each point and passes half-way between two: what
the page shows. It is made into as few cubics as do within a tolerance. A stroke has one width, so
the line becomes another where the pen is pressed harder or less hard; and where parts of it are
rubbed out, one for each part that is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from bot.pad.operations import EVEN, INKS, PENS, PRESSURES, UNIT
from engine.canvas.curve_fitting import fit
from engine.canvas.drawing import MAX_SEGMENTS, Point, Stroke

SIDE = 512  # pixels of the drawing that others see
MAX_PRESSES = 16  # changes of how hard the pen is pressed, in one line; later ones are not seen

_TOLERANCE = 18.0  # of the paper's numbers, by which the cubics may miss the curve
_CLOSE = 60.0  # of the paper's numbers, between places on the curve that are fitted
_PLACES = 6  # on the curve for one point, at most
_BLOCK = 24  # points whose part of the curve is fitted once and stays
_THOUSAND = 1000  # places along a line from one point to the next

Run = tuple[int, list[Point]]  # how hard the pen is pressed, and control points


@dataclass(slots=True)
class Line:
    """A stroke: points in the paper's numbers, length in its widths.

    presses: (number of a point, how hard the pen is pressed from there on).
    spans: what is left of it, as places of `operations.Trim`; None if nothing was rubbed out.
    """

    ink: int
    pen: int
    points: list[tuple[int, int]] = field(default_factory=list)
    length: float = 0.0
    hidden: bool = False
    presses: list[tuple[int, int]] = field(default_factory=list)
    spans: tuple[tuple[int, int], ...] | None = None
    _left: list[Line] | None = None  # a line for each span
    _settled: list[Run] = field(default_factory=list)  # cubics of the blocks that stay
    _blocks: int = 0
    _strokes: tuple[Stroke, ...] = ()
    _strokes_of: int = 0  # points

    @property
    def visible(self) -> bool:
        return not self.hidden and self.spans != ()

    @property
    def size(self) -> int:
        """How many points it has."""
        return len(self.points)

    @property
    def pieces(self) -> int:
        """How many strokes it becomes, if it is not too long for one."""
        return max(1, len(self.presses)) + len(self.spans or ())

    @property
    def end(self) -> int:
        """Its last place."""
        return _THOUSAND * (len(self.points) - 1)

    @property
    def used(self) -> float:
        """Ink, in widths of the paper."""
        if self.spans is None:
            return ink_of(self.length, self.pen)
        return sum(part.used for part in self._parts())

    def reach(self, points: Iterable[tuple[int, int]], press: int | None = None) -> None:
        """Go on to these points, pressed as hard as before or as told."""
        before = self.end
        hardness = self.presses[-1][1] if self.presses else EVEN
        for point in points:
            if self.points and point == self.points[-1]:
                continue
            if press is not None and press != hardness and len(self.presses) < MAX_PRESSES:
                self.presses.append((len(self.points), press))
            press = None
            if self.points:
                self.length += math.dist(self.points[-1], point) / UNIT
            self.points.append(point)
        if self.spans is not None and self.end > before:
            # What is drawn on after something was rubbed out can be seen.
            *kept, last = [*self.spans, (before, before)]
            joins = bool(kept) and kept[-1][1] == last[0]
            first = kept.pop()[0] if joins else last[0]
            self.trim((*kept, (first, self.end)))

    def trim(self, spans: tuple[tuple[int, int], ...]) -> None:
        """Let nothing be seen but these spans."""
        self.spans = None if spans == ((0, self.end),) else spans
        self._left = None

    def _parts(self) -> list[Line]:
        if self._left is None:
            self._left = [self._part(*span) for span in self.spans or ()]
        return self._left

    def _part(self, first: int, last: int) -> Line:
        """A line of its own that is a span of this one."""
        part = Line(self.ink, self.pen)
        start = first // _THOUSAND
        presses = dict(self.presses)
        hardness = next((press for n, press in reversed(self.presses) if n <= start), EVEN)
        part.reach([self.place(first)], hardness)
        for n in range(start + 1, last // _THOUSAND + 1):
            part.reach([self.points[n]], presses.get(n))
        part.reach([self.place(last)])
        return part

    def place(self, at: int) -> tuple[int, int]:
        """The point at a place along the line. The page rounds in the same way."""
        n, share = divmod(at, _THOUSAND)
        (x0, y0), (x1, y1) = self.points[n], self.points[min(n + 1, len(self.points) - 1)]
        rest = _THOUSAND - share
        half = _THOUSAND // 2
        x, y = (x0 * rest + x1 * share + half), (y0 * rest + y1 * share + half)
        return x // _THOUSAND, y // _THOUSAND

    def strokes(self) -> tuple[Stroke, ...]:
        """The line as smooth curves; several that meet when it is too long for one."""
        if self.spans is not None:
            return tuple(stroke for part in self._parts() for stroke in part.strokes())
        if self._strokes_of != len(self.points):
            self._strokes = tuple(self._cut(self._curve()))
            self._strokes_of = len(self.points)
        return self._strokes

    def _cut(self, runs: list[Run]) -> Iterable[Stroke]:
        scale = SIDE / UNIT
        red, green, blue = INKS[self.ink]
        colour = (red / 255, green / 255, blue / 255, 1.0)
        for press, curve in runs:
            width = PENS[self.pen] * scale * PRESSURES[press]
            for first in range(0, len(curve) - 1, 3 * MAX_SEGMENTS):
                part = curve[first : first + 3 * MAX_SEGMENTS + 1]
                yield Stroke(tuple((x * scale, y * scale) for x, y in part), width, colour)

    def _curve(self) -> list[Run]:
        """Cubics, and how hard the pen is pressed. Only what is new since last time is fitted."""
        points = self.points
        if len(points) < 3:
            a, b = points[0], points[-1]
            third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
            curve = [a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]
            return [(self._press_at(len(points) - 1), curve)]
        last = len(points) - 2  # the last point at which the curve turns
        while (self._blocks + 1) * _BLOCK < last:
            first = self._blocks * _BLOCK + 1
            self._settled = self._joined(self._settled, first, first + _BLOCK - 1)
            self._blocks += 1
        return self._joined(self._settled, self._blocks * _BLOCK + 1, last)

    def _joined(self, runs: list[Run], first: int, last: int) -> list[Run]:
        """The runs, and the part that turns at points `first` to `last` after them."""
        runs = list(runs)
        turns = [n for n, _ in self.presses if first < n <= last]
        for a, b in pairwise([first, *turns, last + 1]):
            curve = self._fitted(a, b - 1)
            press = self._press_at(a)
            if runs and runs[-1][0] == press:
                runs[-1] = press, runs[-1][1] + curve[1:]
            else:
                runs.append((press, curve))
        return runs

    def _press_at(self, n: int) -> int:
        return next((press for at, press in reversed(self.presses) if at <= n), EVEN)

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
