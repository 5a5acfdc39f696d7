"""Styles that are dry: crayon, charcoal, and chalk on a board. Their grain is paper or slate that
a stick passes over without touching: lines in many thin broken strands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.canvas.drawing import RGB, Stroke
from engine.paint.styles.brush import (
    ROOM,
    affordable,
    broken,
    laid,
    length,
    luminance,
    mixed,
    normals,
    spots,
    wobble,
)


def _strands(
    stroke: Stroke,
    count: int,
    rng: np.random.Generator,
    *,
    wide: float,
    colour: RGB,
    alpha: float,
    on: float,
    off: float,
) -> list[Stroke]:
    """A stroke as so many strands across `wide` times its width, each broken."""
    done: list[Stroke] = []
    path = spots(stroke, 5.0)
    left = normals(path)
    for i in range(count):
        across = ((i + 0.5) / count - 0.5) * wide * stroke.width
        shift = across + wobble(len(path), rng, 5) * stroke.width * 0.09
        strand = path + left * shift[:, None]
        width = stroke.width * wide / count * float(rng.uniform(0.7, 1.35))
        for part in broken(strand, rng, on, off):
            done += laid(part, width, colour, alpha * float(rng.uniform(0.75, 1.0)))
    return done


def _grained(
    strokes: Sequence[Stroke], room: int, rng: np.random.Generator, count: int, **how: float
) -> list[Stroke]:
    """Strokes in strands, fewer and less broken ones where there would be more than `room`."""
    if not strokes:
        return []
    count = max(1, min(count, room // (2 * len(strokes))))
    whole = count * sum(length(spots(stroke, 12.0)) for stroke in strokes)
    # Every strand has a last part that is cut short: these come on top.
    parts = max(1.0, room - count * len(strokes))
    how["on"] = max(how["on"], whole / parts - how["off"])
    return [
        strand for s in strokes for strand in _strands(s, count, rng, colour=s.colour[:3], **how)
    ]


def _recoloured(strokes: Sequence[Stroke], colour: RGB) -> list[Stroke]:
    return [Stroke(s.points, s.width, (*colour, 1.0)) for s in strokes]


def crayon(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Wax in a child's hand: bright strands with paper between them, outlines gone over twice."""
    bright = [
        Stroke(f.points, f.width, (*mixed(f.colour[:3], (1.0, 1.0, 1.0), 0.08), 1.0)) for f in fills
    ]
    done = _grained(bright, 460, rng, 4, wide=1.05, alpha=0.62, on=70.0, off=5.0)
    dark = mixed(fills[0].colour[:3], (0.1, 0.08, 0.12), 0.72) if fills else (0.2, 0.25, 0.6)
    outlines = _recoloured(lines, dark)
    return done + _grained(outlines, 440, rng, 3, wide=1.25, alpha=0.75, on=38.0, off=3.0)


def charcoal(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Soft black sticks: smudges of grey, and lines in which the paper's grain shows."""
    done: list[Stroke] = []
    for fill in fills:
        grey = 0.25 + 0.45 * luminance(fill.colour[:3])
        for share, alpha in affordable(((1.3, 0.12), (0.9, 0.2)), 2 * len(fills)):
            path = spots(fill, 12.0) + rng.normal(0, 2, 2)
            done += laid(path, fill.width * share, (grey, grey, grey), alpha)
    room = max(100, ROOM - len(done))
    black = _recoloured(lines, (0.1, 0.1, 0.1))
    return done + _grained(black, room, rng, 4, wide=1.6, alpha=0.6, on=26.0, off=4.0)


def chalk(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """White chalk, coloured chalk laid on loosely, and dust."""
    pale = [
        Stroke(f.points, f.width, (*mixed(f.colour[:3], (1.0, 1.0, 0.95), 0.45), 1.0))
        for f in fills
    ]
    done = _grained(pale, 380, rng, 4, wide=0.95, alpha=0.3, on=60.0, off=8.0)
    for line in lines if len(lines) < 150 else ():  # the dust beside it
        done += laid(spots(line, 12.0), line.width * 2.4, (0.95, 0.97, 0.93), 0.07)
    white = _recoloured(lines, (0.96, 0.97, 0.93))
    return done + _grained(white, 480, rng, 3, wide=1.0, alpha=0.72, on=30.0, off=3.5)
