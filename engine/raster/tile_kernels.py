"""Straight pieces to pixels as kernels in Triton: bin, paint, and the way back.

They compute what engine/raster/reference.py defines, on pieces that curve_kernels.py has cut. A
program paints one tile of TILE x TILE pixels of one drawing; each pixel is SUB x SUB subpixels, and
how much of a subpixel a stroke covers is the area on this side of a straight edge (AREA) or the
definition's band.

No kernel divides by 1 - alpha, so opaque strokes are as good as others, and nothing is sorted:
strokes are in painting order already. No loop needs a number that the host would have to know.
Numbers that differ from batch to batch are not specialised: to compile for each takes seconds.
"""

# The operators are Triton's, which no checker of Python's types knows.
# pyright: reportOperatorIssue=false

from __future__ import annotations

import triton
import triton.language as tl

TILE = 8  # pixels a side
BLOCK = 32  # strokes, or pieces, that are looked at together


@triton.jit(do_not_specialize=["first", "across", "tiles", "most"])
def bin_strokes(
    boxes,
    owners,
    lists,
    counts,
    first,
    across,
    tiles,
    most,
    TILE: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """For each tile the strokes whose boxes it touches, in painting order."""
    at = tl.program_id(0)
    drawing, tile = (first + at) // tiles, (first + at) % tiles
    left, top = (tile % across) * TILE, (tile // across) * TILE
    base = at.to(tl.int64) * most
    n = 0
    last = tl.load(owners + drawing + 1)
    for begin in range(tl.load(owners + drawing), last, BLOCK):
        s = begin + tl.arange(0, BLOCK)
        there = s < last
        hit = (
            there
            & (tl.load(boxes + 4 * s, there, 1e30) < left + TILE)
            & (tl.load(boxes + 4 * s + 1, there, 1e30) < top + TILE)
            & (tl.load(boxes + 4 * s + 2, there, -1e30) > left)
            & (tl.load(boxes + 4 * s + 3, there, -1e30) > top)
        ).to(tl.int32)
        tl.store(lists + base + n + tl.cumsum(hit, axis=0) - 1, s, hit > 0)
        n += tl.sum(hit, axis=0)
    tl.store(counts + at, n)


@triton.jit
def _squared(sx, sy, ax, ay, bx, by):
    """Squared distance from spots to the piece a-b, and how far along it the nearest point is."""
    vx, vy = bx - ax, by - ay
    length = tl.maximum(vx * vx + vy * vy, 1e-24)
    t = ((sx - ax) * vx + (sy - ay) * vy) / length
    t = tl.minimum(tl.maximum(t, 0.0), 1.0)
    dx, dy = sx - ax - t * vx, sy - ay - t * vy
    return dx * dx + dy * dy, t


@triton.jit
def _between(x, large, small):
    """Part of a square between its middle and a line x from it, and its change with x; the square
    is `large` and `small` wide along and across the line (coverage.py)."""
    a = tl.abs(x)
    level, end = 0.5 * (large - small), 0.5 * (large + small)
    left = end - tl.minimum(a, end)
    height = 1.0 / large
    slope = left * height / small
    flat = a <= level
    area = tl.where(flat, a * height, 0.5 - 0.5 * left * slope)
    chord = tl.where(left > 0, tl.where(flat, height, slope), 0.0)
    return tl.where(x > 0, area, -area), chord


@triton.jit
def _cover(d, nx, ny, h, side, AREA: tl.constexpr):
    """Covered part of subpixels at distance d in direction nx, ny; its change with the nearer edge
    of the stroke, at d - h, and with the farther one, at d + h."""
    if AREA:
        wide, tall = tl.abs(nx) * side, tl.abs(ny) * side
        large = tl.maximum(tl.maximum(wide, tall), 1e-6)
        small = tl.maximum(tl.minimum(wide, tall), 1e-9)
        near, by_near = _between(h - d, large, small)
        far, by_far = _between(h + d, large, small)
        return near + far, by_near, by_far
    else:
        band = (tl.minimum(d + h, side / 2) - tl.maximum(d - h, -side / 2)) / side
        moves = (band >= 0.0) & (band <= 1.0)
        return (
            tl.minimum(tl.maximum(band, 0.0), 1.0),
            tl.where(moves & (d - h >= -side / 2), 1.0 / side, 0.0),
            tl.where(moves & (d + h <= side / 2), 1.0 / side, 0.0),
        )


@triton.jit
def _spots(tile, across, TILE: tl.constexpr, SUB: tl.constexpr, SUBS: tl.constexpr):
    """The pixels of a tile (PIXELS,), the centres of their subpixels (PIXELS, SUBS), and which of
    these are real: SUBS is a power of two."""
    pixel, sub = tl.arange(0, TILE * TILE), tl.arange(0, SUBS)
    x = (tile % across) * TILE + pixel % TILE
    y = (tile // across) * TILE + pixel // TILE
    sx = x[:, None] + ((sub % SUB) + 0.5)[None, :] / SUB
    sy = y[:, None] + ((sub // SUB) + 0.5)[None, :] / SUB
    return x, y, sx, sy, (sub < SUB * SUB)[None, :]


@triton.jit
def _from_pieces(vertices, begin, last, cx, cy, BLOCK: tl.constexpr):
    """A block of pieces from `begin` on: their numbers, which are there, and the squared distance
    of each to cx, cy; it is huge for those that are not."""
    v = begin + tl.arange(0, BLOCK)
    there = v < last
    p = vertices + 4 * v
    d2, _ = _squared(
        cx,
        cy,
        tl.load(p, there, 1e15),
        tl.load(p + 1, there, 1e15),
        tl.load(p + 4, there, 1e15),
        tl.load(p + 5, there, 1e15),
    )
    return v, there, d2


@triton.jit
def _relevant(vertices, first, last, cx, cy, h, TILE: tl.constexpr, BLOCK: tl.constexpr):
    """Of pieces [first, last) the first and the last one that can be nearest to a spot in a tile
    around cx, cy and cover something there; none where the first is behind the last."""
    corner: tl.constexpr = 0.70711 * TILE
    least = 1e30
    for begin in range(first, last, BLOCK):
        v, there, d2 = _from_pieces(vertices, begin, last, cx, cy, BLOCK)
        least = tl.minimum(least, tl.min(d2, axis=0))
    far = tl.minimum(tl.sqrt(least) + corner, h + 1.0) + corner + 1e-3
    low, high = last, first - 1
    for begin in range(first, last, BLOCK):
        v, there, d2 = _from_pieces(vertices, begin, last, cx, cy, BLOCK)
        counts = there & (d2 <= far * far)
        low = tl.minimum(low, tl.min(tl.where(counts, v, last), axis=0))
        high = tl.maximum(high, tl.max(tl.where(counts, v, first - 1), axis=0))
    return low, high


@triton.jit(do_not_specialize=["first", "width", "height", "across", "tiles", "most"])
def paint(
    vertices,
    cubics,
    offsets,
    half,
    colours,
    lists,
    counts,
    ranges,
    paper,
    image,
    clear,
    first,
    width,
    height,
    across,
    tiles,
    most,
    KEEP: tl.constexpr,
    TILE: tl.constexpr,
    SUB: tl.constexpr,
    SUBS: tl.constexpr,
    AREA: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Paint each tile from the bottom up. KEEP: leave for the way back which pieces of a stroke
    matter to a tile, and how much of it is seen through what lies above."""
    at = tl.program_id(0)
    drawing, tile = (first + at) // tiles, (first + at) % tiles
    x, y, sx, sy, real = _spots(tile, across, TILE, SUB, SUBS)
    cx, cy = ((tile % across) + 0.5) * TILE, ((tile // across) + 0.5) * TILE
    here = (x < width) & (y < height)
    area = width * height
    plane = drawing.to(tl.int64) * 3 * area + y * width + x
    pixel = tl.arange(0, TILE * TILE)
    red = tl.load(paper + plane, here, 0.0)
    green = tl.load(paper + plane + area, here, 0.0)
    blue = tl.load(paper + plane + 2 * area, here, 0.0)
    side: tl.constexpr = 1.0 / SUB
    base = at.to(tl.int64) * most
    n = tl.load(counts + at)
    for i in range(n):
        s = tl.load(lists + base + i)
        h = tl.load(half + s)
        start = tl.load(offsets + tl.load(cubics + s)) + s
        stop = tl.load(offsets + tl.load(cubics + s + 1)) + s
        low, high = _relevant(vertices, start, stop, cx, cy, h, TILE, BLOCK)
        if KEEP:
            tl.store(ranges + 2 * (base + i), low)
            tl.store(ranges + 2 * (base + i) + 1, high)
        if low <= high:
            least = tl.full((TILE * TILE, SUBS), 1e30, tl.float32)
            qx = tl.zeros((TILE * TILE, SUBS), tl.float32)
            qy = tl.zeros((TILE * TILE, SUBS), tl.float32)
            p = vertices + 4 * low
            ax, ay = tl.load(p), tl.load(p + 1)
            for v in range(low, high + 1):
                p = vertices + 4 * (v + 1)
                bx, by = tl.load(p), tl.load(p + 1)
                d2, t = _squared(sx, sy, ax, ay, bx, by)
                if AREA:
                    nearer = d2 < least
                    qx = tl.where(nearer, sx - ax - t * (bx - ax), qx)
                    qy = tl.where(nearer, sy - ay - t * (by - ay), qy)
                least = tl.minimum(least, d2)
                ax, ay = bx, by
            d = tl.sqrt(tl.maximum(least, 1e-20))
            share, _, _ = _cover(d, qx / d, qy / d, h, side, AREA)
            share = tl.where(real, share, 0.0)
            alpha = tl.load(colours + 4 * s + 3) * tl.sum(share, axis=1) / (SUB * SUB)
            if KEEP:
                tl.store(clear + (base + i) * (TILE * TILE) + pixel, alpha)
            red += alpha * (tl.load(colours + 4 * s) - red)
            green += alpha * (tl.load(colours + 4 * s + 1) - green)
            blue += alpha * (tl.load(colours + 4 * s + 2) - blue)
    tl.store(image + plane, red, here)
    tl.store(image + plane + area, green, here)
    tl.store(image + plane + 2 * area, blue, here)
    if KEEP:
        tl.debug_barrier()  # what other threads of this program have stored is seen
        through = tl.full((TILE * TILE,), 1.0, tl.float32)
        for k in range(n):
            i = n - 1 - k
            if tl.load(ranges + 2 * (base + i)) <= tl.load(ranges + 2 * (base + i) + 1):
                spot = clear + (base + i) * (TILE * TILE) + pixel
                alpha = tl.load(spot)
                tl.store(spot, through)
                through *= 1.0 - alpha


@triton.jit(do_not_specialize=["first", "width", "height", "across", "tiles", "most"])
def back(
    vertices,
    half,
    colours,
    lists,
    counts,
    ranges,
    paper,
    gradient,
    clear,
    by_vertex,
    by_half,
    by_colour,
    first,
    width,
    height,
    across,
    tiles,
    most,
    TILE: tl.constexpr,
    SUB: tl.constexpr,
    SUBS: tl.constexpr,
    AREA: tl.constexpr,
):
    """From the bottom up once more: what lies below a stroke is at hand, what lies above was kept.

    One atomic addition a number, stroke and tile, whose order differs from run to run.
    """
    at = tl.program_id(0)
    drawing, tile = (first + at) // tiles, (first + at) % tiles
    x, y, sx, sy, real = _spots(tile, across, TILE, SUB, SUBS)
    here = (x < width) & (y < height)
    area = width * height
    plane = drawing.to(tl.int64) * 3 * area + y * width + x
    pixel = tl.arange(0, TILE * TILE)
    red = tl.load(paper + plane, here, 0.0)
    green = tl.load(paper + plane + area, here, 0.0)
    blue = tl.load(paper + plane + 2 * area, here, 0.0)
    by_r = tl.load(gradient + plane, here, 0.0)
    by_g = tl.load(gradient + plane + area, here, 0.0)
    by_b = tl.load(gradient + plane + 2 * area, here, 0.0)
    side: tl.constexpr = 1.0 / SUB
    base = at.to(tl.int64) * most
    for i in range(tl.load(counts + at)):
        low, high = tl.load(ranges + 2 * (base + i)), tl.load(ranges + 2 * (base + i) + 1)
        if low <= high:
            s = tl.load(lists + base + i)
            h, a = tl.load(half + s), tl.load(colours + 4 * s + 3)
            r, g = tl.load(colours + 4 * s), tl.load(colours + 4 * s + 1)
            b = tl.load(colours + 4 * s + 2)
            least = tl.full((TILE * TILE, SUBS), 1e30, tl.float32)
            piece = tl.full((TILE * TILE, SUBS), -1, tl.int32)
            along = tl.zeros((TILE * TILE, SUBS), tl.float32)
            qx = tl.zeros((TILE * TILE, SUBS), tl.float32)
            qy = tl.zeros((TILE * TILE, SUBS), tl.float32)
            p = vertices + 4 * low
            ax, ay = tl.load(p), tl.load(p + 1)
            for v in range(low, high + 1):
                p = vertices + 4 * (v + 1)
                bx, by = tl.load(p), tl.load(p + 1)
                d2, t = _squared(sx, sy, ax, ay, bx, by)
                nearer = d2 < least
                least = tl.where(nearer, d2, least)
                along = tl.where(nearer, t, along)
                qx = tl.where(nearer, sx - ax - t * (bx - ax), qx)
                qy = tl.where(nearer, sy - ay - t * (by - ay), qy)
                piece = tl.where(nearer, v, piece)
                ax, ay = bx, by
            d = tl.sqrt(tl.maximum(least, 1e-20))
            share, by_near, by_far = _cover(d, qx / d, qy / d, h, side, AREA)
            covered = tl.sum(tl.where(real, share, 0.0), axis=1) / (SUB * SUB)
            alpha = a * covered
            seen = tl.load(clear + (base + i) * (TILE * TILE) + pixel)
            gr, gg, gb = seen * by_r, seen * by_g, seen * by_b
            by_alpha = gr * (r - red) + gg * (g - green) + gb * (b - blue)
            red += alpha * (r - red)
            green += alpha * (g - green)
            blue += alpha * (b - blue)
            tl.atomic_add(by_colour + 4 * s, tl.sum(alpha * gr, axis=0))
            tl.atomic_add(by_colour + 4 * s + 1, tl.sum(alpha * gg, axis=0))
            tl.atomic_add(by_colour + 4 * s + 2, tl.sum(alpha * gb, axis=0))
            tl.atomic_add(by_colour + 4 * s + 3, tl.sum(by_alpha * covered, axis=0))
            force = tl.where(real, (by_alpha * (a / (SUB * SUB)))[:, None], 0.0)
            near = force * by_near  # the edge on this side of the curve
            far = force * by_far  # and, of a hairline, the one beyond
            tl.atomic_add(by_half + s, tl.sum(tl.sum(near + far, axis=1), axis=0))
            # On the nearest point, which is shared between the vertices before and behind it.
            by_d = tl.where(least > 1e-20, (near - far) / d, 0.0)
            fx, fy = by_d * qx, by_d * qy
            for v in range(low, high + 2):
                part = tl.where(piece == v, 1.0 - along, tl.where(piece == v - 1, along, 0.0))
                q = by_vertex + 2 * v
                tl.atomic_add(q, tl.sum(tl.sum(part * fx, axis=1), axis=0))
                tl.atomic_add(q + 1, tl.sum(tl.sum(part * fy, axis=1), axis=0))
