"""Filling a region as a person with a felt pen does: to and fro, in one movement where it goes.

All lengths are cells of a grid. A pen of width w that moves where its middle is at least w / 2
from the border spills nothing, so the passes run through the region made narrower by that much
(its erosion), and reach what its opening covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import BLACK, MAX_SEGMENTS, Drawing, Stroke
from engine.canvas.render import to_image
from engine.paint.colour.regions import Mask, border, distance, near, parts

Array = NDArray[np.float64]

PENS = (7.5, 5.0, 3.4, 2.2)  # widths, the broadest first
GAIN = 0.02  # of what is wanted: how much more a finer pen has to cover
MARGIN = 4  # cells around a region that are looked at
SPACING = 0.8  # of the pen: from one pass to the next
SPILL = 0.5  # how far a pass may reach over the border, beneath the outline
SMOOTH = 2  # cells on each side over which the edge is smoothed
MOST_RIM = 26  # cubics along the edge
ANGLES = np.radians((-35.0, 0.0, 90.0, 35.0, -65.0, 65.0))  # the first is how a hand hatches
STEP = 0.5  # cells between places where a pass is looked up


@dataclass(frozen=True, slots=True)
class Hatch:
    """One movement of the pen: control points (3k + 1, 2) as x, y in cells, and the width."""

    points: Array
    width: float


def fill(wanted: Mask, allowed: Mask) -> Hatch | None:
    """The one stroke that covers most of what is wanted without leaving what is allowed.

    None where even the finest pen does not fit.
    """
    rows, columns = np.flatnonzero(wanted.any(1)), np.flatnonzero(wanted.any(0))
    if not len(rows):
        return None
    top, left = max(0, rows[0] - MARGIN), max(0, columns[0] - MARGIN)
    box = slice(top, rows[-1] + MARGIN), slice(left, columns[-1] + MARGIN)
    hatch = _fill(wanted[box], allowed[box])
    return hatch and Hatch(hatch.points + np.array((left, top)), hatch.width)


def _fill(wanted: Mask, allowed: Mask) -> Hatch | None:
    depth = distance(~np.pad(allowed, 1))[1:-1, 1:-1] - 0.5
    total = int(wanted.sum())
    best: tuple[float, Hatch] | None = None
    for width in PENS:
        core = depth >= width / 2 - SPILL
        if not (core & wanted).any():
            continue
        reached = wanted & near(core, width / 2)
        if best is not None and reached.sum() / total <= best[0] + GAIN:
            continue
        core &= near(reached, width / 2)
        hatch = _hatch(core, wanted, width)
        if hatch is None:
            continue
        covered = (coverage(hatch, wanted.shape) & wanted).sum() / total
        # A broader pen is taken unless a finer one covers clearly more.
        if best is None or covered > best[0] + GAIN:
            best = float(covered), hatch
        if best[0] > 0.985:
            break
    return best[1] if best else None


def coverage(hatch: Hatch, shape: tuple[int, ...]) -> Mask:
    """(h, w): the cells of which at least half lies under the stroke."""
    points = tuple((float(x), float(y)) for x, y in hatch.points)
    stroke = Stroke(points, hatch.width, BLACK)
    image = to_image(Drawing(shape[1], shape[0], (stroke,)), max(shape))
    return np.asarray(image)[..., 0] < 128


def _hatch(core: Mask, wanted: Mask, width: float) -> Hatch | None:
    """Around the largest part of the core, then to and fro over it at the best angle."""
    label, count = parts(core)
    if not count:
        return None
    core = label == np.bincount(label.ravel())[1:].argmax() + 1
    rim = _rim(core, width)
    around = Hatch(rim, width)
    if not (wanted & ~coverage(around, core.shape) & near(core, width / 2)).any():
        return around
    passes = (MAX_SEGMENTS - 1 - len(rim) // 3) // 2
    best: tuple[float, Array] | None = None
    for rank, angle in enumerate(ANGLES):
        chain, share = _chain(core, width, float(angle), passes)
        worth = share - 0.02 * rank  # the angle of a hand, unless another does more at once
        if best is None or worth > best[0]:
            best = worth, chain
        if best[0] > 0.97:
            break
    if best is None or len(best[1]) < 2:
        return around
    # The rim is begun and left where it is nearest to the first pass.
    ends = rim[:-1:3]
    turn = int(np.hypot(*(ends - best[1][0]).T).argmin())
    loop = np.concatenate([np.roll(rim[:-1], -3 * turn, axis=0), ends[turn : turn + 1]])
    return Hatch(np.concatenate([loop, straight([loop[-1], *best[1]])[1:]]), width)


def straight(corners: Sequence[Array]) -> Array:
    """(3k + 1, 2): the control points of straight cubics through k + 1 corners."""
    points = [corners[0]]
    for a, b in pairwise(corners):
        points += [a + (b - a) / 3, b - (b - a) / 3, b]
    return np.array(points)


def _rim(core: Mask, width: float) -> Array:
    """(3k + 1, 2): a smooth closed path along the core's edge (Catmull-Rom through k spots)."""
    cells = border(core)
    if len(cells) > 2 * SMOOTH:  # the grid's steps are not the region's
        around = np.concatenate([cells[-SMOOTH:], cells, cells[:SMOOTH]])
        window = np.ones(2 * SMOOTH + 1) / (2 * SMOOTH + 1)
        cells = np.stack([np.convolve(around[:, i], window, "valid") for i in (0, 1)], 1)
    loop = np.concatenate([cells, cells[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(loop, axis=0).T))])
    count = int(np.clip(round(along[-1] / (0.8 * width)), 4, MOST_RIM))
    at = np.linspace(0, along[-1], count + 1)[:-1]
    spots = np.stack([np.interp(at, along, loop[:, i]) for i in (0, 1)], 1)
    lean = (np.roll(spots, -1, 0) - np.roll(spots, 1, 0)) / 6
    after = np.roll(spots, -1, 0)
    cubics = np.stack([spots, spots + lean, after - np.roll(lean, -1, 0)], 1).reshape(-1, 2)
    return np.concatenate([cubics, spots[:1]])


