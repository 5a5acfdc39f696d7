"""Pictures made on the fly: doodles drawn sharp from their vectors, icons warped and recoloured.

Everything that varies is varied before pixels exist where it can be: a doodle's strokes are
bent, dropped, cut short and fattened as vectors and only then rendered, at the size wanted.
Compiled by Numba; random numbers are Numba's own (`seed`).
"""

import math

import numpy as np

from engine.train.render import compose, cover, jit


@jit
def seed(number: int) -> None:
    """Seed the random numbers of this module."""
    np.random.seed(number)


@jit
def uniform(low: float, high: float) -> float:
    return low + (high - low) * np.random.random()


@jit
def smooth(points: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One round of Chaikin's corner cutting of every stroke; the ends stay."""
    count = len(offsets) - 1
    new_offsets = np.zeros(count + 1, np.int64)
    for s in range(count):
        n = offsets[s + 1] - offsets[s]
        new_offsets[s + 1] = new_offsets[s] + (n if n < 3 else 2 * n - 2)
    smoothed = np.empty((new_offsets[-1], 2), np.float32)
    for s in range(count):
        a, n, to = offsets[s], offsets[s + 1] - offsets[s], new_offsets[s]
        if n < 3:
            smoothed[to : to + n] = points[a : a + n]
            continue
        smoothed[to] = points[a]
        for i in range(1, n - 1):
            for k in range(2):
                before, here, after = points[a + i - 1, k], points[a + i, k], points[a + i + 1, k]
                smoothed[to + 2 * i - 1, k] = 0.75 * here + 0.25 * before
                smoothed[to + 2 * i, k] = 0.75 * here + 0.25 * after
        smoothed[to + 2 * n - 3] = points[a + n - 1]
    return smoothed, new_offsets


@jit
def bend(points: np.ndarray, amount: float) -> None:
    """Move points in place along three slow sine waves: an elastic sheet."""
    for _ in range(3):
        angle = uniform(0.0, 2 * math.pi)
        frequency = uniform(2.0, 9.0)
        fx, fy = frequency * math.cos(angle), frequency * math.sin(angle)
        phase, turn = uniform(0.0, 2 * math.pi), uniform(0.0, 2 * math.pi)
        size = amount * uniform(0.0, 1.0) / math.sqrt(frequency)
        ax, ay = size * math.cos(turn), size * math.sin(turn)
        for i in range(len(points)):
            wave = math.sin(fx * points[i, 0] + fy * points[i, 1] + phase)
            points[i, 0] += ax * wave
            points[i, 1] += ay * wave


@jit
def affine(vary: float) -> tuple[float, float, float, float]:
    """A random 2 × 2 map: turn, stretch, shear, sometimes mirrored."""
    turn = np.random.normal() * 0.2 * vary
    if np.random.random() < 0.04 * vary:
        turn = uniform(-math.pi, math.pi)
    stretch = math.exp(np.random.normal() * 0.13 * vary)
    shear = np.random.normal() * 0.12 * vary
    c, s = math.cos(turn), math.sin(turn)
    mirror = -1.0 if np.random.random() < 0.5 else 1.0
    a, b = c * stretch, (c * shear - s) / stretch
    d, e = s * stretch, (s * shear + c) / stretch
    return a * mirror, b, d * mirror, e


@jit
def _inks(ground: np.ndarray, ink: np.ndarray, plain: float) -> None:
    """Choose the colours of paper and ink into `ground` and `ink`; black on white with `plain`."""
    for k in range(3):
        ground[k], ink[k] = 1.0, 0.0
    if np.random.random() < plain:
        return
    kind = np.random.random()
    for k in range(3):
        if kind < 0.45:  # dark ink on white
            ink[k] = uniform(0.0, 0.85)
        elif kind < 0.8:  # dark ink on light paper
            ink[k], ground[k] = uniform(0.0, 0.55), uniform(0.7, 1.0)
        else:  # light on dark
            ink[k], ground[k] = uniform(0.65, 1.0), uniform(0.0, 0.35)
    if kind < 0.45 and ink.sum() > 1.9:
        ink[np.random.randint(3)] = 0.0


@jit
def _noise(out: np.ndarray) -> None:
    if np.random.random() < 0.25:
        strength = uniform(0.0, 0.08)
        for row in range(out.shape[0]):
            for column in range(out.shape[1]):
                for k in range(3):
                    out[row, column, k] += strength * np.random.normal()


@jit
def draw_doodle(
    all_points: np.ndarray,
    strokes: np.ndarray,
    out: np.ndarray,
    unfinished: float,
    least: float,
    vary: float,
) -> None:
    """A doodle, freely varied: shape, order, width, ink and place.

    all_points `(P, 2)` float32; strokes `(S + 1,)` offsets into it; out `(H, H, 3)` float32; with
    the chance `unfinished` it is cut short, to between `least` and all of its ink. vary: how
    freely, 1 for a hand that may be anybody's, 0 for just this one in black.
    """
    size = out.shape[0]
    first = strokes[0]
    points = all_points[first : strokes[-1]].copy()
    offsets = strokes - first
    for _ in range(np.random.randint(3)):
        points, offsets = smooth(points, offsets)
    count = len(offsets) - 1

    # how far the hand has come: all of it, or as much of the ink as is drawn by now
    total = 0.0
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1] - 1):
            total += math.hypot(points[i + 1, 0] - points[i, 0], points[i + 1, 1] - points[i, 1])
    allowed = total + 1.0
    if np.random.random() < unfinished:
        allowed = total * uniform(least, 1.0)
    dropping = 0.12 if np.random.random() < 0.3 * vary and count > 2 else 0.0
    ends = offsets[1:].copy()
    drawn = 0.0
    kept = 0
    for s in range(count):
        if drawn >= allowed or np.random.random() < dropping:
            ends[s] = offsets[s]
            continue
        for i in range(offsets[s], offsets[s + 1] - 1):
            drawn += math.hypot(points[i + 1, 0] - points[i, 0], points[i + 1, 1] - points[i, 1])
            if drawn >= allowed:
                ends[s] = i + 2
                break
        kept += ends[s] - offsets[s]
    if kept < 2:
        ends[:] = offsets[1:]

    wobble = uniform(0.0, 0.025 * vary)
    for s in range(count):
        shift_x, shift_y = np.random.normal() * wobble, np.random.normal() * wobble
        for i in range(offsets[s], offsets[s + 1]):
            points[i, 0] += shift_x
            points[i, 1] += shift_y
    bend(points, 0.1 * vary)
    a, b, c, d = affine(vary)
    low_x, high_x, low_y, high_y = 1e9, -1e9, 1e9, -1e9
    whole = np.random.random() < 0.5
    for s in range(count):
        for i in range(offsets[s], offsets[s + 1]):
            x, y = points[i, 0] - 0.5, points[i, 1] - 0.5
            points[i, 0], points[i, 1] = a * x + b * y, c * x + d * y
            if whole or i < ends[s]:
                low_x, high_x = min(low_x, points[i, 0]), max(high_x, points[i, 0])
                low_y, high_y = min(low_y, points[i, 1]), max(high_y, points[i, 1])
    box = max(high_x - low_x, high_y - low_y, 0.05)
    scale = size * uniform(0.88 - 0.28 * vary, 0.88 + 0.1 * vary) / box
    free_x = max(0.0, size - scale * (high_x - low_x)) / 2 + 0.03 * size
    free_y = max(0.0, size - scale * (high_y - low_y)) / 2 + 0.03 * size
    free = 0.7 * vary
    x0 = size / 2 - scale * (low_x + high_x) / 2 + uniform(-free, free) * free_x
    y0 = size / 2 - scale * (low_y + high_y) / 2 + uniform(-free, free) * free_y

    ground = np.empty(3, np.float32)
    ink = np.empty(3, np.float32)
    _inks(ground, ink, 1.0 - 0.3 * vary)
    for k in range(3):
        out[:, :, k] = ground[k]
    width = size / 64 * math.exp(uniform(math.log(0.9), math.log(5.0)))  # pens differ anywhere
    many = np.random.random() < 0.1 * vary
    alpha = 1.0 if np.random.random() < 1.0 - 0.15 * vary else uniform(0.6, 1.0)
    uneven = uniform(0.0, 0.3 * vary)
    coverage = np.zeros((size, size), np.float32)
    for s in range(count):
        if ends[s] <= offsets[s]:
            continue
        half = width / 2 * math.exp(uneven * uniform(-1.0, 1.0))
        for i in range(offsets[s], max(offsets[s] + 1, ends[s] - 1)):
            j = min(i + 1, ends[s] - 1)
            cover(
                coverage,
                x0 + scale * points[i, 0],
                y0 + scale * points[i, 1],
                x0 + scale * points[j, 0],
                y0 + scale * points[j, 1],
                half,
            )
        if many:
            for k in range(3):
                ink[k] = uniform(0.0, 1.0)
            if ink.sum() > 2.0:
                ink[np.random.randint(3)] = 0.0
        if many or alpha < 1.0:
            compose(out, coverage, ink, alpha)
    compose(out, coverage, ink, 1.0)
    if np.random.random() < vary:
        _noise(out)


