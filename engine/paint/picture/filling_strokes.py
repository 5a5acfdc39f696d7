"""Broad strokes that fill the shapes of a picture, each laid where it brings the picture nearest.

Strokes are tried at random where the canvas is furthest from the picture, the best are moved,
bent and widened a little as long as that helps, and laid in the colour of what they cover; then
the next are sought. So large shapes come first, and what is small lies on top. The search is that
of Primitive (Michael Fogleman, 2016, https://github.com/fogleman/primitive), over strokes.
Lengths are shares of the canvas's side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

MIDDLE_X, MIDDLE_Y, ANGLE, LENGTH, BEND, WIDTH = range(6)
"""What says a stroke: its middle, direction, length, how far it bends by its length, full width."""

_TRIED = 80  # strokes at once
_REFINED = 6  # of them, the best
_MUTANTS = 6  # of each in a round
_SPREAD = np.array([0.06, 0.06, 0.5, 0.12, 0.12, 0.06], np.float32)  # of mutants, at first
_CALMER = 0.6  # by the round
_ROUNDS = 3
_SLIMMEST = 8.0  # length by width
_SHORTEST, _LONGEST, _MOST_BENT = 0.01, 1.4, 0.5
_WORTH = 0.3  # of the best stroke's gain: others so good, elsewhere, are laid at once
_OVERLAP = 0.1  # of a stroke, with those laid at once
_PIECES = 3  # straight ones, that a bent stroke is taken for
_NOTHING = 1e-6  # of the canvas: an error that is none


@dataclass(frozen=True, slots=True)
class Filling:
    """A stroke as six numbers, see MIDDLE_X and so on, and its colour in OKLab."""

    shape: Array
    colour: Array

    def points(self) -> Array:
        """(4, 2): the control points of one cubic."""
        first, middle, last = _course(self.shape[None], 2)[0].astype(np.float64)
        turn = 2 * middle - (first + last) / 2
        return np.stack((first, (first + 2 * turn) / 3, (last + 2 * turn) / 3, last))


class Canvas:
    """A square canvas on its way to a picture.

    wanted: (N, N, 3) in OKLab. weight: (N, N), how much each pixel counts. paper: (3,) in OKLab.
    palette: (K, 3) in OKLab, the colours that strokes may have; None for any.
    """

    def __init__(
        self, wanted: Array, weight: NDArray[Any], paper: Array, palette: Array | None = None
    ) -> None:
        side = len(wanted)
        self._wanted = wanted.reshape(-1, 3).astype(np.float32)
        self._weight = weight.reshape(-1).astype(np.float32)
        self._laid = np.broadcast_to(paper.astype(np.float32), self._wanted.shape).copy()
        self._palette = None if palette is None else palette.astype(np.float32)
        at = ((np.arange(side) + 0.5) / side).astype(np.float32)
        self._x, self._y = np.tile(at, side), np.repeat(at, side)
        self._pixel = 1.0 / side

    def error(self) -> Array:
        """How far each pixel is from what is wanted, (N * N,): squared, by weight."""
        return self._weight * np.square(self._laid - self._wanted).sum(1)

    def lay(self, mask: Array, colour: Array) -> None:
        """Cover what `mask` (N * N,) says, in [0, 1]."""
        self._laid += mask[:, None] * (colour - self._laid)

    def gains(self, masks: Array) -> tuple[Array, Array]:
        """How much less the error would be with each mask (K, N * N) laid, and its best colour."""
        wanted, weight = self._wanted, self._weight
        columns = (self.error(), weight * np.square(wanted).sum(1), weight, *(weight * wanted.T))
        sums = masks @ np.stack(columns, 1)  # soft edges count as if they were covered alone
        error, squares, amount, totals = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
        mean = totals / np.maximum(amount, 1e-6)[:, None]
        if self._palette is not None:
            away = np.square(mean[:, None] - self._palette[None]).sum(2)
            mean = self._palette[away.argmin(1)]
        left = squares - 2 * (mean * totals).sum(1) + np.square(mean).sum(1) * amount
        return error - left, mean

    def masks(self, shapes: Array) -> Array:
        """Coverage of each pixel by each stroke, (K, N * N) in [0, 1]."""
        courses = _course(shapes, _PIECES if shapes[:, BEND].any() else 1)
        return self.along(courses, shapes[:, WIDTH])

    def along(self, courses: Array, widths: Array) -> Array:
        """Coverage by strokes along polylines (K, n, 2) of these widths (K,)."""
        nearest = np.full((len(courses), self._x.size), np.inf, np.float32)
        for begin, end in pairwise(courses.swapaxes(0, 1)):
            (x, y), (right, down) = begin.T[..., None], (end - begin).T[..., None]
            across, below = self._x - x, self._y - y
            t = (across * right + below * down) / (right * right + down * down + 1e-9)
            t = t.clip(0, 1)
            apart = np.square(across - t * right) + np.square(below - t * down)
            np.minimum(nearest, apart, out=nearest)
        return ((widths[:, None] / 2 - np.sqrt(nearest)) / self._pixel + 0.5).clip(0, 1)


def fill(
    canvas: Canvas,
    count: int,
    rng: np.random.Generator,
    widths: tuple[float, float],
    least: float = 0.0,
) -> Iterator[tuple[Filling, float]]:
    """At most `count` strokes that bring the canvas nearer, with what each gains of its error.

    They are laid on the canvas as they are given out. widths: bounds. least: gain below which it
    is not worth a stroke, by the number of pixels.
    """
    laid = 0
    while laid < count:
        error = canvas.error()
        if error.mean() < _NOTHING:
            return
        shapes, masks, gains, colours = _search(canvas, error, rng, widths)
        order = np.argsort(-gains)
        best, taken = gains[order[0]], np.zeros_like(error)
        if best <= least * len(error):
            return
        for i in order.tolist():
            if laid == count or gains[i] < _WORTH * best:
                break
            if (masks[i] * taken).sum() > _OVERLAP * masks[i].sum():
                continue
            canvas.lay(masks[i], colours[i])
            taken = np.maximum(taken, masks[i])
            laid += 1
            yield Filling(shapes[i], colours[i]), float(gains[i])


def _search(
    canvas: Canvas, error: Array, rng: np.random.Generator, widths: tuple[float, float]
) -> tuple[Array, Array, Array, Array]:
    """Some good strokes: shapes (R, 6), masks (R, N * N), gains (R,), colours (R, 3)."""
    chances = error.astype(np.float64)
    places = rng.choice(len(error), _TRIED, p=chances / chances.sum())
    narrow, wide = widths
    width = narrow * (wide / narrow) ** rng.random(_TRIED)
    length = width * _SLIMMEST ** rng.random(_TRIED)
    angle = np.pi * rng.random(_TRIED)
    side = round(len(error) ** 0.5)
    x, y = (places % side + 0.5) / side, (places // side + 0.5) / side
    tried = np.stack((x, y, angle, length, np.zeros(_TRIED), width), 1).astype(np.float32)
    tried[:, LENGTH] = tried[:, LENGTH].clip(0, _LONGEST)
    masks = canvas.masks(tried)
    gains, colours = canvas.gains(masks)
    best = np.argsort(-gains)[:_REFINED]
    for round_ in range(_ROUNDS):
        families = np.repeat(tried[best][:, None], 1 + _MUTANTS, 1)  # each first as it was
        moves = rng.standard_normal(families[:, 1:].shape, np.float32)
        families[:, 1:] += moves * _SPREAD * _CALMER**round_
        families[..., LENGTH] = families[..., LENGTH].clip(_SHORTEST, _LONGEST)
        families[..., BEND] = families[..., BEND].clip(-_MOST_BENT, _MOST_BENT)
        families[..., WIDTH] = families[..., WIDTH].clip(narrow, wide)
        tried = families.reshape(-1, 6)
        masks = canvas.masks(tried)
        gains, colours = canvas.gains(masks)
        best = np.arange(len(families)) * (1 + _MUTANTS)
        best += gains.reshape(len(families), -1).argmax(1)
    return tried[best], masks[best], gains[best], colours[best]


def _course(shapes: Array, pieces: int) -> Array:
    """(K, pieces + 1, 2): places along strokes, which are parabolas about their middle."""
    t = np.linspace(-1, 1, pieces + 1, dtype=np.float32)
    along = t * shapes[:, LENGTH, None] / 2
    off = (0.5 - t * t) * (shapes[:, BEND] * shapes[:, LENGTH])[:, None]
    right, down = np.cos(shapes[:, ANGLE, None]), np.sin(shapes[:, ANGLE, None])
    x = shapes[:, MIDDLE_X, None] + along * right - off * down
    y = shapes[:, MIDDLE_Y, None] + along * down + off * right
    return np.stack((x, y), -1)
