"""Coverage: the pixels of flattened strokes, and how much of each they cover.

For one stroke after another: stamp the least distance to its pieces on a plane of keys, eight
pixels at a time (`_stamp`); list the pixels it reaches, those at its edge apart from those wholly
inside (`_collect`); work out how much of each edge pixel is covered (`_measure`).

That follows from the nearest point of the curve alone, as if the edge were straight, or round
where that point is a vertex. Not so where a pixel sees the stroke from two sides, in tight bends,
corners and between two arms: those few (`_ambiguous`) are cut into SUBPIXELS a side (`_resolve`).

Nothing compiled here uses another module: Numba's cache notices changes of one file only.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy import float32, int32, uint64

HALF_DIAGONAL = 0.70711  # of a pixel: farther from an edge than this, a pixel is in or out
SUBPIXELS = 2  # a side
GAP = 1.5  # pixels along the stroke between neighbours' nearest points; 1 at a straight edge
ALIKE = 0.8  # cosine between two directions to the stroke that still make one edge
BLOCK = 2048  # edge pixels measured at once
LANES = 8  # pixels stamped at once

# Rows of a block of measurements. All live in one array at fixed distances, which tells the
# compiler that they do not overlap; the odd pitch keeps them out of each other's cache sets.
PITCH = BLOCK + 16
X, Y, START_X, START_Y, ALONG_X, ALONG_Y, LENGTH = (uint64(row * PITCH) for row in range(7))
SHARE, BY_HALF, BY_X, BY_Y = (uint64(row * PITCH) for row in range(7, 11))
T, NORMAL_X, NORMAL_Y, DISTANCE = (uint64(row * PITCH) for row in range(11, 15))
ROWS = 15

CHILDREN = SUBPIXELS * SUBPIXELS
SLACK = 1.41421 * (1 - 1 / SUBPIXELS)  # between the centres of subpixels: how much farther than
# the nearest piece another one can be from the centre of a pixel and matter
CHILD_X = ((np.arange(CHILDREN) % SUBPIXELS + 0.5) / SUBPIXELS - 0.5).astype(float32)
CHILD_Y = ((np.arange(CHILDREN) // SUBPIXELS + 0.5) / SUBPIXELS - 0.5).astype(float32)

FARTHEST = int32(2**31 - 1)  # the key of a pixel that no piece has reached
NOWHERE = float32(np.nan)

jit = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"contract", "nsz", "arcp", "reassoc"}
)


@jit
def cover(width, units, stroke_offsets, pieces, spans, offsets, half, canvas, found, done):
    """Find what the strokes of some drawings cover.

    width: of the drawings. units: (U, 4) int64, bands of drawings: drawing, first row, row after
    the last, number of the band. stroke_offsets: (B + 1,). pieces, spans, offsets: from `flatten`.
    half: (S,) float32 half widths. canvas: scratch. found: where to write, one row of offsets for
    each stroke of each unit in order. done: how many of these are there already.

    Returns how many are there now, and how many edges, insides and contacts `found` must have
    room for to go on when these are not all.
    """
    stride = width + LANES
    n, m, c = found.offsets[done]
    k = 0
    for u in range(units.shape[0]):
        drawing, bottom = units[u, 0], units[u, 2]
        for s in range(stroke_offsets[drawing], stroke_offsets[drawing + 1]):
            k += 1
            if k <= done:
                continue
            h = half[s]
            # Every stroke begins at the first row of the scratch, so that it is at hand.
            top = max(units[u, 1], int(spans[s, 0] - h - 1))
            if spans[s, 1] + h + 1 > top and top < bottom:
                v = offsets[s]
                table = pieces[v : offsets[s + 1] - 1]
                low = _low_bits(table.shape[0])
                y_first, y_last = _stamp(canvas, table, h, top, bottom, stride, low)
                edges, insides = _collect(canvas, table, h, top, y_first, y_last, stride, low)
                full = c + CHILDREN * edges
                if (
                    n + edges > found.edges.shape[1]
                    or m + insides > found.insides.size
                    or full > found.contacts.size
                ):
                    _clear(canvas, top, y_first, y_last, stride)
                    return k - 1, n + edges, m + insides, full
                for j in range(insides):
                    found.insides[m + j] = canvas.insides[j]
                m += insides
                for begin in range(0, edges, BLOCK):
                    size = min(BLOCK, edges - begin)
                    for j in range(size if begin > 0 else 0):  # the first is loaded already
                        e = uint64(begin + j)
                        i = uint64(canvas.nearest[e])
                        _load(canvas.block, uint64(j), table, i, canvas.xs[e], canvas.ys[e])
                    _measure(canvas.block, size, h, float32(1))
                    splits = _ambiguous(canvas, table, begin, size, h, stride)
                    c = _resolve(canvas, table, begin, splits, h, v, found, c)
                    _note(canvas, begin, size, top, stride, v, found, n)
                    n += size
                _clear(canvas, top, y_first, y_last, stride)
            found.offsets[k, 0] = n
            found.offsets[k, 1] = m
            found.offsets[k, 2] = c
    return k, n, m, c


@jit
def _low_bits(count):
    """A mask of the bits that number `count` pieces."""
    low = 1
    while low < count:
        low *= 2
    return int32(low - 1)


@jit
def _key(distance, low):
    """Squares of distances, as floats >= 0, compare as their bits do; the last ones are lost."""
    if distance <= 0:
        return int32(0)
    return int32(float32(distance * distance).view(np.int32) & ~low)


@jit
def _stamp(canvas, table, h, top, bottom, stride, low):
    """Lower the keys around every piece to its distance; return the first and last row."""
    keys = canvas.keys
    zero, middle = float32(0), float32(0.5)
    reach = h + float32(HALF_DIAGONAL)
    right, down = float32(stride - LANES - 1), float32(bottom - 1)
    high = int32(~low)
    y_first, y_last = bottom, top - 1
    for i in range(table.shape[0]):
        ax, ay, ux, uy, length = table[i, 0], table[i, 1], table[i, 2], table[i, 3], table[i, 4]
        bx, by = ax + ux * length, ay + uy * length
        x_low = max(min(ax, bx) - reach - middle, zero)
        x_high = min(max(ax, bx) + reach - middle, right)
        y_low = max(min(ay, by) - reach - middle, float32(top))
        y_high = min(max(ay, by) + reach - middle, down)
        if not (x_low <= x_high and y_low <= y_high):
            continue
        x0, x1 = int(math.ceil(x_low)), int(math.floor(x_high))
        y0, y1 = int(math.ceil(y_low)), int(math.floor(y_high))
        if x1 < x0 or y1 < y0:
            continue
        lanes = (x1 - x0 + LANES) & ~(LANES - 1)
        x_end = x0 + lanes
        y_first, y_last = min(y_first, y0), max(y_last, y1)
        dx = float32(x0) + middle - ax
        s_row, q_row = dx * ux, dx * uy
        for y in range(y0, y1 + 1):
            canvas.first[y - top] = min(canvas.first[y - top], x0)
            canvas.last[y - top] = max(canvas.last[y - top], x_end)
            dy = float32(y) + middle - ay
            s0, q0 = s_row + dy * uy, q_row - dy * ux
            position = (y - top) * stride + x0
            for lane in range(lanes):
                step = float32(int32(lane))
                s, q = s0 + step * ux, q0 + step * uy
                t = s if s > zero else zero
                t = s - (t if t < length else length)
                squared = float32(q * q + t * t)
                key = int32((squared.view(np.int32) & high) | int32(i))
                at = uint64(position + lane)
                old = keys[at]
                keys[at] = key if key < old else old
    return y_first, y_last


@jit
def _collect(canvas, table, h, top, y_first, y_last, stride, low):
    """List the pixels at the edge and inside; note where on the stroke they are nearest."""
    keys, edges, nearest, insides = canvas.keys, canvas.edges, canvas.nearest, canvas.insides
    where, piece = canvas.where, canvas.piece
    width = stride - LANES
    outer = _key(h + float32(HALF_DIAGONAL), low)
    inner = _key(h - float32(HALF_DIAGONAL), low)
    rim = _key(h - float32(3 * HALF_DIAGONAL), low)  # those inside that may be next to an edge
    n = m = 0
    for y in range(y_first, y_last + 1):
        row = (y - top) * stride
        begin, end = canvas.first[y - top], min(canvas.last[y - top], width)
        n_before, m_before = n, m
        for x in range(begin, end):
            key = keys[uint64(row + x)]
            edges[uint64(n)] = row + x
            insides[uint64(m)] = y * width + x
            inside = key < inner
            n += (key < outer) & (not inside)
            m += inside
        middle = float32(y) + float32(0.5)
        for j in range(n_before, n):
            at = edges[uint64(j)]
            i = keys[uint64(at)] & low
            nearest[uint64(j)] = i
            x = float32(at - row) + float32(0.5)
            canvas.xs[uint64(j)] = x
            canvas.ys[uint64(j)] = middle
            where[uint64(at + stride)] = _along(table, uint64(i), x, middle)
            piece[uint64(at + stride)] = i
            if j < BLOCK:
                _load(canvas.block, uint64(j), table, uint64(i), x, middle)
        for j in range(m_before, m):
            at = insides[uint64(j)] - y * width + row
            key = keys[uint64(at)]
            if key >= rim:
                x = float32(at - row) + float32(0.5)
                where[uint64(at + stride)] = _along(table, uint64(key & low), x, middle)
                piece[uint64(at + stride)] = key & low
    return n, m


@jit
def _along(table, i, x, y):
    """How far along the stroke the point of piece i nearest to x, y is."""
    s = (x - table[i, 0]) * table[i, 2] + (y - table[i, 1]) * table[i, 3]
    s = s if s > float32(0) else float32(0)
    return table[i, 5] + (s if s < table[i, 4] else table[i, 4])


@jit
def _load(block, z, table, i, x, y):
    """Put a square centred at x, y and the piece nearest to it into place z of a block."""
    block[X + z] = x
    block[Y + z] = y
    block[START_X + z] = table[i, 0]
    block[START_Y + z] = table[i, 1]
    block[ALONG_X + z] = table[i, 2]
    block[ALONG_Y + z] = table[i, 3]
    block[LENGTH + z] = table[i, 4]


@jit
def _measure(block, size, h, side):
    """Fill in how much of each square of the block is covered, and how that changes.

    The squares have the given side and centres X, Y; the nearest pieces are there already.
    SHARE: covered part, in [0, 1]. BY_HALF: its change with the half width h; BY_X, BY_Y: with
    the nearest point, which is at T of the piece. NORMAL_X, NORMAL_Y, DISTANCE: the way from there.
    """
    zero, one = float32(0), float32(1)
    # A round edge is inside its tangent by chord^2 / (24 h) on average over the square. A line
    # finer than a pixel has no edge to speak of, and its ends are cut up anyway.
    bulge = side * side / (float32(24) * h) if h > float32(HALF_DIAGONAL) else zero
    for j in range(size):
        z = uint64(j)
        ux, uy, length = block[ALONG_X + z], block[ALONG_Y + z], block[LENGTH + z]
        dx, dy = block[X + z] - block[START_X + z], block[Y + z] - block[START_Y + z]
        s, q = dx * ux + dy * uy, dx * uy - dy * ux
        foot = s if s > zero else zero
        foot = foot if foot < length else length
        t = s - foot
        squared = float32(q * q + t * t)
        touching = squared < float32(1e-12)
        d = np.sqrt(squared)
        scale = one / (one if touching else d)
        nq = one if touching else q * scale
        nt = t * scale
        nx, ny = float32(nt * ux + nq * uy), float32(nt * uy - nq * ux)
        wide = (nx if nx > zero else -nx) * side
        tall = (ny if ny > zero else -ny) * side
        large = wide if wide > tall else tall
        small = tall if wide > tall else wide
        small = small if small > float32(1e-9) else float32(1e-9)
        near, near_chord = _between(float32(h - d), large, small)
        back = bulge * near_chord * near_chord if t != zero else zero
        near, near_chord = _between(float32(h - d - back), large, small)
        far, far_chord = _between(float32(h + d), large, small)
        block[SHARE + z] = near + far
        block[BY_HALF + z] = near_chord + far_chord
        block[BY_X + z] = (near_chord - far_chord) * nx
        block[BY_Y + z] = (near_chord - far_chord) * ny
        block[NORMAL_X + z] = nx
        block[NORMAL_Y + z] = ny
        block[DISTANCE + z] = d
        block[T + z] = foot / (length if length > float32(1e-9) else one)


@jit
def _between(x, large, small):
    """The part of a square between its middle and a line x from it, and how that changes with x.

    large >= small: how far the square's sides reach across the line. Its chords parallel to the
    line grow over a width of `small`, stay, and shrink again: a trapezium of area 1.
    """
    one, middle = float32(1), float32(0.5)
    a = x if x > 0 else -x
    level, end = middle * (large - small), middle * (large + small)
    a = a if a < end else end
    left = end - a
    height = one / large
    slope = left * height / small
    flat = a <= level
    area = a * height if flat else middle - middle * left * slope
    chord = height if flat else slope
    chord = chord if left > 0 else float32(0)
    return (area if x > 0 else -area), chord


@jit
def _ambiguous(canvas, table, begin, size, h, stride):
    """List the pixels of the block that see the stroke from two sides; return how many."""
    where, piece, block = canvas.where, canvas.piece, canvas.block
    gap = float32(GAP)
    fine = h < float32(HALF_DIAGONAL)
    last = table.shape[0] - 1
    total = table[last, 5] + table[last, 4]
    one, line = uint64(1), uint64(stride)
    found = 0
    for j in range(size):
        at = uint64(canvas.edges[uint64(begin + j)] + stride)
        z = uint64(j)
        on_left, on_right, above, below = at - one, at + one, at - line, at + line
        here = where[at]
        other = -1
        if fine and (here <= 0 or here >= total):
            other = piece[at]
        if (
            (abs(where[on_left] - here) > gap)
            | (abs(where[on_right] - here) > gap)
            | (abs(where[above] - here) > gap)
            | (abs(where[below] - here) > gap)
        ):
            for beside in (on_left, on_right, above, below):
                if abs(where[beside] - here) > gap and _faces(block, table, h, z, piece[beside]):
                    other = piece[beside]
                    break
        if other >= 0:
            canvas.split[uint64(found)] = j
            canvas.other[uint64(found)] = other
            found += 1
    return found


@jit
def _faces(block, table, h, z, i):
    """Whether piece i makes an edge of its own in the pixel at z of the block."""
    i = uint64(i)
    dx, dy = block[X + z] - table[i, 0], block[Y + z] - table[i, 1]
    s = dx * table[i, 2] + dy * table[i, 3]
    s = s if s > float32(0) else float32(0)
    s = s if s < table[i, 4] else table[i, 4]
    dx -= s * table[i, 2]
    dy -= s * table[i, 3]
    d = math.sqrt(dx * dx + dy * dy)
    alike = dx * block[NORMAL_X + z] + dy * block[NORMAL_Y + z]
    return d < _reach(block, h, z) and alike < float32(ALIKE) * d


@jit
def _reach(block, h, z):
    """How near to the pixel at z of a block a piece must be to be nearest to a subpixel of it."""
    return min(h + float32(HALF_DIAGONAL), block[DISTANCE + z] + float32(SLACK))


@jit
def _resolve(canvas, table, begin, splits, h, v, found, c):
    """Measure the pixels to cut up by their subpixels; return the number of contacts."""
    block, spread, seen = canvas.block, canvas.spread, canvas.seen
    part = float32(1.0 / CHILDREN)
    at_once = BLOCK // CHILDREN
    low = _low_bits(table.shape[0])
    for first in range(0, splits, at_once):
        size = min(at_once, splits - first)
        for k in range(size):
            j = canvas.split[first + k]
            z = uint64(j)
            x, y, reach = block[X + z], block[Y + z], _reach(block, h, z)
            # On either side the pieces that are near enough follow one another.
            start, end = _run(table, canvas.nearest[begin + j], x, y, reach)
            other_start, other_end = start, start - 1
            other = canvas.other[first + k]
            if other < start or other > end:
                other_start, other_end = _run(table, other, x, y, reach)
            keys = _nearest(table, start, end, other_start, other_end, x, y, low)
            for child in range(CHILDREN):
                at = uint64(k * CHILDREN + child)
                i = keys[child] & low
                seen[at] = i
                _load(spread, at, table, uint64(i), x + CHILD_X[child], y + CHILD_Y[child])
        _measure(spread, size * CHILDREN, h, float32(1.0 / SUBPIXELS))
        for k in range(size):
            share = by_half = float32(0)
            before = c
            for child in range(k * CHILDREN, (k + 1) * CHILDREN):
                z = uint64(child)
                share += spread[SHARE + z]
                by_half += spread[BY_HALF + z]
                x, y = spread[BY_X + z], spread[BY_Y + z]
                found.contacts[c] = v + seen[child]
                found.pulls[c, 0] = spread[T + z]
                found.pulls[c, 1] = x * part
                found.pulls[c, 2] = y * part
                c += (x != 0) | (y != 0)
            j = canvas.split[first + k]
            block[SHARE + uint64(j)] = share * part
            block[BY_HALF + uint64(j)] = by_half * part
            canvas.nearest[begin + j] = before - c - 1
    return c


@jit
def _run(table, i, x, y, reach):
    """The first and last of the pieces around i that reach into a circle around x, y."""
    start = end = i
    while start > 0 and _squared(table, start - 1, x, y) < reach * reach:
        start -= 1
    while end < table.shape[0] - 1 and _squared(table, end + 1, x, y) < reach * reach:
        end += 1
    return start, end


@jit
def _nearest(table, start, end, other_start, other_end, x, y, low):
    """For each subpixel of the pixel at x, y the least key of pieces start … end and the others.

    Four at a time, without a branch: one after another they wait for each other.
    """
    k0 = k1 = k2 = k3 = FARTHEST
    for i in range(start, end + 1):
        k0, k1, k2, k3 = _keys(table, i, x, y, low, k0, k1, k2, k3)
    for i in range(other_start, other_end + 1):
        k0, k1, k2, k3 = _keys(table, i, x, y, low, k0, k1, k2, k3)
    return k0, k1, k2, k3


@jit
def _keys(table, i, x, y, low, k0, k1, k2, k3):
    """The keys of four subpixels, where piece i is not nearer; see `_stamp`."""
    quarter, i = float32(0.25), int32(i)
    return (
        min(k0, _child_key(table, i, x - quarter, y - quarter, low)),
        min(k1, _child_key(table, i, x + quarter, y - quarter, low)),
        min(k2, _child_key(table, i, x - quarter, y + quarter, low)),
        min(k3, _child_key(table, i, x + quarter, y + quarter, low)),
    )


@jit
def _child_key(table, i, x, y, low):
    return int32((float32(_squared(table, i, x, y)).view(np.int32) & ~low) | i)


@jit
def _squared(table, i, x, y):
    """The square of the distance from x, y to piece i."""
    i = uint64(i)
    dx, dy = x - table[i, 0], y - table[i, 1]
    s, q = dx * table[i, 2] + dy * table[i, 3], dx * table[i, 3] - dy * table[i, 2]
    t = s if s > float32(0) else float32(0)
    t = s - (t if t < table[i, 4] else table[i, 4])
    return q * q + t * t


@jit
def _note(canvas, begin, size, top, stride, v, found, n):
    """Write the measured edge pixels down."""
    block, edges, nearest = canvas.block, canvas.edges, canvas.nearest
    pixels, vertices = found.edges[0], found.edges[1]
    pad, shift, first = int32(LANES), int32(top * stride), int32(v)
    for j in range(size):
        row = int32(canvas.ys[uint64(begin + j)])
        pixels[uint64(n + j)] = edges[uint64(begin + j)] + shift - row * pad
    for j in range(size):
        i = nearest[uint64(begin + j)]
        vertices[uint64(n + j)] = i + (first if i >= 0 else int32(0))
    _copy(found.shares[0], n, block, SHARE, size)
    _copy(found.shares[1], n, block, BY_HALF, size)
    _copy(found.shares[2], n, block, T, size)
    _copy(found.shares[3], n, block, BY_X, size)
    _copy(found.shares[4], n, block, BY_Y, size)


@jit
def _copy(target, n, block, row, size):
    for j in range(size):
        target[uint64(n + j)] = block[row + uint64(j)]


@jit
def _clear(canvas, top, y_first, y_last, stride):
    """Forget the stroke."""
    keys, where = canvas.keys, canvas.where
    for y in range(y_first - top, y_last + 1 - top):
        row = y * stride
        begin, end = row + canvas.first[y], row + canvas.last[y]
        for at in range(begin, end):
            keys[uint64(at)] = FARTHEST
        for at in range(begin + stride, end + stride):
            where[uint64(at)] = NOWHERE
        canvas.first[y] = FARTHEST
        canvas.last[y] = 0
