"""Strokes to pixels, plainly: lines with round caps, anti-aliased, one over the other.

For training only, where nothing needs a gradient and a picture may cost no more than a tenth of
a millisecond. Compiled by Numba.
"""

import math

import numpy as np
from numba import njit

jit = njit(cache=True, fastmath=True, nogil=True)


@jit
def cover(coverage: np.ndarray, x0: float, y0: float, x1: float, y1: float, half: float) -> None:
    """Raise `coverage` to that of the segment of half width `half`, with round caps."""
    height, width = coverage.shape
    reach = half + 1.0
    left = max(0, math.floor(min(x0, x1) - reach))
    right = min(width - 1, math.ceil(max(x0, x1) + reach))
    top = max(0, math.floor(min(y0, y1) - reach))
    bottom = min(height - 1, math.ceil(max(y0, y1) + reach))
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy + 1e-9
    for row in range(top, bottom + 1):
        py = row + 0.5 - y0
        for column in range(left, right + 1):
            px = column + 0.5 - x0
            t = min(1.0, max(0.0, (px * dx + py * dy) / length2))
            ex, ey = px - t * dx, py - t * dy
            d2 = ex * ex + ey * ey
            if d2 < (half + 0.5) * (half + 0.5):
                d = math.sqrt(d2)
                c = min(d + half, 0.5) - max(d - half, -0.5)
                if c > coverage[row, column]:
                    coverage[row, column] = min(c, 1.0)


@jit
def compose(out: np.ndarray, coverage: np.ndarray, colour: np.ndarray, alpha: float) -> None:
    """Lay a stroke of one colour over the picture, and clear its coverage."""
    for row in range(coverage.shape[0]):
        for column in range(coverage.shape[1]):
            c = coverage[row, column]
            if c > 0.0:
                c *= alpha
                for k in range(3):
                    out[row, column, k] += c * (colour[k] - out[row, column, k])
                coverage[row, column] = 0.0


@jit
def draw_plain(
    points: np.ndarray, strokes: np.ndarray, out: np.ndarray, width: float, margin: float
) -> None:
    """A doodle as it is: black on white, its box centred, `margin` of the canvas left free.

    points `(P, 2)` and strokes `(S + 1,)` offsets into it; out `(H, H, 3)` float32 is filled;
    width in pixels.
    """
    size = out.shape[0]
    out[:] = 1.0
    first, last = strokes[0], strokes[-1]
    low_x, high_x, low_y, high_y = 1e9, -1e9, 1e9, -1e9
    for i in range(first, last):
        low_x, high_x = min(low_x, points[i, 0]), max(high_x, points[i, 0])
        low_y, high_y = min(low_y, points[i, 1]), max(high_y, points[i, 1])
    scale = (1 - 2 * margin) * size / max(high_x - low_x, high_y - low_y, 1e-3)
    x0 = size / 2 - scale * (low_x + high_x) / 2
    y0 = size / 2 - scale * (low_y + high_y) / 2
    coverage = np.zeros((size, size), np.float32)
    for s in range(len(strokes) - 1):
        for i in range(strokes[s], max(strokes[s] + 1, strokes[s + 1] - 1)):
            j = min(i + 1, strokes[s + 1] - 1)
            cover(
                coverage,
                x0 + scale * points[i, 0],
                y0 + scale * points[i, 1],
                x0 + scale * points[j, 0],
                y0 + scale * points[j, 1],
                width / 2,
            )
    compose(out, coverage, np.zeros(3, np.float32), 1.0)


@jit
def draw_plainly(
    points: np.ndarray,
    strokes: np.ndarray,
    drawings: np.ndarray,
    chosen: np.ndarray,
    out: np.ndarray,
    width: float,
    margin: float,
) -> None:
    """`draw_plain` for each index of `chosen`, into out `(len(chosen), H, H, 3)`."""
    for n in range(len(chosen)):
        i = chosen[n]
        draw_plain(points, strokes[drawings[i] : drawings[i + 1] + 1], out[n], width, margin)