@jit
def draw_icon(picture: np.ndarray, coloured: bool, out: np.ndarray) -> None:
    """An icon, freely varied: warped, recoloured, or traced as an outline.

    picture `(S, S, 4)` bytes, straight RGBA; where not `coloured`, alpha is the ink and the rest
    is ignored; out `(H, H, 3)` float32.
    """
    size, side = out.shape[0], picture.shape[0]
    a, b, c, d = affine(1.0)
    zoom = 1 / uniform(0.65, 1.06)
    shift_x, shift_y = uniform(-0.1, 0.1), uniform(-0.1, 0.1)
    # the warp is computed on a coarse lattice: slow waves need no more
    lattice = 9
    grid = np.empty((lattice * lattice, 2), np.float32)
    for row in range(lattice):
        for column in range(lattice):
            x = (column / (lattice - 1) - 0.5 - shift_x) * zoom
            y = (row / (lattice - 1) - 0.5 - shift_y) * zoom
            grid[row * lattice + column, 0] = a * x + b * y + 0.5
            grid[row * lattice + column, 1] = c * x + d * y + 0.5
    bend(grid, 0.1)

    ground = np.empty(3, np.float32)
    ink = np.empty(3, np.float32)
    _inks(ground, ink, 0.7 if coloured else 0.5)
    if coloured and np.random.random() < 0.6:
        ground[:] = 1.0
    for row in range(size):
        v = (row + 0.5) / size * (lattice - 1)
        r = min(lattice - 2, int(v))
        v -= r
        for column in range(size):
            u = (column + 0.5) / size * (lattice - 1)
            q = min(lattice - 2, int(u))
            u -= q
            k = r * lattice + q
            p00, p01 = (1 - u) * (1 - v), u * (1 - v)
            p10, p11 = (1 - u) * v, u * v
            x = side * (
                p00 * grid[k, 0]
                + p01 * grid[k + 1, 0]
                + p10 * grid[k + lattice, 0]
                + p11 * grid[k + lattice + 1, 0]
            )
            y = side * (
                p00 * grid[k, 1]
                + p01 * grid[k + 1, 1]
                + p10 * grid[k + lattice, 1]
                + p11 * grid[k + lattice + 1, 1]
            )
            alpha, red, green, blue = 0.0, 0.0, 0.0, 0.0
            x0, y0 = math.floor(x - 0.5), math.floor(y - 0.5)
            fx, fy = x - 0.5 - x0, y - 0.5 - y0
            for j in range(2):
                yy = int(y0) + j
                if yy < 0 or yy >= side:
                    continue
                for i in range(2):
                    xx = int(x0) + i
                    if xx < 0 or xx >= side:
                        continue
                    w = (fx if i else 1 - fx) * (fy if j else 1 - fy)
                    w *= picture[yy, xx, 3] / 255.0
                    alpha += w
                    if coloured:
                        red += w * picture[yy, xx, 0] / 255.0
                        green += w * picture[yy, xx, 1] / 255.0
                        blue += w * picture[yy, xx, 2] / 255.0
            if not coloured:
                red, green, blue = ink[0] * alpha, ink[1] * alpha, ink[2] * alpha
            out[row, column, 0] = ground[0] * (1 - alpha) + red
            out[row, column, 1] = ground[1] * (1 - alpha) + green
            out[row, column, 2] = ground[2] * (1 - alpha) + blue
    if np.random.random() < (0.4 if coloured else 0.25):
        _trace(out)
    elif coloured and np.random.random() < 0.25:  # without colour
        for row in range(size):
            for column in range(size):
                out[row, column] = out[row, column].mean()
    _noise(out)


