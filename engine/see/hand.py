"""Drawings by hand: what their strokes say, besides the picture that they make.

How much of a drawing is there decides how sure one can be of it, and the order and direction of
its strokes tell what a picture does not. Only a person's drawing is read like that: the bot's own
strokes come in no order that a hand would take.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.paths import sample
from engine.pocket import stroke_points

_INVISIBLE = 0.04  # of 1: a stroke whose colour is no further from the paper's is not seen


@dataclass(frozen=True, slots=True)
class Hand:
    """sequence: (POINTS, FEATURES), as the stroke tower reads it. strokes: how often the pen came
    down. ink: the length of all lines, in the longer side of the box that they fill. share: how
    much of the drawing is there, in (0, 1], or NaN if nobody knows."""

    sequence: NDArray[np.float32]
    strokes: int
    ink: float
    share: float = math.nan


def read(drawing: Drawing, share: float = math.nan) -> Hand | None:
    """A drawing's strokes in the order drawn; None if none can be seen."""
    paths = joined([stroke for stroke in drawing.strokes if _visible(stroke, drawing)])
    return of_paths(paths, share) if paths else None


def of_paths(paths: Sequence[NDArray[np.float64]], share: float = math.nan) -> Hand:
    """The same of paths, each (N, 2) points; there is at least one."""
    points = np.concatenate(paths)
    side = float((points.max(0) - points.min(0)).max())
    lengths = [float(np.hypot(*np.diff(path, axis=0).T).sum()) for path in paths]
    ink = sum(lengths) / side if side > 0 else 0.0
    return Hand(stroke_points.read(paths), len(paths), ink, share)


def joined(strokes: Sequence[Stroke]) -> list[NDArray[np.float64]]:
    """Paths (N, 2) of strokes: one that begins where the one before ended goes on with it, because
    a line that is long, or pressed unevenly, is kept as several strokes."""
    paths: list[NDArray[np.float64]] = []
    last: Stroke | None = None
    for stroke in strokes:
        path = sample(np.asarray(stroke.points, float)).xy
        if last is not None and _continues(last, stroke):
            paths[-1] = np.concatenate((paths[-1], path[1:]))
        else:
            paths.append(path)
        last = stroke
    return paths


def _continues(last: Stroke, stroke: Stroke) -> bool:
    return last.colour == stroke.colour and math.dist(last.points[-1], stroke.points[0]) < 1e-6


def _visible(stroke: Stroke, drawing: Drawing) -> bool:
    *colour, alpha = stroke.colour
    far = max(abs(a - b) for a, b in zip(colour, drawing.background, strict=True))
    return alpha * far > _INVISIBLE
