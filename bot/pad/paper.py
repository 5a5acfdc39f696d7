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
    Fill,
    Operation,
    Reopen,
    Reshape,
    Restore,
    Trim,
)
from bot.pad.region import Region, cells_of
from bot.pad.region import ink_of as ink_of_cells
from bot.pad.sheet import Sheet, Work
from engine.canvas.drawing import MAX_STROKES, Drawing

MAX_LINES = 400  # on one sheet, those out of sight included
MAX_POINTS = 12_000  # likewise
MAX_POINTS_OF_LINE = 1_500
MAX_PIECES = 1_000  # strokes of a Drawing that lines and fills may become, likewise

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
    EMPTY = "empty"


@dataclass(slots=True)
class Paper:
    """A sheet with what is drawn on it. lines: by name, in painting order, fills among them."""

    lines: dict[str, Line | Region] = field(default_factory=dict)
    done: bool = False

    @property
    def visible(self) -> list[Line | Region]:
        return [line for line in self.lines.values() if line.visible]

    @property
    def points(self) -> int:
        return sum(line.size for line in self.lines.values())

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines.values())

    @property
    def ink(self) -> float:
        """How much is used by what can be seen, in widths of the paper."""
        return sum(line.used for line in self.visible)

    def refusal(self, operation: Operation, sheet: Sheet, paused: bool = False) -> Refusal | None:
        """Why this sheet does not take the operation now; None if it does.

        Erasing gives the ink back, so that a slip costs nothing.
        """
        if self.done and not isinstance(operation, Reopen):
            return Refusal.OVER
        match operation:
            case Add() | Extend() | Fill() if paused:
                return Refusal.PAUSED
            case Add(stroke=name):
                return self._no_more(name, sheet) or self._over(
                    Line(operation.ink, operation.pen), operation.points, sheet
                )
            case Fill(stroke=name):
                return self._no_more(name, sheet) or self._too_large(None, operation, sheet)
            case Extend(stroke=name):
                line = self._line(name)
                return self._over(line, operation.points, sheet) if line else Refusal.UNKNOWN
            case Trim(stroke=name):
                line = self._line(name)
                return self._too_long(line, operation.spans, sheet) if line else Refusal.UNKNOWN
            case Reshape(stroke=name):
                region = self._region(name)
                return self._too_large(region, operation, sheet) if region else Refusal.UNKNOWN
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
            case Clear() | Done() | Reopen():
                return None

    def _no_more(self, name: str, sheet: Sheet) -> Refusal | None:
        """Why there may be no new stroke of this name."""
        if name in self.lines:
            return Refusal.TWICE
        if len(self.lines) >= MAX_LINES or self.pieces >= MAX_PIECES:
            return Refusal.WORN
        if sheet.strokes is not None and len(self.visible) >= sheet.strokes:
            return Refusal.STROKES
        return None

    def _dry(self, line: Line | Region, then: float, sheet: Sheet) -> Refusal | None:
        """Is there too little ink for a line that is to take as much as that?"""
        if line.hidden:
            return None
        before = line.used if line.visible and line.size else 0.0
        short = then > before and self.ink - before + then > sheet.ink + _ROUNDING
        return Refusal.INK if short else None

    def _over(self, line: Line, points: tuple[int, ...], sheet: Sheet) -> Refusal | None:
        """Would these points be too many for the paper, or too long for the ink?"""
        if self.points + len(points) // 2 > MAX_POINTS:
            return Refusal.WORN
        if len(line.points) + len(points) // 2 > MAX_POINTS_OF_LINE:
            return Refusal.LONG
        path = [*line.points[-1:], *_pairs(points)]
        more = sum(math.dist(a, b) for a, b in pairwise(path)) / UNIT
        if line.spans is not None:  # what comes next is a span of its own, or makes the last longer
            return self._dry(line, line.used + ink_of(more, line.pen), sheet)
        return self._dry(line, ink_of(line.length + more, line.pen), sheet)

    def _too_long(
        self, line: Line, spans: tuple[tuple[int, int], ...], sheet: Sheet
    ) -> Refusal | None:
        """Is this more of the line than there is, or more than there is ink for?"""
        if spans and spans[-1][1] > line.end:
            return Refusal.UNKNOWN
        if self.pieces - line.pieces + len(line.presses) + len(spans) > MAX_PIECES:
            return Refusal.WORN
        if spans and not self._room(line, sheet):
            return Refusal.STROKES
        trial = Line(line.ink, line.pen, line.points, line.length, presses=line.presses)
        trial.trim(spans)
        return self._dry(line, trial.used, sheet)

    def _too_large(
        self, region: Region | None, operation: Fill | Reshape, sheet: Sheet
    ) -> Refusal | None:
        """Does a region have too many points for the paper, too much area for the ink, or none?"""
        size = sum(map(len, operation.contours)) // 2
        if self.points - (region.size if region else 0) + size > MAX_POINTS:
            return Refusal.WORN
        cells = cells_of(operation.contours)
        if region is None:
            short = self.ink + ink_of_cells(cells) > sheet.ink + _ROUNDING
            return Refusal.EMPTY if not cells else Refusal.INK if short else None
        if cells and not self._room(region, sheet):
            return Refusal.STROKES
        return self._dry(region, ink_of_cells(cells), sheet)

    def _room(self, line: Line | Region, sheet: Sheet) -> bool:
        """May this come back, if nothing is left of it now?"""
        back = not line.hidden and not line.visible
        return not back or sheet.strokes is None or len(self.visible) < sheet.strokes

    def _line(self, name: str) -> Line | None:
        line = self.lines.get(name)
        return line if isinstance(line, Line) else None

    def _region(self, name: str) -> Region | None:
        line = self.lines.get(name)
        return line if isinstance(line, Region) else None

    def apply(self, operation: Operation) -> None:
        """Carry out an operation that was not refused."""
        match operation:
            case Add(stroke=name):
                self.lines[name] = line = Line(operation.ink, operation.pen)
                line.reach(_pairs(operation.points), operation.press)
            case Extend(stroke=name):
                if line := self._line(name):
                    line.reach(_pairs(operation.points), operation.press)
            case Fill(stroke=name):
                self.lines[name] = Region(operation.ink, operation.contours)
            case Trim(stroke=name):
                if line := self._line(name):
                    line.trim(operation.spans)
            case Reshape(stroke=name):
                if region := self._region(name):
                    region.reshape(operation.contours)
            case Erase(strokes=names) | Restore(strokes=names):
                for name in names:
                    self.lines[name].hidden = isinstance(operation, Erase)
            case Clear():
                for line in self.lines.values():
                    line.hidden = True
            case Done() | Reopen():
                self.done = isinstance(operation, Done)

    def uncovered(self) -> list[Region]:
        """Fills whose strokes have yet to be found, which takes a while."""
        return [line for line in self.visible if isinstance(line, Region) and not line.covered]

    def drawing(self) -> Drawing:
        """What can be seen, on a white canvas of 512 × 512 pixels."""
        return self.work().drawing

    def work(self) -> Work:
        """What can be seen, and what it took."""
        drawn = [(s, isinstance(line, Region)) for line in self.visible for s in line.strokes()]
        drawn = drawn[-MAX_STROKES:]
        drawing = Drawing(SIDE, SIDE, tuple(stroke for stroke, _ in drawn))
        fills = tuple(n for n, (_, fill) in enumerate(drawn) if fill)
        return Work(drawing, self.ink, len(self.visible), fills)


def _pairs(points: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(points[::2], points[1::2], strict=True))
