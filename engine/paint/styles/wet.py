"""Styles that are wet: an ink brush, and watercolour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.canvas.drawing import RGB, Stroke
from engine.paint.styles.brush import (
    ROOM,
    affordable,
    laid,
    luminance,
    mixed,
    normals,
    spots,
    swelling,
    wobble,
)

_INK: RGB = (0.09, 0.08, 0.1)


def ink_brush(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Lines that swell and end in a point, washes of grey beneath them."""
    done: list[Stroke] = []
    for fill in fills:
        grey = 0.45 + 0.4 * luminance(fill.colour[:3])
        wash = (grey, grey, grey + 0.02)
        for share in affordable((1.15, 0.8), 2 * len(fills)):
            path = spots(fill, 10.0)
            path = path + normals(path) * wobble(len(path), rng, 4)[:, None] * 1.5
            done += laid(path, fill.width * share, wash, 0.35)
    for line in lines:
        path = spots(line, 3.0)
        t = np.linspace(0, 1, len(path))
        press = 0.25 + 1.0 * np.sin(np.pi * np.clip(t * 1.02, 0, 1) ** 0.7) ** 0.8
        press *= 1 + 0.12 * wobble(len(path), rng, 6)
        widths = np.maximum(line.width * press, 1.2)
        done += swelling(path, widths, _INK, ROOM // len(lines))
    return done


def watercolour(
    lines: Sequence[Stroke], fills: Sequence[Stroke], rng: np.random.Generator
) -> list[Stroke]:
    """Washes that bleed beyond their edges, layer upon layer, under a thin line of pencil."""
    done: list[Stroke] = []
    # From the widest and palest to the narrowest: the paint gathers in the middle and runs out.
    layers = ((1.7, 0.1, 7.0), (1.35, 0.16, 4.0), (1.0, 0.26, 2.0))
    for share, alpha, wander in affordable(layers, 2 * len(fills)):
        for fill in fills:
            path = spots(fill, 14.0)
            path = path + normals(path) * wobble(len(path), rng, 3)[:, None] * wander
            tint = float(rng.normal(0, 0.04))
            colour = mixed(fill.colour[:3], (1.0, 1.0, 1.0) if tint > 0 else _INK, abs(tint))
            done += laid(path, fill.width * share + 2, colour, alpha)
    for fill in fills[:40]:  # drops that fell beside it
        spot = spots(fill)[rng.integers(0, 2)] + rng.normal(0, 22, 2)
        done += laid(np.stack([spot, spot + 0.5]), float(rng.uniform(3, 9)), fill.colour[:3], 0.18)
    colours = [np.array(fill.colour[:3]) for fill in fills]
    pigment: RGB = (0.28, 0.26, 0.33)
    if colours:
        r, g, b = (float(value) for value in np.mean(colours, 0) * 0.4 + 0.1)
        pigment = (r, g, b)
    for line in lines:
        path = spots(line, 6.0)
        if not fills:  # nothing else has any colour
            for share, alpha in affordable(((3.2, 0.12), (2.0, 0.2)), 2 * len(lines)):
                bled = path + normals(path) * wobble(len(path), rng, 4)[:, None] * 3
                done += laid(bled, line.width * share, (0.25, 0.4, 0.62), alpha)
        done += laid(path, line.width * 0.75, pigment, 0.3)
        done += laid(path, line.width * 0.35, pigment, 0.75)
    return done
