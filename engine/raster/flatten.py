"""Flattening: cubics to straight pieces close enough to them, and gradients back to the cubics.

The chord of a curve between two parameters dt apart leaves it by m dt^2 / 8, where m is the part
of the second derivative across the curve: speed times turning. How many pieces that asks for, and
where they are needed, is worked out for each of CELLS parts of a cubic, from bounds of m.

Chords lie on the inner side of a bend. So the vertices between them are moved outwards, by
dt^2 / 12 of the second derivative: the curve then runs between chords and vertices, the same
distance from both, and pieces may be longer by a fifth. That is linear in the control points, as
the curve is, and the gradients are exact.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy import uint64

TOLERANCE = 0.02  # pixels between a cubic and its pieces
FAR = 1e6  # pixels; control points beyond are drawn here
LONGEST = 8.0  # pixels, plus the stroke's width: a long piece has a large and mostly empty box
CELLS = 8  # parts of a cubic whose bend is looked at
MOST_PIECES = 1024  # of a cubic; keeps the tolerance until control points lie 28,000 px apart

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
    stroke; parameters (V, 2), where on its cubic a vertex is and how far moved, and cubics (V,);
    and offsets (S + 1,): stroke i owns the vertices [offsets[i], offsets[i + 1]).
    """
    needs = np.empty((first_points.size, CELLS))
    counts = np.empty(first_points.size, np.int64)
    total = half.size
    for stroke in range(half.size):
        reach = half[stroke] + 1.0
        longest = LONGEST + 2.0 * half[stroke]
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            counts[cubic] = _count_pieces(
                points, first_points[cubic], reach, longest, width, height, needs[cubic]
            )
            total += counts[cubic]
    pieces = np.empty((total, 6), np.float32)
    spans = np.empty((half.size, 2))
    parameters = np.empty((total, 2), np.float32)
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
        parameters[v, 0] = parameters[v, 1] = 0.0
        cubics[v] = cubic
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            i = first_points[cubic]
            x0, x1 = _near(points[i, 0]), _near(points[i + 1, 0])
            x2, x3 = _near(points[i + 2, 0]), _near(points[i + 3, 0])
            y0, y1 = _near(points[i, 1]), _near(points[i + 1, 1])
            y2, y3 = _near(points[i + 2, 1]), _near(points[i + 3, 1])
            count = counts[cubic]
            cell, passed_need, share = 0, 0.0, needs[cubic].sum() / count
            before, t = 0.0, 1.0
            for step in range(count + 1):
                # The parameter of the vertex after this one, where that share of the need is met.
                after = 1.0
                if step + 1 < count:
                    wanted = (step + 1) * share
                    while cell < CELLS - 1 and passed_need + needs[cubic, cell] < wanted:
                        passed_need += needs[cubic, cell]
                        cell += 1
                    after = min((cell + (wanted - passed_need) / needs[cubic, cell]) / CELLS, 1.0)
                if step > 0:
                    gap = min(t - before, after - t) if step < count else 0.0
                    a, b, c, d = _weights(t, gap * gap / 12.0)
                    next_x = a * x0 + b * x1 + c * x2 + d * x3
                    next_y = a * y0 + b * y1 + c * y2 + d * y3
                    passed += _piece(pieces[v], x, y, next_x, next_y, passed)
                    x, y = next_x, next_y
                    low, high = min(low, y), max(high, y)
                    v += 1
                    parameters[v, 0] = t
                    parameters[v, 1] = gap * gap / 12.0
                    cubics[v] = cubic
                    before = t
                t = after
        _piece(pieces[v], x, y, x, y, passed)
        spans[stroke, 0] = low
        spans[stroke, 1] = high
        v += 1
    offsets[half.size] = v
    return pieces, spans, parameters, cubics, offsets


@jit
def _weights(t, outwards):
    """Of the four control points in B(t) - outwards * B''(t)."""
    u = 1.0 - t
    k = 6.0 * outwards
    return (
        u * u * u - k * u,
        3.0 * t * u * u + k * (2.0 - 3.0 * t),
        3.0 * t * t * u + k * (3.0 * t - 1.0),
        t * t * t - k * t,
    )


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
    for v in range(cubics.size):
        x = y = 0.0
        for part in range(gradients.shape[0]):
            x += gradients[part, v, 0]
            y += gradients[part, v, 1]
        i = uint64(first_points[uint64(cubics[v])])
        second, third, fourth = i + uint64(1), i + uint64(2), i + uint64(3)
        a, b, c, d = _weights(parameters[v, 0], parameters[v, 1])
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
def _count_pieces(points, i, reach, longest, width, height, needs):
    """How many pieces the cubic at point i needs; fill in how much of that falls to each cell."""
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
        needs[:] = 1.0
        return 1
    # Legs of the control polygon: the speed |B'| is at most three times the longest of them.
    dx0, dx1, dx2 = 3.0 * (x1 - x0), 3.0 * (x2 - x1), 3.0 * (x3 - x2)
    dy0, dy1, dy2 = 3.0 * (y1 - y0), 3.0 * (y2 - y1), 3.0 * (y3 - y2)
    leg = max(_square(dx0, dy0), _square(dx1, dy1), _square(dx2, dy2))
    least = max(math.sqrt(leg) / longest, 1e-6)
    # B'' runs from one of these to the other, and its length stays below the mix of theirs.
    ax, ay, bx, by = 2.0 * (dx1 - dx0), 2.0 * (dy1 - dy0), 2.0 * (dx2 - dx1), 2.0 * (dy2 - dy1)
    a, b = math.sqrt(_square(ax, ay)), math.sqrt(_square(bx, by))
    # B' x B'' is quadratic in the parameter; between knots it strays from its chord by less than
    # `astray`, which has room for chords that differ in direction from the tangent too.
    astray = 0.3 / (CELLS * CELLS) * abs(ax * by - ay * bx)
    speed, cross = math.sqrt(_square(dx0, dy0)), abs(dx0 * ay - dy0 * ax)
    total = 0.0
    for cell in range(CELLS):
        t = (cell + 1.0) / CELLS
        u = 1.0 - t
        x, y = u * u * dx0, u * u * dy0
        x, y = x + 2.0 * t * u * dx1 + t * t * dx2, y + 2.0 * t * u * dy1 + t * t * dy2
        speed_after = math.sqrt(_square(x, y))
        cross_after = abs(x * (u * ay + t * by) - y * (u * ax + t * bx))
        bend = max(a + (b - a) * t, a + (b - a) * (t - 1.0 / CELLS))
        slowest = min(speed, speed_after) - 0.5 / CELLS * bend
        across = max(cross, cross_after) + astray
        across = min(bend, across / slowest) if slowest > 0.0 else bend
        needs[cell] = max(math.sqrt(across / (12.0 * TOLERANCE)), least) / CELLS
        total += needs[cell]
        speed, cross = speed_after, cross_after
    if total < 0.8:  # a chord alone, whose ends are not moved
        return 1
    return max(2, int(min(math.ceil(total), MOST_PIECES)))


@jit
def _square(x, y):
    return x * x + y * y


@jit
def _near(value):
    return min(max(float(value), -FAR), FAR)