@jit
def _trace(out: np.ndarray) -> None:
    """Turn a picture into the dark outline of its edges, on white."""
    size = out.shape[0]
    gain = uniform(1.2, 3.0)
    edges = np.zeros((size, size), np.float32)
    for row in range(1, size - 1):
        for column in range(1, size - 1):
            steepest = 0.0
            for k in range(3):
                gx = out[row, column + 1, k] - out[row, column - 1, k]
                gy = out[row + 1, column, k] - out[row - 1, column, k]
                steepest = max(steepest, gx * gx + gy * gy)
            edges[row, column] = min(1.0, gain * max(0.0, math.sqrt(steepest) - 0.1))
    for row in range(size):
        for column in range(size):
            for k in range(3):
                out[row, column, k] = 1.0 - edges[row, column]


@jit
def draw_doodles(
    points: np.ndarray,
    strokes: np.ndarray,
    drawings: np.ndarray,
    chosen: np.ndarray,
    out: np.ndarray,
    unfinished: float = 0.25,
    least: float = 0.3,
    vary: float = 1.0,
) -> None:
    """`draw_doodle` for each index of `chosen`, into out `(len(chosen), H, H, 3)`."""
    for n in range(len(chosen)):
        i = chosen[n]
        strokes_of = strokes[drawings[i] : drawings[i + 1] + 1]
        draw_doodle(points, strokes_of, out[n], unfinished, least, vary)


@jit
def draw_icons(ink: np.ndarray, colour: np.ndarray, chosen: np.ndarray, out: np.ndarray) -> None:
    """`draw_icon` for each index of `chosen` (the `ink` first, then the `colour`)."""
    blank = np.zeros((ink.shape[1], ink.shape[2], 4), np.uint8)
    for n in range(len(chosen)):
        i = chosen[n]
        if i < len(ink):
            blank[:, :, 3] = ink[i]
            draw_icon(blank, False, out[n])
        else:
            draw_icon(colour[i - len(ink)], True, out[n])
