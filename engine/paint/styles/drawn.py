"""Styles of line: a blueprint, neon tubes, a woodcut, stained glass, and a single line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.canvas.curve_fitting import fit
from engine.canvas.drawing import MAX_SEGMENTS, RGB, Stroke
from engine.paint.styles.brush import (
    ROOM,
    SIDE,
    Array,
    affordable,
    even,
    laid,
    length,
    luminance,
    normals,
    spots,
    swelling,
    vivid,
    wobble,
)

_BEGINNINGS = 6  # from which a tour is tried
_ROUNDS = 4
_POINTS = 400  # of a tour, at most: no more can be told apart in one stroke
_REACH = 40  # paths in a part that is turned round
_WHITE: RGB = (1.0, 1.0, 1.0)
_TUBES: tuple[RGB, ...] = ((1.0, 0.16, 0.5), (0.1, 0.85, 1.0), (1.0, 0.75, 0.15), (0.4, 1.0, 0.35))
_BLACK: RGB = (0.07, 0.06, 0.06)


def blueprint(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Thin white lines on a grid, with the lines of construction that an engineer leaves in."""
    done: list[Stroke] = []
    for number, at in enumerate(np.arange(16.0, SIDE, 24.0)):
        alpha = 0.2 if number % 4 == 0 else 0.09
        for path in ([(at, 0.0), (at, SIDE)], [(0.0, at), (SIDE, at)]):
            done += laid(np.array(path), 1.0, (0.75, 0.87, 1.0), alpha)
    paths = [spots(line, 5.0) for line in lines]
    if paths:
        low, high = np.concatenate(paths).min(0) - 9, np.concatenate(paths).max(0) + 9
        (x0, y0), (x1, y1) = low, high
        for a, b in (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x1, y1), (x0, y1)),
                     ((x0, y1), (x0, y0))):  # fmt: skip
            a, b = np.array(a), np.array(b)
            out = (b - a) / max(float(np.hypot(*(b - a))), 1e-6) * 14
            done += laid(np.stack([a - out, b + out]), 0.9, _WHITE, 0.4)
        for k in (0, 1):  # dimensions: how wide and how high it is
            off = np.array((0.0, y1 + 14) if k == 0 else (x1 + 14, 0.0))
            a, b = low * (1 - k, k) + off, high * (1 - k, k) + off
            tick = np.array((0.0, 5.0) if k == 0 else (5.0, 0.0))
            done += laid(np.stack([a, b]), 1.1, _WHITE, 0.75)
            for end in (a, b):
                done += laid(np.stack([end - tick, end + tick]), 1.1, _WHITE, 0.75)
    for path in paths:
        ways = [
            (path[0], path[min(3, len(path) - 1)]),
            (path[-1], path[max(0, len(path) - 4)]),
        ]
        for end, before in ways if 3 * len(paths) < ROOM else ():
            out = end - before
            out = out / max(float(np.hypot(*out)), 1e-6) * 16
            done += laid(np.stack([end, end + out]), 0.9, _WHITE, 0.45)
        done += laid(path, 3.4, _WHITE, 0.97)
    return done


