"""A drawing's strokes as a sequence of points: what the stroke tower reads.

Points lie at equal distances along the ink, in the order in which it was drawn, in a box that
what is there so far just fills: how large the whole will be, nobody knows yet. Compiled by Numba.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

POINTS = 128
"""Places of a sequence; those that a drawing does not need are zeros."""
MOST_STROKES = 32
"""Of more strokes the longest are read."""
FEATURES = 7
"""Of a point: x and y in [-0.5, 0.5], the way from the point before (times 10), whether it begins
a stroke, whether it ends one, and 1, because there is one."""


@njit(cache=True, nogil=True)
def sequence(points: np.ndarray, offsets: np.ndarray, out: np.ndarray) -> None:
    """Write strokes into `out` (POINTS, FEATURES) float32.

    points: (P, 2), y down, in any unit. offsets: (S + 1,) int64, where each stroke begins in it.
    """
    out[:] = 0.0
    count = len(offsets) - 1
    lengths = np.zeros(count)
    low_x, high_x, low_y, high_y = 1e9, -1e9, 1e9, -1e9
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1]):
            x, y = points[i, 0], points[i, 1]
            low_x, high_x = min(low_x, x), max(high_x, x)
            low_y, high_y = min(low_y, y), max(high_y, y)
            if i > offsets[s]:
                lengths[s] += math.hypot(x - points[i - 1, 0], y - points[i - 1, 1])
    least = -1.0
    if count > MOST_STROKES:
        least = np.sort(lengths)[count - MOST_STROKES]
    kept, total = 0, 0.0
    for s in range(count):
        if offsets[s + 1] > offsets[s] and lengths[s] >= least and kept < MOST_STROKES:
            kept += 1
            total += lengths[s]
        else:
            lengths[s] = -1.0
    if kept == 0:
        return
    scale = 1.0 / max(high_x - low_x, high_y - low_y, 1e-6)
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    step = max(total / (POINTS - 2 * kept), 1e-9)
    at, before_x, before_y = 0, 0.0, 0.0
    for s in range(count):
        if lengths[s] < 0:
            continue
        pieces = 1 + int(lengths[s] / step)
        segment, gone = offsets[s], 0.0
        last = offsets[s + 1] - 1
        for k in range(pieces + 1):
            if at >= POINTS:
                return
            goal = lengths[s] * k / pieces
            x, y = points[segment, 0], points[segment, 1]
            while segment < last:
                dx, dy = points[segment + 1, 0] - x, points[segment + 1, 1] - y
                way = math.hypot(dx, dy)
                if gone + way >= goal:
                    t = (goal - gone) / way if way > 0 else 0.0
                    x, y = x + t * dx, y + t * dy
                    break
                gone += way
                segment += 1
                x, y = points[segment, 0], points[segment, 1]
            px, py = scale * (x - middle_x), scale * (y - middle_y)
            out[at, 0], out[at, 1] = px, py
            if at:
                out[at, 2], out[at, 3] = 10 * (px - before_x), 10 * (py - before_y)
            out[at, 4] = 1.0 if k == 0 else 0.0
            out[at, 5] = 1.0 if k == pieces else 0.0
            out[at, 6] = 1.0
            before_x, before_y = px, py
            at += 1


def read(paths: Sequence[np.ndarray]) -> np.ndarray:
    """The sequence (POINTS, FEATURES) of paths, each (N, 2), in the order drawn."""
    out = np.empty((POINTS, FEATURES), np.float32)
    offsets = np.cumsum([0, *(len(path) for path in paths)]).astype(np.int64)
    points = np.concatenate([*paths, np.zeros((0, 2))]).astype(np.float32)
    sequence(points, offsets, out)
    return out
