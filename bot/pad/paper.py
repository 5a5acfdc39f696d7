"""What operations leave on the paper, and which of them the paper takes.

The drawing is a fold of the operations in the order in which the server took them. Strokes that
are erased stay where they are, out of sight, so that they can come back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from bot.pad.curve_fitting import fit
from bot.pad.operations import (
    INKS,
    PENS,
    UNIT,
    Add,
    Clear,
    Done,
    Erase,
    Extend,
    Operation,
    Restore,
)
from bot.pad.sheet import Sheet
from engine.drawing import MAX_SEGMENTS, Drawing, Point, Stroke

SIDE = 512  # pixels of the drawing that others see
MAX_LINES = 400  # on one sheet, those out of sight included
MAX_POINTS = 12_000  # likewise
MAX_POINTS_OF_LINE = 1_500

_CLOSE = 60.0  # of the paper's numbers, between places through which a curve is fitted
_TOLERANCE = 18.0  # of the paper's numbers, by which a fitted curve may miss the pen's path
_ROUNDING = 1e-3  # widths of the paper by which two ways of adding up ink may differ


class Refusal(StrEnum):
    """Why the paper does not take an operation."""

    INK = "ink"
    STROKES = "strokes"
    WORN = "worn"
    UNKNOWN = "unknown"
    LONG = "long"
    TWICE = "twice"
    PAUSED = "paused"
    OVER = "over"


@dataclass(slots=True)
class Line:
    """A stroke as the hand drew it: points in the paper's numbers, length in its widths."""

    ink: int
    pen: int
    points: list[tuple[int, int]]
    length: float = 0.0
    hidden: bool = False
    fitted: tuple[Stroke, ...] = ()  # as of so many points:
    fitted_points: int = 0

    def reach(self, points: Iterable[tuple[int, int]]) -> None:
        for point in points:
            if self.points:
                self.length += math.dist(self.points[-1], point) / UNIT
            self.points.append(point)

    def strokes(self) -> tuple[Stroke, ...]:
        """The line as smooth curves, several when it is too long for one."""
        if self.fitted_points != len(self.points):
            self.fitted = tuple(_smooth(self))
            self.fitted_points = len(self.points)
        return self.fitted


@dataclass(slots=True)
class Paper:
    """A sheet with what is drawn on it. lines: by name, in painting order."""

    lines: dict[str, Line] = field(default_factory=dict)
    points: int = 0
    done: bool = False

    @property
    def visible(self) -> list[Line]:
        return [line for line in self.lines.values() if not line.hidden]

    @property
    def ink(self) -> float:
        """How much is used by what can be seen, in widths of the paper."""
        return sum(_ink(line.length, line.pen) for line in self.visible)

    def refusal(self, operation: Operation, sheet: Sheet, paused: bool = False) -> Refusal | None:
        """Why this sheet does not take the operation now; None if it does.

        Erasing gives the ink back, so that a slip costs nothing.
        """
        if self.done:
            return Refusal.OVER
        match operation:
            case Add() | Extend() if paused:
                return Refusal.PAUSED
            case Add(stroke=name):
                if name in self.lines:
                    return Refusal.TWICE
                if len(self.lines) >= MAX_LINES:
                    return Refusal.WORN
                if sheet.strokes is not None and len(self.visible) >= sheet.strokes:
                    return Refusal.STROKES
                line = Line(operation.ink, operation.pen, [])
                return self._over(line, operation.points, sheet)
            case Extend(stroke=name):
                line = self.lines.get(name)
                return self._over(line, operation.points, sheet) if line else Refusal.UNKNOWN
            case Restore(strokes=names):
                if not set(names) <= self.lines.keys():
                    return Refusal.UNKNOWN
                back = [line for name in set(names) if (line := self.lines[name]).hidden]
                if sheet.strokes is not None and len(self.visible) + len(back) > sheet.strokes:
                    return Refusal.STROKES
                more = sum(_ink(line.length, line.pen) for line in back)
                return Refusal.INK if back and self.ink + more > sheet.ink + _ROUNDING else None
            case Erase(strokes=names):
                return None if set(names) <= self.lines.keys() else Refusal.UNKNOWN
            case Clear() | Done():
                return None

    def _over(self, line: Line, points: tuple[int, ...], sheet: Sheet) -> Refusal | None:
        """Would these points be too many for the paper, or too long for the ink?"""
        if self.points + len(points) // 2 > MAX_POINTS:
            return Refusal.WORN
        if len(line.points) + len(points) // 2 > MAX_POINTS_OF_LINE:
            return Refusal.LONG
        if line.hidden:
            return None
        path = [*line.points[-1:], *_pairs(points)]
        more = sum(math.dist(a, b) for a, b in pairwise(path)) / UNIT
        before = _ink(line.length, line.pen) if line.points else 0.0
        more = _ink(line.length + more, line.pen) - before
        return Refusal.INK if self.ink + more > sheet.ink + _ROUNDING else None

    def apply(self, operation: Operation) -> None:
        """Carry out an operation that was not refused."""
        match operation:
            case Add(stroke=name):
                self.lines[name] = line = Line(operation.ink, operation.pen, [])
                line.reach(_pairs(operation.points))
                self.points += len(operation.points) // 2
            case Extend(stroke=name):
                self.lines[name].reach(_pairs(operation.points))
                self.points += len(operation.points) // 2
            case Erase(strokes=names) | Restore(strokes=names):
                for name in names:
                    self.lines[name].hidden = isinstance(operation, Erase)
            case Clear():
                for line in self.lines.values():
                    line.hidden = True
            case Done():
                self.done = True

    def drawing(self) -> Drawing:
        """What can be seen, on a white canvas of 512 × 512 pixels."""
        return Drawing(SIDE, SIDE, tuple(s for line in self.visible for s in line.strokes()))


def _ink(length: float, pen: int) -> float:
    """A dot takes as much as the pen is wide."""
    return max(length, PENS[pen] / UNIT)


def _pairs(points: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(points[::2], points[1::2], strict=True))


def _flowing(points: list[tuple[int, int]]) -> list[Point]:
    """Places along the curve that the page shows for these points.

    It is the quadratic spline that turns at each point and passes half-way between them. Where a
    pen was fast its points are far apart, and a fit through them alone could swing anywhere.
    """
    if len(points) < 3:
        return [*points]
    halves = [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in pairwise(points)]
    halves[0], halves[-1] = points[0], points[-1]
    path: list[Point] = [halves[0]]
    for (x0, y0), (x1, y1), (x2, y2) in zip(halves, points[1:], halves[1:], strict=False):
        count = math.ceil((math.dist((x0, y0), (x1, y1)) + math.dist((x1, y1), (x2, y2))) / _CLOSE)
        for i in range(1, count + 1):
            t = i / count
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            path.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
    return path


def _smooth(line: Line) -> Iterable[Stroke]:
    scale = SIDE / UNIT
    red, green, blue = INKS[line.ink]
    colour = (red / 255, green / 255, blue / 255, 1.0)
    curve: list[Point] = [(x * scale, y * scale) for x, y in fit(_flowing(line.points), _TOLERANCE)]
    for first in range(0, len(curve) - 1, 3 * MAX_SEGMENTS):
        part = tuple(curve[first : first + 3 * MAX_SEGMENTS + 1])
        yield Stroke(part, PENS[line.pen] * scale, colour)
