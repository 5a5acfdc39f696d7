"""Flattening: cubics to straight pieces close enough to them, and gradients back to the cubics.

Each quarter of a cubic is cut into equal steps of its parameter. A chord of a curve whose second
derivative stays below m leaves it by at most m dt^2 / 8 over a step dt, and the second derivative
of a cubic is linear, so its ends bound it: the number of steps follows.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy import uint64

TOLERANCE = 0.02  # pixels between a cubic and its pieces
FAR = 1e6  # pixels; control points beyond are drawn here
LONGEST = 8.0  # pixels, plus the stroke's width: a long piece has a large and mostly empty box
MOST_STEPS = 256  # in a quarter; keeps the tolerance until control points lie 28,000 px apart

jit = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"contract", "nsz", "arcp", "reassoc"}
)


@jit
def flatten(points, first_points, cubic_offsets, half, width, height):
    """Cut all strokes of a batch.

    points: (P, 2) float32 pixels. first_points: (C,) index of each cubic's first control point.
    cubic_offsets: (S + 1,) stroke i owns cubics [offsets[i], offsets[i + 1]). half: (S,) half
    widths. width, height: the canvas.

    Returns pieces (V, 6) float32, in painting order, one from each vertex to the next: start x
    and y, unit direction x and y, length, and the length of the stroke before it (the piece of a
    stroke's last vertex is empty, but for that); spans (S, 2), the first and last y of each
    stroke; parameters (V,) and cubics (V,) of the vertices; and offsets (S + 1,): stroke i owns
    the vertices [offsets[i], offsets[i + 1]).
    """
    steps = np.zeros((first_points.size, 4), np.int64)
    total = half.size
    for stroke in range(half.size):
        reach = half[stroke] + 1.0
        longest = LONGEST + 2.0 * half[stroke]
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            total += _count_steps(
                points, first_points[cubic], reach, longest, width, height, steps[cubic]
            )
    pieces = np.empty((total, 6), np.float32)
    spans = np.empty((half.size, 2))
    parameters = np.empty(total)
    cubics = np.empty(total, np.int32)
    offsets = np.empty(half.size + 1, np.int64)
    v = 0
    for stroke in range(half.size):
        offsets[stroke] = v
        cubic = cubic_offsets[stroke]
        first = first_points[cubic]
        x, y = _near(points[first, 0]), _near(points[first, 1])
        low = high = y
        passed = 0.0
        parameters[v] = 0.0
        cubics[v] = cubic
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            i = first_points[cubic]
            x0, x1 = _near(points[i, 0]), _near(points[i + 1, 0])
            x2, x3 = _near(points[i + 2, 0]), _near(points[i + 3, 0])
            y0, y1 = _near(points[i, 1]), _near(points[i + 1, 1])
            y2, y3 = _near(points[i + 2, 1]), _near(points[i + 3, 1])
            # No steps in the later quarters: the cubic is off the canvas and one piece will do.
            part = 0.25 if steps[cubic, 1] > 0 else 1.0
            for quarter in range(4):
                count = steps[cubic, quarter]
                dt = part / max(count, 1)
                for step in range(count):
                    t = quarter * part + (step + 1) * dt
                    u = 1.0 - t
                    a, b, c, d = u * u * u, 3.0 * t * u * u, 3.0 * t * t * u, t * t * t
                    next_x = a * x0 + b * x1 + c * x2 + d * x3
                    next_y = a * y0 + b * y1 + c * y2 + d * y3
                    passed += _piece(pieces[v], x, y, next_x, next_y, passed)
                    x, y = next_x, next_y
                    low, high = min(low, y), max(high, y)
                    v += 1
                    parameters[v] = t
                    cubics[v] = cubic
        _piece(pieces[v], x, y, x, y, passed)
        spans[stroke, 0] = low
        spans[stroke, 1] = high
        v += 1
    offsets[half.size] = v
    return pieces, spans, parameters, cubics, offsets


@jit
def _piece(piece, x, y, next_x, next_y, passed):
    """Fill in one piece; return its length. One without length points to the right."""
    dx, dy = next_x - x, next_y - y
    length = math.sqrt(dx * dx + dy * dy)
    proper = length > 1e-9
    scale = 1.0 / (length if proper else 1.0)
    piece[0] = x
    piece[1] = y
    piece[2] = dx * scale if proper else 1.0
    piece[3] = dy * scale
    piece[4] = length
    piece[5] = passed
    return length


@jit
def unflatten(gradients, parameters, cubics, first_points, points_count):
    """Gradients of vertices, (N, V, 2), summed over N and taken to the control points (P, 2)."""
    result = np.zeros((points_count, 2), np.float32)
    for v in range(parameters.size):
        x = y = 0.0
        for part in range(gradients.shape[0]):
            x += gradients[part, v, 0]
            y += gradients[part, v, 1]
        i = uint64(first_points[uint64(cubics[v])])
        second, third, fourth = i + uint64(1), i + uint64(2), i + uint64(3)
        t = parameters[v]
        u = 1.0 - t
        a, b, c, d = u * u * u, 3.0 * t * u * u, 3.0 * t * t * u, t * t * t
        result[i, 0] += a * x
        result[i, 1] += a * y
        result[second, 0] += b * x
        result[second, 1] += b * y
        result[third, 0] += c * x
        result[third, 1] += c * y
        result[fourth, 0] += d * x
        result[fourth, 1] += d * y
    return result


@jit
def finite(values):
    """Whether all of a flat array's numbers are."""
    total = 0.0
    for value in values:
        total += value - value
    return total == 0.0


@jit
def _count_steps(points, i, reach, longest, width, height, steps):
    """Fill in the steps of the four quarters of the cubic at point i; return their sum."""
    x0, x1 = _near(points[i, 0]), _near(points[i + 1, 0])
    x2, x3 = _near(points[i + 2, 0]), _near(points[i + 3, 0])
    y0, y1 = _near(points[i, 1]), _near(points[i + 1, 1])
    y2, y3 = _near(points[i + 2, 1]), _near(points[i + 3, 1])
    if (
        min(min(x0, x1), min(x2, x3)) > width + reach
        or max(max(x0, x1), max(x2, x3)) < -reach
        or min(min(y0, y1), min(y2, y3)) > height + reach
        or max(max(y0, y1), max(y2, y3)) < -reach
    ):
        steps[0] = 1
        return 1
    # The speed |B'| is at most three times the longest leg of the control polygon.
    leg = max(_square(x1 - x0, y1 - y0), _square(x2 - x1, y2 - y1), _square(x3 - x2, y3 - y2))
    fewest = 3.0 * math.sqrt(leg) / longest
    ax, ay = 6.0 * (x0 - 2.0 * x1 + x2), 6.0 * (y0 - 2.0 * y1 + y2)
    bx, by = 6.0 * (x1 - 2.0 * x2 + x3), 6.0 * (y1 - 2.0 * y2 + y3)
    before = _square(ax, ay)
    total = 0
    for quarter in range(4):
        t = 0.25 * (quarter + 1)
        after = _square(ax + (bx - ax) * t, ay + (by - ay) * t)
        bend = math.sqrt(max(before, after))
        needed = max(math.sqrt(bend / (8.0 * TOLERANCE)), fewest)
        count = max(1, int(min(math.ceil(0.25 * needed), MOST_STEPS)))
        steps[quarter] = count
        total += count
        before = after
    return total


@jit
def _square(x, y):
    return x * x + y * y


@jit
def _near(value):
    return min(max(float(value), -FAR), FAR)
