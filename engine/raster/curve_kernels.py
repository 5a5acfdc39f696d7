"""Curves to straight pieces as kernels in Triton, and gradients of pieces back to the curves.

As in flatten.py, only FINER, and without its longest piece, which serves its boxes. Vertices are as
there: piece v runs from vertex v to v + 1, cubic c of stroke s has the pieces from offsets[c] + s
on, and a stroke one vertex more than pieces. Numbers that differ from batch to batch are not
specialised: to compile for each takes seconds.
"""

# The operators are Triton's, which no checker of Python's types knows.
# pyright: reportOperatorIssue=false

from __future__ import annotations

import triton
import triton.language as tl

from engine.raster import flatten

MOST = 128  # pieces of a cubic; what bends more, as none does within 1,000 px, is cut coarser
FINER = 2  # times as many pieces as flatten.py: most are far from a tile, and cost it nothing
BLOCK = 32  # pieces that are looked at together

_CELLS = tl.constexpr(flatten.CELLS)
_FAR = tl.constexpr(flatten.FAR)
_FEW = tl.constexpr(flatten.FEW)
_FINEST = tl.constexpr(FINER**2 / (12 * flatten.TOLERANCE))


@triton.jit
def _near(value):
    return tl.minimum(tl.maximum(value, -_FAR), _FAR)


@triton.jit
def _corners(points, first):
    """The control points of the cubic that begins at point `first`."""
    p = points + 2 * first
    return (
        _near(tl.load(p)),
        _near(tl.load(p + 1)),
        _near(tl.load(p + 2)),
        _near(tl.load(p + 3)),
        _near(tl.load(p + 4)),
        _near(tl.load(p + 5)),
        _near(tl.load(p + 6)),
        _near(tl.load(p + 7)),
    )


@triton.jit
def _needs(x0, y0, x1, y1, x2, y2, x3, y3):
    """How many pieces each cell of a cubic's parameter needs, (CELLS,); see flatten.py."""
    part: tl.constexpr = 1.0 / _CELLS
    dx0, dx1, dx2 = 3.0 * (x1 - x0), 3.0 * (x2 - x1), 3.0 * (x3 - x2)
    dy0, dy1, dy2 = 3.0 * (y1 - y0), 3.0 * (y2 - y1), 3.0 * (y3 - y2)
    ax, ay, bx, by = 2.0 * (dx1 - dx0), 2.0 * (dy1 - dy0), 2.0 * (dx2 - dx1), 2.0 * (dy2 - dy1)
    a, b = tl.sqrt(ax * ax + ay * ay), tl.sqrt(bx * bx + by * by)
    astray = 0.3 * part * part * tl.abs(ax * by - ay * bx)
    hx, hy = 0.5 * (bx - ax), 0.5 * (by - ay)
    t = tl.arange(0, _CELLS) * part
    e = t + part
    x, y = dx0 + t * (ax + t * hx), dy0 + t * (ay + t * hy)
    speed = tl.sqrt(x * x + y * y)
    cross = tl.abs(x * (ay + 2.0 * t * hy) - y * (ax + 2.0 * t * hx))
    x, y = dx0 + e * (ax + e * hx), dy0 + e * (ay + e * hy)
    speed = tl.minimum(speed, tl.sqrt(x * x + y * y))
    cross = tl.maximum(cross, tl.abs(x * (ay + 2.0 * e * hy) - y * (ax + 2.0 * e * hx)))
    bend = tl.maximum(a + (b - a) * t, a + (b - a) * e)
    slowest = speed - 0.5 * part * bend
    across = (cross + astray) / tl.where(slowest > 0, slowest, 1.0)
    across = tl.where((slowest > 0) & (across < bend), across, bend)
    needs = tl.maximum(tl.sqrt(across * _FINEST), 1e-6) * part
    return tl.where(tl.sum(needs, axis=0) < _FEW, _spread(needs), needs)


@triton.jit
def _spread(needs):
    """The need of each cell reaches as far as one piece of it does."""
    cells = tl.arange(0, _CELLS)
    steps = tl.abs(cells[:, None] - cells[None, :]).to(tl.float32)
    there = needs[None, :] + 0.0 * steps
    return tl.max(tl.where(steps * there < 1.0, there, 0.0), axis=1)


@triton.jit
def _weights(t, out):
    """Of the four control points in B(t) - out * B''(t)."""
    u = 1.0 - t
    k = 6.0 * out
    return (
        u * u * u - k * u,
        3.0 * t * u * u + k * (2.0 - 3.0 * t),
        3.0 * t * t * u + k * (3.0 * t - 1.0),
        t * t * t - k * t,
    )


