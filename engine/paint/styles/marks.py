"""Styles of small marks: the dots of pointillism, and the stitches of embroidery."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.canvas.drawing import RGB, Stroke
from engine.paint.styles.brush import (
    ROOM,
    SIDE,
    Array,
    even,
    laid,
    length,
    mixed,
    normals,
    spots,
)

_DOTS = 0.6  # share of the room that fillings' dots have; lines have the rest
_DOT = 8.5  # pixels
_SHADOW: RGB = (0.1, 0.09, 0.3)  # pointillists mix no black
_STITCH = 15.0  # pixels
_WEAVE = 16.0  # between threads of the cloth
_THREAD: RGB = (0.17, 0.12, 0.14)


def pointillism(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Dots of pure colours side by side, which the eye mixes: a filling's own, and now and then
    one across the colour wheel (Chevreul's contrast). Lines are dark blue."""
    area = sum(length(spots(fill, 12.0)) * fill.width for fill in fills)
    apart = max(_DOT, math.sqrt(area / (_DOTS * ROOM)))
    done: list[Stroke] = []
    for fill in fills:
        own = fill.colour[:3]
        done += laid(spots(fill, 12.0), fill.width, mixed(own, (1.0, 1.0, 1.0), 0.3), 0.4)
    dots: list[Stroke] = []
    for fill in fills:
        own = fill.colour[:3]
        for spot in _scattered(fill, apart, rng):
            light = float(rng.normal(0, 0.11))
            colour = mixed(own, (1.0, 1.0, 0.85) if light > 0 else _SHADOW, min(0.5, abs(light)))
            if rng.random() < 0.08:
                colour = mixed(colour, _across(own), 0.7)
            dots.append(_dot(spot, apart * float(rng.uniform(0.85, 1.15)), colour))
    done += [dots[i] for i in rng.permutation(len(dots))]
    whole = sum(length(spots(line, 12.0)) for line in lines)
    step = max(_DOT * 0.6, whole / max(1, ROOM - len(done) - len(lines)))
    for line in lines:
        width = min(max(1.15 * line.width, 6.0), 13.0)
        for spot in spots(line, step):
            colour = mixed(_SHADOW, (0.1, 0.3, 0.7), float(rng.uniform(0, 0.4)))
            at = spot + rng.normal(0, 0.7, 2)
            done.append(_dot(at, width * float(rng.uniform(0.85, 1.2)), colour))
    return done


def embroidery(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Thread on linen: fillings in rows of long and short stitches, lines in stem stitch."""
    done: list[Stroke] = []
    for at in np.arange(_WEAVE / 2, SIDE, _WEAVE):
        for path in ([(at, 0.0), (at, SIDE)], [(0.0, at), (SIDE, at)]):
            done += laid(np.array(path), 1.2, (0.62, 0.55, 0.45), 0.2)
    room = ROOM - len(done)
    area = sum(length(spots(fill, 12.0)) * fill.width for fill in fills)
    # Rows lie closer where there is little to fill; a stitch is as long as it must be.
    row = 5.0 if area < 60_000 else 7.0
    long = max(_STITCH, area / row / (0.55 * room))
    for fill in fills:
        own = fill.colour[:3]
        path = spots(fill, 3.0)
        done += laid(path, fill.width, mixed(own, _THREAD, 0.3))
        count = max(1, round(fill.width / row))
        left = normals(path)
        for i in range(count):
            across = ((i + 0.5) / count - 0.5) * fill.width
            for stitch in _stitches(path + left * across, long, rng):
                sheen = float(rng.normal(0.04, 0.09))
                towards = (1.0, 1.0, 1.0) if sheen > 0 else _THREAD
                done += laid(stitch, row * 0.82, mixed(own, towards, abs(sheen)))
    whole = sum(length(spots(line, 12.0)) for line in lines)
    left_over = max(1, ROOM - len(done) - 2 * len(lines))
    short = max(0.75 * _STITCH, whole / left_over)
    for line in lines:
        path = spots(line, 2.0)
        width = min(max(line.width, 4.0), 8.0)
        lean = normals(path) * width * 0.22
        for stitch in _stitches(path, short, rng):
            tilt = np.linspace(-1, 1, len(stitch))[:, None]
            first = lean[min(len(lean) - 1, int(np.hypot(*(path - stitch[0]).T).argmin()))]
            shade = mixed(_THREAD, (0.5, 0.4, 0.42), float(rng.uniform(0, 0.35)))
            done += laid(stitch + tilt * first, width * 0.8, shade)
    return done


def _dot(at: Array, width: float, colour: RGB) -> Stroke:
    return laid(np.stack([at - 0.2, at + 0.2]), width, colour)[0]


def _scattered(fill: Stroke, apart: float, rng: np.random.Generator) -> Array:
    """(N, 2) spots all over a filling, about so far apart."""
    path = spots(fill, apart)
    count = max(1, round(fill.width / apart))
    left = normals(path)
    rows = [path + left * (((i + 0.5) / count - 0.5) * fill.width) for i in range(count)]
    return np.concatenate(rows) + rng.normal(0, apart * 0.16, (count * len(path), 2))


def _stitches(path: Array, long: float, rng: np.random.Generator) -> list[Array]:
    """A path as stitches of about that length, with a hole in the cloth between two of them."""
    whole = length(path)
    if whole < 3:
        return [path]
    begin = -float(rng.uniform(0, long))  # rows of stitches are not in step
    fine = even(path, 2.0)
    along = np.linspace(0, whole, len(fine))
    found = []
    while begin < whole:
        end = begin + long * float(rng.uniform(0.8, 1.2))
        inside = fine[(along >= begin + 0.8) & (along <= end - 0.8)]
        if len(inside) > 1:
            found.append(inside[:: max(1, len(inside) // 4)])
        begin = end
    return found


def _across(colour: RGB) -> RGB:
    """The colour across the wheel, of the same lightness."""
    low, high = min(colour), max(colour)
    r, g, b = (low + high - value for value in colour)
    return (r, g, b)
