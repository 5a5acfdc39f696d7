"""Flattening: cubics to straight pieces close enough to them, and gradients back to the cubics.

The chord of a curve between two parameters dt apart leaves it by m dt^2 / 8, where m is the part
of the second derivative across the curve: speed times turning. How many pieces that asks for, and
where they are needed, is worked out for each of CELLS parts of a cubic, from bounds of m. Where a
bend is sharp but so small that a piece reaches far beyond it, what is around it needs as many, or
the piece would cut it off or its end be moved out too far.

Chords lie on the inner side of a bend. So the vertices between them are moved outwards, by
dt^2 / 12 of the second derivative: the curve then runs between chords and vertices, the same
distance from both, and pieces may be longer by a fifth. That is linear in the control points, as
the curve is, and the gradients are exact.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy import float32, uint64

TOLERANCE = 0.018  # pixels between a cubic and its pieces, by and large; 0.02 at most
FAR = 1e6  # pixels; control points beyond are drawn here
LONGEST = 8.0  # pixels, plus the stroke's width: a long piece has a large and mostly empty box
CELLS = 16  # parts of a cubic whose bend is looked at
KNOTS = CELLS + 8  # between them, and more to a multiple of what is worked out at once
TIMES = (np.arange(KNOTS) / CELLS).astype(float32)
FEW = 6  # pieces; in so few, one may reach beyond the cells it was counted for
MOST_PIECES = 1024  # of a cubic; keeps the tolerance until control points lie 28,000 px apart

jit = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"contract", "nsz", "arcp", "reassoc"}
)


@jit
def flatten(points, first_points, cubic_offsets, widths, width, height):
    """Cut all strokes of a batch.

    points: (P, 2) float32 pixels. first_points: (C,) index of each cubic's first control point.
    cubic_offsets: (S + 1,) stroke i owns cubics [offsets[i], offsets[i + 1]). widths: (S,)
    float32. width, height: the canvas.

    Returns pieces (V, 6) float32, in painting order, one from each vertex to the next: start x
    and y, unit direction x and y, length, and the length of the stroke before it (the piece of a
    stroke's last vertex is empty, but for that); spans (S, 2), the first and last y of each
    stroke; parameters (V, 2), where on its cubic a vertex is and how far moved, and cubics (V,);
    offsets (S + 1,): stroke i owns the vertices [offsets[i], offsets[i + 1]); and half (S,),
    float32, half of each width, as far as it can be drawn.
    """
    half = np.empty(widths.size, np.float32)
    for stroke in range(half.size):
        half[stroke] = min(max(widths[stroke], float32(0)) * float32(0.5), float32(FAR))
    needs = np.empty((first_points.size, CELLS), np.float32)
    knots = np.empty((2, KNOTS), np.float32)
    counts = np.empty(first_points.size, np.int64)
    total = half.size
    for stroke in range(half.size):
        reach = half[stroke] + 1.0
        longest = LONGEST + 2.0 * half[stroke]
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            counts[cubic] = _count_pieces(
                points, first_points[cubic], reach, longest, width, height, knots, needs[cubic]
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
        pieces[v, 0] = _near(points[first_points[cubic], 0])
        pieces[v, 1] = _near(points[first_points[cubic], 1])
        parameters[v, 0] = parameters[v, 1] = 0.0
        cubics[v] = cubic
        for cubic in range(cubic_offsets[stroke], cubic_offsets[stroke + 1]):
            _part(needs[cubic], counts[cubic], parameters, v)
            _place(points, first_points[cubic], counts[cubic], parameters, pieces, v)
            for _ in range(counts[cubic]):
                v += 1
                cubics[v] = cubic
        spans[stroke, 0], spans[stroke, 1] = _join(pieces, offsets[stroke], v)
        v += 1
    offsets[half.size] = v
    return pieces, spans, parameters, cubics, offsets, half


@jit
def _part(needs, count, parameters, v):
    """Fill in where on their cubic the `count` vertices after vertex v are: at even shares of its
    need for them."""
    cell, passed, share = 0, 0.0, needs.sum() / count
    for step in range(1, count):
        wanted = step * share
        while cell < CELLS - 1 and passed + needs[cell] < wanted:
            passed += needs[cell]
            cell += 1
        parameters[v + step, 0] = min((cell + (wanted - passed) / needs[cell]) / CELLS, 1.0)
    parameters[v + count, 0] = 1.0


@jit
def _place(points, i, count, parameters, pieces, v):
    """Fill in how far outwards these vertices are moved, and where they are then."""
    x0, x1 = _near(points[i, 0]), _near(points[i + 1, 0])
    x2, x3 = _near(points[i + 2, 0]), _near(points[i + 3, 0])
    y0, y1 = _near(points[i, 1]), _near(points[i + 1, 1])
    y2, y3 = _near(points[i + 2, 1]), _near(points[i + 3, 1])
    before, t = 0.0, float(parameters[v + 1, 0])
    for vertex in range(v + 1, v + count + 1):
        last = vertex == v + count
        after = t if last else float(parameters[vertex + 1, 0])
        gap = min(t - before, after - t)
        outwards = gap * gap * (1.0 / 12.0)
        a, b, c, d = _weights(t, outwards)
        pieces[vertex, 0] = a * x0 + b * x1 + c * x2 + d * x3
        pieces[vertex, 1] = a * y0 + b * y1 + c * y2 + d * y3
        parameters[vertex, 1] = outwards
        before, t = t, after


@jit
def _join(pieces, first, last):
    """Fill in the pieces from one vertex of a stroke to the next; return its first and last y.

    One without length points to the right.
    """
    one = float32(1)
    passed = float32(0)
    low = high = pieces[first, 1]
    for v in range(first, last):
        dx, dy = pieces[v + 1, 0] - pieces[v, 0], pieces[v + 1, 1] - pieces[v, 1]
        length = np.sqrt(dx * dx + dy * dy)
        proper = length > float32(1e-9)
        scale = one / (length if proper else one)
        pieces[v, 2] = dx * scale if proper else one
        pieces[v, 3] = dy * scale
        pieces[v, 4] = length
        pieces[v, 5] = passed
        passed += length
        low, high = min(low, pieces[v + 1, 1]), max(high, pieces[v + 1, 1])
    pieces[last, 2], pieces[last, 3], pieces[last, 4], pieces[last, 5] = one, 0, 0, passed
    return low, high


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
def finite(points, widths, colours):
    """Whether all numbers are, of points (P, 2), widths (S,) and colours (S, 4)."""
    total = 0.0
    for i in range(points.shape[0]):
        total += (points[i, 0] - points[i, 0]) + (points[i, 1] - points[i, 1])
    for s in range(widths.size):
        total += widths[s] - widths[s]
        for channel in range(4):
            total += colours[s, channel] - colours[s, channel]
    return total == 0.0


@jit
def _count_pieces(points, i, reach, longest, width, height, knots, needs):
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
    least = float32(max(math.sqrt(leg) / longest, 1e-6))
    # B'' runs from one of these to the other, and its length stays below the mix of theirs.
    ax, ay, bx, by = 2.0 * (dx1 - dx0), 2.0 * (dy1 - dy0), 2.0 * (dx2 - dx1), 2.0 * (dy2 - dy1)
    a, b = float32(math.sqrt(_square(ax, ay))), float32(math.sqrt(_square(bx, by)))
    # B' x B'' is quadratic in the parameter; between knots it strays from its chord by less than
    # `astray`, which has room for chords that differ in direction from the tangent too.
    astray = float32(0.3 / (CELLS * CELLS) * abs(ax * by - ay * bx))
    # B' = d0 + a t + (b - a) t^2 / 2, and B' x B'' likewise, at the knots between the cells.
    hx, hy = float32(0.5 * (bx - ax)), float32(0.5 * (by - ay))
    fx, fy, gx, gy = float32(ax), float32(ay), float32(dx0), float32(dy0)
    for knot in range(KNOTS):
        t = TIMES[knot]
        x, y = gx + t * (fx + t * hx), gy + t * (fy + t * hy)
        knots[0, knot] = np.sqrt(x * x + y * y)
        across = x * (fy + float32(2) * t * hy) - y * (fx + float32(2) * t * hx)
        knots[1, knot] = abs(across)
    total, sharpest = float32(0), float32(0)
    one, zero, part = float32(1), float32(0), float32(1.0 / CELLS)
    half_part, finest = float32(0.5 / CELLS), float32(1 / (12.0 * TOLERANCE))
    for cell in range(CELLS):
        t = TIMES[cell]
        start, end = a + (b - a) * t, a + (b - a) * (t + part)
        bend = start if start > end else end
        speed, after = knots[0, cell], knots[0, cell + 1]
        slowest = (speed if speed < after else after) - half_part * bend
        cross, later = knots[1, cell], knots[1, cell + 1]
        across = (cross if cross > later else later) + astray
        across = across / (slowest if slowest > zero else one)
        across = across if (slowest > zero) & (across < bend) else bend
        need = np.sqrt(across * finest)
        need = (need if need > least else least) * part
        needs[cell] = need
        total += need
        sharpest = need if need > sharpest else sharpest
    if total < float32(FEW) and total < float32(0.99 * CELLS) * sharpest:
        total = _spread(needs, knots[0])
    if total < 0.8:  # a chord alone, whose ends are not moved
        return 1
    return max(2, int(min(math.ceil(total), MOST_PIECES)))


@jit
def _spread(needs, before):
    """Let the need of each cell reach as far as one piece of it does; return their new sum.

    before: (CELLS or more,), overwritten.
    """
    total = float32(0)
    for cell in range(CELLS):
        before[cell] = needs[cell]
    for cell in range(CELLS):
        need = needs[cell]
        for other in range(CELLS):
            there = before[other]
            if there > need and abs(cell - other) * there < float32(1):
                need = there
        needs[cell] = need
        total += need
    return total


@jit
def _square(x, y):
    return x * x + y * y


@jit
def _near(value):
    return min(max(float(value), -FAR), FAR)
