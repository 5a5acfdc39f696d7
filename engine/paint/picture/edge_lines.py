"""Lines along the edges of a picture, followed as a pen would.

A line is wanted where a picture is darker than what lies around it: on a thin dark line in its
middle, along an edge on its dark side. That is a difference of two Gaussians, as in XDoG
(Winnemöller, Kyprianidis, Olsen 2012); edges between colours of one brightness are added. Its
ridges are followed step by step, and each path becomes one stroke of few cubics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.canvas.curve_fitting import fit
from engine.canvas.drawing import Point

Array = NDArray[np.float64]
_Steps = dict[tuple[int, int], int]  # near which step of a path a pixel (row, column) lies

_FINE, _BROAD = 1.0, 2.0  # pixels: blurs in which lines are looked for
_WIDER = 1.6  # the second Gaussian by the first, as in XDoG
_FULL = 0.12  # a difference in OKLab that is an edge of full ink
_OF_COLOUR = 0.8  # how much an edge between colours counts beside one of brightness
_WEAK, _STRONG = 0.26, 0.36  # ink on which a path goes on, and on which one begins
_GAP = 2  # steps without ink that a path may bridge
_APART = 2.0  # pixels between the paths of different strokes
_LAG = 6  # steps apart, places of one path must not be near each other
_TURNING, _BACK = 4, -0.2  # so many steps turn at most as far, as a cosine
_SHORTEST = 4.0  # pixels
_LONGEST = 400  # steps
_TOLERANCE = 0.6  # pixels by which cubics may miss a path


@dataclass(frozen=True, slots=True)
class Line:
    """points: 3k + 1 control points in pixels of the picture. ink: wanted along it, summed up."""

    points: tuple[Point, ...]
    ink: float


def edges(lab: Array) -> Array:
    """How much ink is wanted, (h, w) from 0 to about 1, of a picture (h, w, 3) in OKLab."""
    shade = np.maximum(_darker(lab[..., 0], _FINE), _darker(lab[..., 0], _BROAD))
    # Between two colours it is the side that is redder or yellower: one side, not both.
    hue = _OF_COLOUR * np.maximum(
        -_darker(lab[..., 1], _FINE, signed=True), -_darker(lab[..., 2], _FINE, signed=True)
    ).clip(0)
    alone = hue - 2 * _highest_near(shade)
    # A faint edge is an edge all the same.
    return np.sqrt((shade + alone.clip(0)) / _FULL)


def lines(ink: Array) -> list[Line]:
    """Strokes along the ridges of wanted ink (h, w), those on most ink first."""
    found = []
    for path in _paths(ink):
        smooth = _smoothed(path)
        length = sum(math.dist(a, b) for a, b in pairwise(smooth))
        if length < _SHORTEST:
            continue
        reach = min(3, len(smooth) - 1)
        (x0, y0), (x1, y1) = smooth[0], smooth[reach]
        (x2, y2), (x3, y3) = smooth[-1 - reach], smooth[-1]
        start, end = (x1 - x0, y1 - y0), (x2 - x3, y2 - y3)
        points = fit(smooth, _TOLERANCE, start, end)
        total = sum(ink[_pixel(x, y, ink.shape)] for x, y in path)
        found.append(Line(tuple(points), float(total)))
    return sorted(found, key=lambda line: -line.ink)


def blurred(image: Array, sigma: float) -> Array:
    """(h, w), blurred by a Gaussian of `sigma` pixels, the border repeated."""
    height, width = image.shape
    return _kernel(height, sigma) @ image @ _kernel(width, sigma).T


def _kernel(size: int, sigma: float) -> Array:
    """(size, size): each row the weights that make one blurred pixel."""
    reach = max(1, round(3 * sigma))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    at = (np.arange(size)[:, None] + offsets).clip(0, size - 1)
    kernel = np.zeros((size, size))
    np.add.at(kernel, (np.arange(size)[:, None], at), weights / weights.sum())
    return kernel


def _darker(values: Array, sigma: float, signed: bool = False) -> Array:
    """How much lower each pixel is than what lies around it."""
    difference = blurred(values, _WIDER * sigma) - blurred(values, sigma)
    return difference if signed else difference.clip(0)


def _highest_near(values: Array) -> Array:
    """The maximum in the 5 x 5 pixels around each."""
    padded = np.pad(values, 2, mode="edge")
    rows = np.max([padded[i : i + values.shape[0]] for i in range(5)], axis=0)
    return np.max([rows[:, i : i + values.shape[1]] for i in range(5)], axis=0)


def _paths(ink: Array) -> list[list[Point]]:
    """Paths along the ridges, in steps of a pixel; the strongest ridges are followed first."""
    field = _Ridges(ink)
    order = np.argsort(-ink, axis=None)
    begin = order[: int((ink > _STRONG).sum())]
    paths = []
    for place in begin.tolist():
        row, column = divmod(place, ink.shape[1])
        if field.taken[row][column]:
            continue
        paths.append(field.follow(column + 0.5, row + 0.5))
    return paths


class _Ridges:
    """Where ink is wanted, which way its ridges run, and which places are taken already."""

    def __init__(self, ink: Array) -> None:
        self._height, self._width = ink.shape
        self._ink: list[list[float]] = ink.tolist()
        down, right = (np.asarray(slope) for slope in np.gradient(ink))
        xx, xy, yy = (blurred(part, 1.2) for part in (right * right, right * down, down * down))
        angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
        self._along = np.stack((np.cos(angle), np.sin(angle)), -1).tolist()
        self.taken = [[False] * self._width for _ in range(self._height)]

    def follow(self, x: float, y: float) -> list[Point]:
        """The path through a place, both ways until there is no more ink; it is taken then."""
        right, down = self._along[int(y)][int(x)]
        own: _Steps = {}
        self._mark(own, x, y, 0)
        ahead = self._walk(x, y, right, down, own, 1)
        closed = len(ahead) > 2 * _LAG and math.dist(ahead[-1], (x, y)) < 2 * _APART
        behind = [] if closed else self._walk(x, y, -right, -down, own, -1)
        for row, column in own:
            self.taken[row][column] = True
        return [*reversed(behind), (x, y), *ahead]

    def _walk(
        self,
        x: float,
        y: float,
        right: float,
        down: float,
        own: dict[tuple[int, int], int],
        way: int,
    ) -> list[Point]:
        """The path from a place. own: of this path; steps are counted on by `way`, 1 or -1."""
        path: list[Point] = []
        ways: list[Point] = []
        dry = 0
        for step in range(way, way * (_LONGEST + 1), way):
            along_x, along_y = self._along[int(y)][int(x)]
            if along_x * right + along_y * down < 0:
                along_x, along_y = -along_x, -along_y
            right, down = 0.6 * along_x + 0.4 * right, 0.6 * along_y + 0.4 * down
            length = math.hypot(right, down) or 1.0
            right, down = right / length, down / length
            ways.append((right, down))
            if len(ways) > _TURNING:  # about a sharp corner, or round the end of a thick line
                before = ways[-1 - _TURNING]
                if right * before[0] + down * before[1] < _BACK:
                    return path[: 1 - _TURNING]
            x, y = self._on_ridge(x + right, y + down, right, down)
            if not (0 <= x < self._width and 0 <= y < self._height):
                break
            place = int(y), int(x)
            if self.taken[place[0]][place[1]] or abs(own.get(place, step) - step) > _LAG:
                break
            dry = 0 if self._at(x, y) > _WEAK else dry + 1
            if dry > _GAP:
                break
            path.append((x, y))
            self._mark(own, x, y, step)
        return path[: len(path) - dry] if dry else path

    def _on_ridge(self, x: float, y: float, right: float, down: float) -> Point:
        """The place nearby, across the way, with most ink; half way there."""
        best, most = 0.0, self._at(x, y)
        for off in (-1.0, -0.5, 0.5, 1.0):
            there = self._at(x - down * off, y + right * off) - 0.01
            if there > most:
                best, most = off, there
        return x - down * best / 2, y + right * best / 2

    def _at(self, x: float, y: float) -> float:
        """Ink at a place, between pixels linearly; beyond the picture there is none."""
        x, y = x - 0.5, y - 0.5
        left, top = math.floor(x), math.floor(y)
        if not (0 <= left < self._width - 1 and 0 <= top < self._height - 1):
            left, top = round(x), round(y)
            inside = 0 <= left < self._width and 0 <= top < self._height
            return self._ink[top][left] if inside else 0.0
        x, y = x - left, y - top
        above, below = self._ink[top], self._ink[top + 1]
        return (above[left] * (1 - x) + above[left + 1] * x) * (1 - y) + (
            below[left] * (1 - x) + below[left + 1] * x
        ) * y

    def _mark(self, own: _Steps, x: float, y: float, step: int) -> None:
        """Note for the pixels near a place that they lie near this step."""
        for row in range(max(0, int(y - _APART)), min(self._height, int(y + _APART) + 1)):
            for column in range(max(0, int(x - _APART)), min(self._width, int(x + _APART) + 1)):
                if math.hypot(column + 0.5 - x, row + 0.5 - y) <= _APART:
                    own.setdefault((row, column), step)


def _smoothed(path: Sequence[Point]) -> list[Point]:
    """The path with its trembling out, its ends where they were."""
    at = np.array(path)
    for _ in range(2):
        if len(at) > 2:
            at[1:-1] = 0.25 * at[:-2] + 0.5 * at[1:-1] + 0.25 * at[2:]
    return [(float(x), float(y)) for x, y in at]


def _pixel(x: float, y: float, shape: tuple[int, ...]) -> tuple[int, int]:
    return min(max(int(y), 0), shape[0] - 1), min(max(int(x), 0), shape[1] - 1)