def neon(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Tubes of light: a glow in layers, wide and faint to narrow and bright, round a white core."""
    hues = [vivid(fill.colour[:3]) for fill in fills if max(fill.colour[:3]) > 0.25]
    hues = [hue for hue in dict.fromkeys(hues) if hue != _WHITE]
    tubes = (hues + [t for t in _TUBES if t not in hues])[:3] if len(hues) < 2 else hues
    paths = [spots(line, 6.0) for line in lines]
    order = rng.permutation(len(tubes))
    colours = [tubes[order[i % len(tubes)]] for i in range(len(paths))]
    if hues:  # what is long has the thing's own colour
        longest = sorted(range(len(paths)), key=lambda i: -length(paths[i]))
        for i in longest[: max(1, len(paths) // 2)]:
            colours[i] = hues[0]
    done: list[Stroke] = []
    glow = ((62.0, 0.045), (40.0, 0.07), (25.0, 0.12), (15.0, 0.25))
    for width, alpha in affordable(glow, 3 * len(paths)):
        for path, colour in zip(paths, colours, strict=True):
            done += laid(path, width, colour, alpha)
    for path, colour in zip(paths, colours, strict=True):
        done += laid(path, 8.0, colour, 0.95)
    for path, colour in zip(paths, colours, strict=True):
        core = tuple(0.82 + 0.18 * value for value in colour)
        done += laid(path, 3.0, core, 0.95)
    return done


def woodcut(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Cut with a gouge: heavy outlines, and cuts that grow thicker where it is dark."""
    done: list[Stroke] = []
    for fill in fills:
        dark = 1 - luminance(fill.colour[:3])
        path = spots(fill, 4.0)
        across = 7.0
        count = min(max(1, round(fill.width / across)), max(1, 500 // len(fills)))
        left = normals(path)
        for i in range(count):
            shift = ((i + 0.5) / count - 0.5) * fill.width
            cut = path + left * (shift + wobble(len(path), rng, 8)[:, None] * 0.5)
            t = np.linspace(0, 1, len(cut))
            widths = across * (0.2 + 0.5 * dark) * (0.35 + 0.65 * np.sin(np.pi * t) ** 0.5)
            mean = float(widths.mean())
            done += laid(cut, mean, _BLACK)
    for line in lines:
        path = spots(line, 5.0)
        t = np.linspace(0, 1, len(path))
        press = 0.5 + 0.75 * np.sin(np.pi * t) ** 0.6 + 0.14 * wobble(len(path), rng, 2)
        done += swelling(path, np.maximum(line.width * press, 2.0), _BLACK, 400 // len(lines))
    return done


def stained_glass(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Panes that shine, held by heavy lead."""
    done: list[Stroke] = []
    for fill in fills:
        done += laid(spots(fill, 6.0), fill.width, vivid(fill.colour[:3], 0.75), 0.9)
    for line in lines:
        done += laid(spots(line, 5.0), line.width * 1.7 + 3, (0.1, 0.1, 0.12), 1.0)
    for line in lines:
        done += laid(spots(line, 5.0), line.width * 0.4, (0.42, 0.43, 0.46), 0.8)
    return done


def one_line(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """All lines in one movement of the pen: a short tour through them, smooth where it crosses
    over."""
    paths = [spots(line, 4.0) for line in lines or fills]
    if not paths:
        return []
    tour = _tour(paths)
    whole = np.concatenate(tour)
    points = even(whole, max(4.0, length(whole) / _POINTS))
    width = float(np.median([line.width for line in lines or fills])) * 0.55
    tolerance = 0.6
    while True:
        path = [(float(x), float(y)) for x, y in points]
        first, last = points[1] - points[0], points[-2] - points[-1]
        controls = fit(path, tolerance, tuple(first + 1e-6), tuple(last + 1e-6))
        if len(controls) <= 3 * MAX_SEGMENTS + 1:
            return [Stroke(tuple(controls), max(width, 2.0), (*_BLACK, 1.0))]
        tolerance *= 2


def _tour(paths: list[Array]) -> list[Array]:
    """The paths in an order and in directions in which little way is lost between them.

    From each to the nearest end of those that are left, from several beginnings; then parts of the
    tour are turned round as long as that makes it shorter (2-opt, Croes 1958).
    """
    ends = np.array([(path[0], path[-1]) for path in paths])  # (N, 2, 2)
    tours = [
        _nearest(ends, start, end)
        for start in np.linspace(0, len(paths) - 1, min(len(paths), _BEGINNINGS)).astype(int)
        for end in (0, 1)
    ]
    tour = _turned(min(tours, key=lambda tour: _lost(ends, tour)), ends)
    return [paths[i] if entry == 0 else paths[i][::-1] for i, entry in tour]


def _nearest(ends: Array, start: int, entry: int) -> list[tuple[int, int]]:
    """A tour: which path comes, and by which end the pen enters it."""
    tour, left = [(int(start), entry)], np.ones(len(ends), bool)
    left[start] = False
    while left.any():
        here = ends[tour[-1][0], 1 - tour[-1][1]]
        way = np.where(left[:, None], np.hypot(*(ends - here).transpose(2, 0, 1)), np.inf)
        i, entry = divmod(int(way.argmin()), 2)
        tour.append((i, entry))
        left[i] = False
    return tour


def _lost(ends: Array, tour: Sequence[tuple[int, int]]) -> float:
    return sum(_way(ends, a, b) for a, b in pairwise(tour))


def _way(ends: Array, a: tuple[int, int] | None, b: tuple[int, int] | None) -> float:
    """From where the pen leaves one path to where it enters the next; none before and after all."""
    if a is None or b is None:
        return 0.0
    (x0, y0), (x1, y1) = ends[a[0], 1 - a[1]], ends[b[0], b[1]]
    return math.hypot(x1 - x0, y1 - y0)


def _turned(tour: list[tuple[int, int]], ends: Array) -> list[tuple[int, int]]:
    for _ in range(_ROUNDS):
        shorter = False
        for i in range(len(tour)):
            for j in range(i, min(len(tour), i + _REACH)):
                before = tour[i - 1] if i else None
                after = tour[j + 1] if j + 1 < len(tour) else None
                first, last = (tour[i][0], 1 - tour[i][1]), (tour[j][0], 1 - tour[j][1])
                now = _way(ends, before, tour[i]) + _way(ends, tour[j], after)
                if _way(ends, before, last) + _way(ends, first, after) < now - 1e-9:
                    part = [(k, 1 - entry) for k, entry in reversed(tour[i : j + 1])]
                    tour[i : j + 1] = part
                    shorter = True
        if not shorter:
            break
    return tour