@triton.jit(do_not_specialize=["width", "height"])
def measure(points, firsts, cubics, half, counts, boxes, width, height, MOST: tl.constexpr):
    """Of each stroke: the pieces that its cubics need, and the box around all that it may touch."""
    s = tl.program_id(0)
    reach = tl.load(half + s) + 1.0
    left, top, right, bottom = 1e30, 1e30, -1e30, -1e30
    for c in range(tl.load(cubics + s), tl.load(cubics + s + 1)):
        x0, y0, x1, y1, x2, y2, x3, y3 = _corners(points, tl.load(firsts + c))
        low_x = tl.minimum(tl.minimum(x0, x1), tl.minimum(x2, x3)) - reach
        low_y = tl.minimum(tl.minimum(y0, y1), tl.minimum(y2, y3)) - reach
        high_x = tl.maximum(tl.maximum(x0, x1), tl.maximum(x2, x3)) + reach
        high_y = tl.maximum(tl.maximum(y0, y1), tl.maximum(y2, y3)) + reach
        total = tl.sum(_needs(x0, y0, x1, y1, x2, y2, x3, y3), axis=0)
        count = tl.minimum(tl.maximum(tl.ceil(total), 2.0), MOST).to(tl.int32)
        outside = (low_x > width) | (high_x < 0) | (low_y > height) | (high_y < 0)
        tl.store(counts + c, tl.where(outside | (total < 0.8), 1, count))
        left, top = tl.minimum(left, low_x), tl.minimum(top, low_y)
        right, bottom = tl.maximum(right, high_x), tl.maximum(bottom, high_y)
    tl.store(boxes + 4 * s, left)
    tl.store(boxes + 4 * s + 1, top)
    tl.store(boxes + 4 * s + 2, right)
    tl.store(boxes + 4 * s + 3, bottom)


@triton.jit
def _reached(wanted, needs, before):
    """The parameter where so much of a cubic's need is met: of vertices (N,)."""
    share = (wanted[:, None] - before[None, :]) / needs[None, :]
    return tl.sum(tl.minimum(tl.maximum(share, 0.0), 1.0), axis=1) * (1.0 / _CELLS)


@triton.jit
def place(points, firsts, strokes, cubics, offsets, vertices, MOST: tl.constexpr):
    """The vertices of each cubic: x, y, its parameter, and how far outwards it is moved."""
    c = tl.program_id(0)
    s = tl.load(strokes + c)
    base = tl.load(offsets + c)
    count = tl.load(offsets + c + 1) - base
    x0, y0, x1, y1, x2, y2, x3, y3 = _corners(points, tl.load(firsts + c))
    needs = _needs(x0, y0, x1, y1, x2, y2, x3, y3)
    before = tl.cumsum(needs, axis=0) - needs
    step = tl.sum(needs, axis=0) / count
    k = tl.arange(0, MOST) + 1
    t = tl.where(k < count, _reached(k * step, needs, before), 1.0)
    earlier = tl.where(k > 1, _reached((k - 1) * step, needs, before), 0.0)
    later = tl.where(k + 1 < count, _reached((k + 1) * step, needs, before), 1.0)
    gap = tl.minimum(t - earlier, tl.where(k < count, later - t, 0.0))
    out = gap * gap * (1.0 / 12.0)
    w0, w1, w2, w3 = _weights(t, out)
    v = vertices + 4 * (base + s + k)
    here = k <= count
    tl.store(v, w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3, here)
    tl.store(v + 1, w0 * y0 + w1 * y1 + w2 * y2 + w3 * y3, here)
    tl.store(v + 2, t, here)
    tl.store(v + 3, out, here)
    if c == tl.load(cubics + s):
        begun = vertices + 4 * (base + s)
        tl.store(begun, x0)
        tl.store(begun + 1, y0)
        tl.store(begun + 2, 0.0)
        tl.store(begun + 3, 0.0)


@triton.jit
def collect(vertices, by_vertex, firsts, cubics, offsets, by_point, BLOCK: tl.constexpr):
    """From the vertices of each stroke to its control points."""
    s = tl.program_id(0)
    begun = tl.load(cubics + s)
    over_x, over_y = 0.0, 0.0  # of the point that a cubic shares with the one before
    for c in range(begun, tl.load(cubics + s + 1)):
        base = tl.load(offsets + c) + s
        stop = tl.load(offsets + c + 1) + s + 1
        x0, y0, x1, y1 = over_x, over_y, 0.0, 0.0
        x2, y2, x3, y3 = 0.0, 0.0, 0.0, 0.0
        for begin in range(tl.where(c == begun, base, base + 1), stop, BLOCK):
            v = begin + tl.arange(0, BLOCK)
            there = v < stop
            p = vertices + 4 * v
            w0, w1, w2, w3 = _weights(tl.load(p + 2, there, 0.0), tl.load(p + 3, there, 0.0))
            q = by_vertex + 2 * v
            x, y = tl.load(q, there, 0.0), tl.load(q + 1, there, 0.0)
            x0 += tl.sum(w0 * x, axis=0)
            y0 += tl.sum(w0 * y, axis=0)
            x1 += tl.sum(w1 * x, axis=0)
            y1 += tl.sum(w1 * y, axis=0)
            x2 += tl.sum(w2 * x, axis=0)
            y2 += tl.sum(w2 * y, axis=0)
            x3 += tl.sum(w3 * x, axis=0)
            y3 += tl.sum(w3 * y, axis=0)
        out = by_point + 2 * tl.load(firsts + c)
        tl.store(out, x0)
        tl.store(out + 1, y0)
        tl.store(out + 2, x1)
        tl.store(out + 3, y1)
        tl.store(out + 4, x2)
        tl.store(out + 5, y2)
        tl.store(out + 6, x3)
        tl.store(out + 7, y3)
        over_x, over_y = x3, y3
