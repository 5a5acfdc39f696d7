"""What operations leave on the paper, and which of them the paper takes.

The drawing is a fold of the operations in the order in which the server took them. Strokes that
are erased stay where they are, out of sight, so that they can come back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from bot.pad.line import SIDE, Line, ink_of
from bot.pad.operations import (
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
from engine.canvas.drawing import Drawing

MAX_LINES = 400  # on one sheet, those out of sight included
MAX_POINTS = 12_000  # likewise
MAX_POINTS_OF_LINE = 1_500

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
        return sum(line.used for line in self.visible)

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
                more = sum(line.used for line in back)
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
        before = line.used if line.points else 0.0
        more = ink_of(line.length + more, line.pen) - before
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


def _pairs(points: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(points[::2], points[1::2], strict=True))
