"""Covering a region with few strokes and a clean edge, as a fill bucket does.

The broadest pen goes round along the edge and to and fro inside; finer ones then go only where it
did not fit, as in milling a pocket parallel to its contour (Held, "On the Computational Geometry of
Pocket Machining", 1991). A pen's path lies half its width from the edge, so nothing is spilled.
All lengths are cells of a grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.canvas.curve_fitting import fit
from engine.canvas.drawing import MAX_SEGMENTS
from engine.paint.colour.hatching import Hatch, shading, straight
from engine.paint.colour.regions import Mask, border, distance, near, parts

Array = NDArray[np.float64]

SPACING = 0.85  # of the pen: from one pass to the next
LEAN = float(np.radians(-35.0))  # how a hand hatches
SMOOTH = 3  # cells on each side over which an edge is smoothed: the grid's steps are not its own
TOLERANCE = 0.5  # cells by which a curve may miss the edge
LEAST = 14  # cells: what a stroke has to add,
LEAST_SHARE = 0.03  # or this much of a small region
HAIR = 0.5  # cells: what the grid's steps hide
BEYOND = 2  # cells that a piece along the edge begins before what is wanted, and ends after it
MOST = 24  # strokes


def cover(wanted: Mask, pens: Sequence[float], most: int = MOST) -> list[Hatch]:
    """At most so many strokes that cover a region (h, w) and little else; none for an empty one.

    pens: widths, the broadest first. Where the region meets the grid's edge, strokes go beyond:
    there is nothing to spill on.
    """
    if not wanted.any():
        return []
    room = int(pens[0]) + 2
    box = np.pad(np.pad(wanted, room, mode="edge"), 1)
    rows, columns = np.flatnonzero(box.any(1)), np.flatnonzero(box.any(0))
    top, left = rows[0] - 1, columns[0] - 1
    strokes = _cover(box[top : rows[-1] + 2, left : columns[-1] + 2], pens)
    corner = np.array((left, top)) - room - 1.0
    return [Hatch(hatch.points + corner, hatch.width) for hatch in strokes[:most]]


def _cover(wanted: Mask, pens: Sequence[float]) -> list[Hatch]:
    depth = distance(~wanted) - 0.5
    left = wanted.copy()
    least = min(LEAST, LEAST_SHARE * float(left.sum()))
    strokes: list[Hatch] = []
    for pen in pens:
        core = depth >= pen / 2 - HAIR
        if core.any() and (near(core, pen / 2) & left).sum() >= least:
            for path in _rims(core, near(left, pen / 2)):
                if _draw(path, pen, left, least):
                    strokes += _cut(_smooth(path), pen)
            inside = core & near(left, pen / 2)
            for movement in shading(inside, SPACING * pen, LEAN):
                for corners in _within(movement, core):
                    if _draw(corners, pen, left, least):
                        strokes += _cut(straight(list(corners)), pen)
    return strokes


def _draw(path: Array, pen: float, left: Mask, least: float) -> bool:
    """Take what a pen covers along a path from what is left, if that is worth a stroke."""
    height, width = left.shape
    reach = int(pen / 2) + 2
    x, y = np.floor(path).astype(int).T
    rows = slice(max(0, y.min() - reach), min(height, y.max() + reach + 1))
    columns = slice(max(0, x.min() - reach), min(width, x.max() + reach + 1))
    there = left[rows, columns]
    drawn = np.zeros_like(there)
    _mark(drawn, path - (columns.start, rows.start))
    new = there & near(drawn, pen / 2 + HAIR)
    if new.sum() < least:
        return False
    there &= ~new
    return True


def _rims(core: Mask, wanted: Mask) -> Iterator[Array]:
    """Paths (n, 2) along the edges of a core, as far as they lie in what is wanted."""
    label, count = parts(core)
    for n in range(1, count + 1):
        part = label == n
        holes, many = parts(~np.pad(part, 1))
        yield from _runs(border(part), wanted)
        for m in range(2, many + 1):  # the first is what lies outside
            yield from _runs(border(near((holes == m)[1:-1, 1:-1], 1.0)), wanted)


def _runs(loop: Array, wanted: Mask) -> Iterator[Array]:
    """The parts of a loop of cells' middles that lie in what is wanted; the loop if all does."""
    x, y = np.floor(loop).astype(int).T
    inside = wanted[y, x]
    if not inside.any():
        return
    wide = np.convolve(np.pad(inside, BEYOND, mode="wrap"), np.ones(2 * BEYOND + 1), "valid") > 0
    if wide.all():
        yield np.concatenate([loop, loop[:1]])
        return
    start = int(np.flatnonzero(~wide)[0])
    loop, wide = np.roll(loop, -start, axis=0), np.roll(wide, -start)
    edges = np.flatnonzero(np.diff(np.pad(wide, 1).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        yield loop[first:last]


def _within(corners: Array, core: Mask) -> Iterator[Array]:
    """A movement to and fro in pieces, without the turns that leave the core."""
    first = 0
    for turn in range(1, len(corners) - 2, 2):
        a, b = corners[turn], corners[turn + 1]
        share = np.linspace(0.0, 1.0, int(2 * np.hypot(*(b - a))) + 2)[:, None]
        x, y = np.floor(a + share * (b - a)).astype(int).T
        if not near(core[y.min() : y.max() + 1, x.min() : x.max() + 1], 1.0)[
            y - y.min(), x - x.min()
        ].all():
            yield corners[first : turn + 1]
            first = turn + 1
    yield corners[first:]


def _smooth(path: Array) -> Array:
    """(3k + 1, 2): a curve along cells' middles without their steps."""
    closed = len(path) > 4 * SMOOTH and bool((path[0] == path[-1]).all())
    reach = min(SMOOTH, (len(path) - 1) // 2)
    if reach:
        kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
        if closed:
            around = np.concatenate([path[-1 - reach : -1], path, path[1 : 1 + reach]])
        else:  # mirrored in its ends, which stay
            before = 2 * path[0] - path[reach:0:-1]
            after = 2 * path[-1] - path[-2 : -2 - reach : -1]
            around = np.concatenate([before, path, after])
        path = np.stack([np.convolve(around[:, i], kernel, "valid") for i in (0, 1)], 1)
    spots = [(float(x), float(y)) for x, y in path]
    if len(spots) == 1:
        return np.array(spots * 4)
    ahead, back = path[min(2, len(path) - 1)] - path[0], path[-min(3, len(path))] - path[-1]
    if closed:
        ahead, back = ahead - back, back - ahead
    if not ahead.any() or not back.any():
        return straight([path[0], path[-1]])
    return np.array(fit(spots, TOLERANCE, tuple(ahead), tuple(back)))


def _cut(curve: Array, pen: float) -> list[Hatch]:
    step = 3 * MAX_SEGMENTS
    return [Hatch(curve[n : n + step + 1], pen) for n in range(0, len(curve) - 1, step)]


def _mark(mask: Mask, path: Array) -> None:
    """Mark the cells that a path of straight pieces passes."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0.0, along[-1], int(2 * along[-1]) + 2)
    x, y = (np.interp(at, along, path[:, i]) for i in (0, 1))
    height, width = mask.shape
    mask[
        np.floor(y).astype(int).clip(0, height - 1), np.floor(x).astype(int).clip(0, width - 1)
    ] = True
