"""Coverage: the pixels of flattened strokes, and how much of each they cover.

For one stroke after another: stamp the least distance to its pieces on a plane of keys, eight
pixels at a time (`_stamp`); list the pixels it reaches, those at its edge apart from those wholly
inside (`_collect`); work out how much of each edge pixel is covered (`_measure`).

That follows from the nearest point of the curve alone, as if the edge were straight, or round
where that point is a vertex. Not so where a pixel sees the stroke from two sides, in tight bends,
corners and between two arms: those few (`_ambiguous`) are cut into SUBPIXELS a side (`_resolve`).

Nothing here calls code of another module: Numba's cache notices changes of one file only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np
from numpy import float32, int32, uint64

HALF_DIAGONAL = 0.70711  # of a pixel: farther from an edge than this, a pixel is in or out
SUBPIXELS = 2  # a side
GAP = 1.2  # pixels along the stroke between neighbours' nearest points; 1 at a straight edge
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
inline = numba.njit(
    cache=True,
    nogil=True,
    error_model="numpy",
    fastmath={"contract", "nsz", "arcp", "reassoc"},
    inline="always",
)


class Coverage(NamedTuple):
    """The pixels of strokes; pixels count through a drawing, row by row."""

    offsets: np.ndarray  # (K + 1, 3) int64: where each stroke's edges, insides, contacts begin
    edges: np.ndarray  # (n, 2) int32: pixel, and vertex of the nearest piece or -1 - contacts
    shares: np.ndarray  # (n, 5) float32: SHARE, BY_HALF, T, BY_X, BY_Y, see `_measure`
    insides: np.ndarray  # (m,) int32: pixel
    contacts: np.ndarray  # (c,) int32: vertex of the piece nearest to a subpixel
    pulls: np.ndarray  # (c, 3) float32: T, BY_X, BY_Y of it


class Canvas(NamedTuple):
    """Scratch for one band of a drawing; every stroke leaves it as it found it."""

    keys: np.ndarray  # (rows * stride,) int32: squared distance, its last bits the piece
    where: np.ndarray  # ((rows + 2) * stride,) float32: how far along the stroke, or NOWHERE
    piece: np.ndarray  # ((rows + 2) * stride,) int32: the nearest piece
    first: np.ndarray  # (rows,) int64: the span of each row that the stroke may have touched
    last: np.ndarray  # (rows,) int64
    edges: np.ndarray  # (area,) int32: pixels at the edge, as positions in `keys`
    nearest: np.ndarray  # (area,) int32: their pieces, then -1 - contacts of those cut up
    xs: np.ndarray  # (area,) float32: their centres
    ys: np.ndarray  # (area,) float32
    insides: np.ndarray  # (area,) int32: pixels inside
    block: np.ndarray  # (ROWS * PITCH,) float32: edge pixels being measured
    split: np.ndarray  # (BLOCK,) int32: those of them to cut up
    spread: np.ndarray  # (ROWS * PITCH,) float32: their subpixels being measured
    seen: np.ndarray  # (BLOCK,) int32: the pieces nearest to those
    near: np.ndarray  # (longest,) int32: the pieces near a pixel
    listed: np.ndarray  # (longest,) int32: the pixel for which a piece was last listed there


@jit
def cover(width, units, stroke_offsets, pieces, spans, offsets, half, canvas, found):
    """Find what the strokes of some drawings cover.

    width: of the canvas. units: (U, 3) int64, bands of drawings: drawing, first row, row after
    the last. stroke_offsets: (B + 1,). pieces, spans, offsets: from `flatten`. half: (S,) float32
    half widths. canvas: scratch. found: where to write.

    Returns found, or a larger one, with a row of offsets for each stroke of each unit in order.
    """
    stride = width + LANES
    k = n = m = c = 0
    for u in range(units.shape[0]):
        drawing, top, bottom = units[u]
        for s in range(stroke_offsets[drawing], stroke_offsets[drawing + 1]):
            found.offsets[k, 0] = n
            found.offsets[k, 1] = m
            found.offsets[k, 2] = c
            k += 1
            h = half[s]
            if spans[s, 1] + h + 1 < top or spans[s, 0] - h - 1 > bottom:
                continue
            v = offsets[s]
            table = pieces[v : offsets[s + 1] - 1]
            low = _low_bits(table.shape[0])
            y_first, y_last = _stamp(canvas, table, h, top, bottom, stride, low)
            edges, insides = _collect(canvas, table, h, top, y_first, y_last, stride, low)
            found = _room(found, n + edges, m + insides, c)
            found.insides[m : m + insides] = canvas.insides[:insides]
            m += insides
            for begin in range(0, edges, BLOCK):
                size = min(BLOCK, edges - begin)
                for j in range(size):
                    e = begin + j
                    i = canvas.nearest[e]
                    _load(canvas.block, uint64(j), table, i, canvas.xs[e], canvas.ys[e])
                _measure(canvas.block, size, h, float32(1))
                splits = _ambiguous(canvas, table, begin, size, h, stride)
                found = _room(found, 0, 0, c + splits * CHILDREN)
                c = _resolve(canvas, table, begin, splits, h, low, stride, v, found, c)
                _note(canvas, begin, size, top, stride, v, found, n)
                n += size
            _clear(canvas, top, y_first, y_last, stride)
    found.offsets[k, 0] = n
    found.offsets[k, 1] = m
    found.offsets[k, 2] = c
    return found


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
            nearest[uint64(n)] = key & low
            insides[uint64(m)] = y * width + x
            inside = key < inner
            n += (key < outer) & (not inside)
            m += inside
        for j in range(n_before, n):
            x = edges[j] - row
            canvas.xs[j] = float32(x) + float32(0.5)
            canvas.ys[j] = float32(y) + float32(0.5)
            _locate(canvas, table, nearest[j], x, y, row + x + stride)
        for j in range(m_before, m):
            x = insides[j] - y * width
            key = keys[row + x]
            if key >= rim:
                _locate(canvas, table, key & low, x, y, row + x + stride)
    return n, m


@inline
def _locate(canvas, table, i, x, y, at):
    """Note how far along the stroke the point nearest to pixel x, y is; it is on piece i."""
    dx, dy = float32(x) + float32(0.5) - table[i, 0], float32(y) + float32(0.5) - table[i, 1]
    s = dx * table[i, 2] + dy * table[i, 3]
    s = s if s > float32(0) else float32(0)
    canvas.where[at] = table[i, 5] + (s if s < table[i, 4] else table[i, 4])
    canvas.piece[at] = i


@inline
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
    where = canvas.where
    gap = float32(GAP)
    fine = h < float32(HALF_DIAGONAL)
    last = table.shape[0] - 1
    total = table[last, 5] + table[last, 4]
    found = 0
    for j in range(size):
        at = canvas.edges[begin + j] + stride
        here = where[at]
        two = fine and (here <= 0 or here >= total)
        left, right = abs(where[at - 1] - here) > gap, abs(where[at + 1] - here) > gap
        above, below = abs(where[at - stride] - here) > gap, abs(where[at + stride] - here) > gap
        if left | right | above | below:
            two = (
                two
                or (left and _other_side(canvas, table, h, j, at - 1))
                or (right and _other_side(canvas, table, h, j, at + 1))
                or (above and _other_side(canvas, table, h, j, at - stride))
                or (below and _other_side(canvas, table, h, j, at + stride))
            )
        canvas.split[found] = j
        found += two
    return found


@inline
def _other_side(canvas, table, h, j, beside):
    """Whether pixel j of the block also has an edge towards the piece nearest to its neighbour."""
    block, z = canvas.block, uint64(j)
    i = canvas.piece[beside]
    dx, dy = block[X + z] - table[i, 0], block[Y + z] - table[i, 1]
    s = dx * table[i, 2] + dy * table[i, 3]
    s = min(max(s, float32(0)), table[i, 4])
    dx -= s * table[i, 2]
    dy -= s * table[i, 3]
    d = math.sqrt(dx * dx + dy * dy)
    alike = dx * block[NORMAL_X + z] + dy * block[NORMAL_Y + z]
    reach = min(h + float32(HALF_DIAGONAL), block[DISTANCE + z] + float32(SLACK))
    return d < reach and alike < float32(ALIKE) * d


@jit
def _resolve(canvas, table, begin, splits, h, low, stride, v, found, c):
    """Measure the pixels to cut up by their subpixels; return the number of contacts."""
    block, spread, split, seen = canvas.block, canvas.spread, canvas.split, canvas.seen
    part = float32(1.0 / CHILDREN)
    at_once = BLOCK // CHILDREN
    canvas.listed[: table.shape[0]] = -1
    for first in range(0, splits, at_once):
        size = min(at_once, splits - first)
        for k in range(size):
            j = split[first + k]
            count = _list(canvas, table, h, j, canvas.edges[begin + j] + stride, stride)
            _cut(canvas, table, block[X + uint64(j)], block[Y + uint64(j)], count, k, low)
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
            j = split[first + k]
            block[SHARE + uint64(j)] = share * part
            block[BY_HALF + uint64(j)] = by_half * part
            canvas.nearest[begin + j] = before - c - 1
    return c


@inline
def _list(canvas, table, h, j, at, stride):
    """List the pieces near pixel j of the block, from those nearest to it and its neighbours."""
    x, y = canvas.block[X + uint64(j)], canvas.block[Y + uint64(j)]
    where, near, listed = canvas.where, canvas.near, canvas.listed
    reach = min(h + float32(HALF_DIAGONAL), canvas.block[DISTANCE + uint64(j)] + float32(SLACK))
    count = 0
    for row in (at - stride, at, at + stride):
        for beside in (row - 1, row, row + 1):
            if not where[beside] >= 0:
                continue
            seed = canvas.piece[beside]
            for step in (1, -1):
                i = seed if step > 0 else seed - 1
                while 0 <= i < table.shape[0] and listed[i] != j:
                    dx, dy = x - table[i, 0], y - table[i, 1]
                    s, q = (
                        dx * table[i, 2] + dy * table[i, 3],
                        dx * table[i, 3] - dy * table[i, 2],
                    )
                    t = s - min(max(s, float32(0)), table[i, 4])
                    if q * q + t * t >= reach * reach and i != seed:
                        break
                    near[count] = i
                    count += 1
                    listed[i] = j
                    i += step
    return count


@inline
def _cut(canvas, table, x, y, count, k, low):
    """Put the subpixels of the pixel centred at x, y and their pieces into the spread."""
    zero = float32(0)
    keys = canvas.seen[k * CHILDREN : (k + 1) * CHILDREN]
    for child in range(CHILDREN):
        keys[child] = FARTHEST
    high = int32(~low)
    for k_near in range(count):
        i = canvas.near[k_near]
        ux, uy, length = table[i, 2], table[i, 3], table[i, 4]
        dx, dy = x - table[i, 0], y - table[i, 1]
        for child in range(CHILDREN):
            cx, cy = dx + CHILD_X[child], dy + CHILD_Y[child]
            s, q = cx * ux + cy * uy, cx * uy - cy * ux
            t = s if s > zero else zero
            t = s - (t if t < length else length)
            squared = float32(q * q + t * t)
            key = int32((squared.view(np.int32) & high) | int32(i))
            old = keys[uint64(child)]
            keys[uint64(child)] = key if key < old else old
    for child in range(CHILDREN):
        i = keys[child] & low
        keys[child] = i
        z = uint64(k * CHILDREN + child)
        _load(canvas.spread, z, table, i, x + CHILD_X[child], y + CHILD_Y[child])


@jit
def _note(canvas, begin, size, top, stride, v, found, n):
    """Write the measured edge pixels down."""
    block = canvas.block
    for j in range(size):
        z = uint64(j)
        nearest = canvas.nearest[begin + j]
        row = int32(block[Y + z]) - top
        found.edges[n + j, 0] = canvas.edges[begin + j] - row * LANES + top * (stride - LANES)
        found.edges[n + j, 1] = v + nearest if nearest >= 0 else nearest
        found.shares[n + j, 0] = block[SHARE + z]
        found.shares[n + j, 1] = block[BY_HALF + z]
        found.shares[n + j, 2] = block[T + z]
        found.shares[n + j, 3] = block[BY_X + z]
        found.shares[n + j, 4] = block[BY_Y + z]


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


def new_canvas(rows: int, width: int, longest: int) -> Canvas:
    """Scratch for bands of up to so many rows, and strokes of up to `longest` vertices."""
    stride = width + LANES
    area = rows * stride
    return Canvas(
        np.full(area, FARTHEST, np.int32),
        np.full(area + 2 * stride, NOWHERE, np.float32),
        np.empty(area + 2 * stride, np.int32),
        np.full(rows, FARTHEST, np.int64),
        np.zeros(rows, np.int64),
        np.empty(area + 1, np.int32),
        np.empty(area + 1, np.int32),
        np.empty(area + 1, np.float32),
        np.empty(area + 1, np.float32),
        np.empty(area + 1, np.int32),
        np.empty(ROWS * PITCH, np.float32),
        np.empty(BLOCK + 1, np.int32),
        np.empty(ROWS * PITCH, np.float32),
        np.empty(BLOCK, np.int32),
        np.empty(longest + 1, np.int32),
        np.full(longest + 1, -1, np.int32),
    )


@jit
def new_coverage(strokes, edges, insides, contacts):
    """Room for the coverage of so many strokes, pixels and subpixels."""
    return Coverage(
        np.empty((strokes + 1, 3), np.int64),
        np.empty((edges, 2), np.int32),
        np.empty((edges, 5), np.float32),
        np.empty(insides, np.int32),
        np.empty(contacts, np.int32),
        np.empty((contacts, 3), np.float32),
    )


@jit
def _room(found, edges, insides, contacts):
    """The same coverage with room for so many entries and one to spare."""
    n, m, c = found.edges.shape[0], found.insides.size, found.contacts.size
    if edges < n and insides < m and contacts < c:
        return found
    n = n if edges < n else 2 * edges + 1
    m = m if insides < m else 2 * insides + 1
    c = c if contacts < c else 2 * contacts + 1
    grown = new_coverage(found.offsets.shape[0] - 1, n, m, c)
    grown.offsets[:] = found.offsets
    grown.edges[: found.edges.shape[0]] = found.edges
    grown.shares[: found.edges.shape[0]] = found.shares
    grown.insides[: found.insides.size] = found.insides
    grown.contacts[: found.contacts.size] = found.contacts
    grown.pulls[: found.contacts.size] = found.pulls
    return grown
