"""A rasteriser that cannot be wrong in an interesting way: sample everything, compose, average.

Each pixel has SAMPLES × SAMPLES samples. A sample lies in a stroke if it is nearer to its curve,
cut into many short lines, than half the width; strokes are laid over one another per sample.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.canvas.drawing import Drawing, Stroke

SAMPLES = 10
SPACING = 0.5  # pixels, about, between points along a curve


def render(drawing: Drawing, samples: int = SAMPLES) -> np.ndarray:
    """The drawing as (height, width, 3) float64."""
    xs = (np.arange(drawing.width * samples) + 0.5) / samples
    ys = (np.arange(drawing.height * samples) + 0.5) / samples
    image = np.broadcast_to(np.array(drawing.background), (len(ys), len(xs), 3)).copy()
    for stroke in drawing.strokes:
        inside = distance(stroke, xs, ys) < stroke.width / 2
        alpha = inside[..., None] * stroke.colour[3]
        image += alpha * (np.array(stroke.colour[:3]) - image)
    shape = (drawing.height, samples, drawing.width, samples, 3)
    return image.reshape(shape).mean((1, 3))


def distance(stroke: Stroke, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Distance (len(ys), len(xs)) of a grid's points to a curve, cut into many short lines."""
    points = curve(stroke)
    least = np.full((len(ys), len(xs)), np.inf)
    for (ax, ay), (bx, by) in pairwise(points):
        x, y, ex, ey = xs[None, :] - ax, ys[:, None] - ay, bx - ax, by - ay
        length = ex * ex + ey * ey
        along = np.clip((x * ex + y * ey) / length, 0, 1) if length > 0 else 0.0
        least = np.minimum(least, (x - along * ex) ** 2 + (y - along * ey) ** 2)
    return np.sqrt(least)


def curve(stroke: Stroke) -> np.ndarray:
    """Points (n, 2) along a stroke's cubics."""
    control = np.array(stroke.points, float)
    length = np.abs(np.diff(control, axis=0)).sum()
    t = np.linspace(0, 1, int(np.clip(length / SPACING / stroke.segments, 24, 400)))[:, None]
    pieces = []
    for i in range(stroke.segments):
        a, b, c, d = control[3 * i : 3 * i + 4]
        u = 1 - t
        pieces.append(u**3 * a + 3 * t * u * u * b + 3 * t * t * u * c + t**3 * d)
    return np.concatenate(pieces)