def shading(wanted: Mask, spacing: float, angle: float) -> list[Array]:
    """Passes `spacing` apart over what is wanted, to and fro as long as they follow each other.

    Corners (k, 2) of each movement, of at most MAX_SEGMENTS passes and turns; the longest first.
    """
    if not wanted.any():
        return []
    chains = _movements(wanted, spacing, angle, (MAX_SEGMENTS + 1) // 2)
    return [corners for corners, _ in sorted(chains, key=lambda chain: -chain[1])]


def _chain(core: Mask, width: float, angle: float, most: int) -> tuple[Array, float]:
    """The longest run of passes that follow each other, and its share of all passes' length."""
    # A round pen reaches half its width beyond either end of a pass.
    chains = _movements(core, SPACING * width, angle, most, beyond=width)
    if not chains:
        return np.zeros((0, 2)), 0.0
    corners, longest = max(chains, key=lambda chain: chain[1])
    return corners, longest / sum(length for _, length in chains)


def _movements(
    core: Mask, gap: float, angle: float, most: int, beyond: float = 0.0
) -> list[tuple[Array, float]]:
    """Corners of runs of at most `most` passes that follow each other, and how long passes are."""
    along = np.array((np.cos(angle), np.sin(angle)))
    across = np.array((-along[1], along[0]))
    ys, xs = np.nonzero(core)
    middle = np.stack((xs, ys), 1) + 0.5
    u, v = middle @ along, middle @ across
    span = v.max() - v.min()
    lines = max(1, int(np.ceil(span / gap)) + 1)
    lines = min(lines, 4 * most)
    at = np.linspace(v.min(), v.max(), lines) if lines > 1 else np.array([v.mean()])
    steps = np.arange(u.min() - STEP, u.max() + 2 * STEP, STEP)
    spots = at[:, None, None] * across + steps[None, :, None] * along  # (lines, steps, 2)
    cells = np.floor(spots).astype(int)
    height, breadth = core.shape
    valid = ((cells >= 0) & (cells < (breadth, height))).all(-1)
    inside = np.zeros(valid.shape, bool)
    inside[valid] = core[cells[valid][:, 1], cells[valid][:, 0]]
    runs: list[list[tuple[float, float]]] = []
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    for row in edges:
        starts, ends = np.flatnonzero(row == 1), np.flatnonzero(row == -1) - 1
        runs.append([(float(steps[a]), float(steps[b])) for a, b in zip(starts, ends, strict=True)])
    movements = []
    for chain in _chains(runs, 1.2 * gap, most):
        corners = []
        for turn, (k, n) in enumerate(chain):
            low, high = runs[k][n]
            ends = (low, high) if turn % 2 == 0 else (high, low)
            corners += [at[k] * across + place * along for place in ends]
        if len(corners) == 2 and np.allclose(corners[0], corners[1]):
            corners[1] = corners[1] + 0.01 * along
        length = sum(runs[k][n][1] - runs[k][n][0] + beyond for k, n in chain)
        movements.append((np.array(corners), length))
    return movements


def _chains(
    runs: list[list[tuple[float, float]]], slack: float, most: int
) -> list[list[tuple[int, int]]]:
    """Passes linked to those of the next line that they overlap, each to one; `most` in a chain."""
    chains: list[list[tuple[int, int]]] = []
    open_: dict[int, list[tuple[int, int]]] = {}
    for k, row in enumerate(runs):
        fresh: dict[int, list[tuple[int, int]]] = {}
        pairs = sorted(
            (
                (min(b, runs[k - 1][m][1]) - max(a, runs[k - 1][m][0]), m, n)
                for n, (a, b) in enumerate(row)
                for m in open_
            ),
            reverse=True,
        )
        taken: set[int] = set()
        for overlap, m, n in pairs:
            if overlap > -slack and m not in taken and n not in fresh:
                chain = open_[m]
                if len(chain) < most:
                    chain.append((k, n))
                    fresh[n] = chain
                    taken.add(m)
        for n in range(len(row)):
            if n not in fresh:
                chain = [(k, n)]
                chains.append(chain)
                fresh[n] = chain
        open_ = fresh
    return chains
