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
import torch
from numpy.typing import NDArray
from torch import Tensor

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
    paths = [path(strokes) for strokes in movements(drawing)]
    return of_paths(paths, share) if paths else None


def movements(drawing: Drawing) -> list[list[Stroke]]:
    """The strokes that can be seen, by the movements of the pen: one that begins where the one
    before ended goes on with it, because a line that is long, or pressed unevenly, is kept as
    several strokes."""
    found: list[list[Stroke]] = []
    for stroke in drawing.strokes:
        if not _visible(stroke, drawing):
            continue
        if found and _continues(found[-1][-1], stroke):
            found[-1].append(stroke)
        else:
            found.append([stroke])
    return found


def path(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """Where the pen went (N, 2) in one movement."""
    paths = [sample(np.asarray(stroke.points, float)).xy for stroke in strokes]
    return np.concatenate([paths[0], *(more[1:] for more in paths[1:])])


def of_paths(paths: Sequence[NDArray[np.float64]], share: float = math.nan) -> Hand:
    """The same of paths, each (N, 2) points; there is at least one."""
    points = np.concatenate(paths)
    side = float((points.max(0) - points.min(0)).max())
    lengths = [float(np.hypot(*np.diff(path, axis=0).T).sum()) for path in paths]
    ink = sum(lengths) / side if side > 0 else 0.0
    return Hand(stroke_points.read(paths), len(paths), ink, share)


def batch(hands: Sequence[Hand]) -> tuple[Tensor, Tensor]:
    """Sequences (N, POINTS, FEATURES) and amounts (N, 3), as the stroke tower takes them."""
    return (
        torch.from_numpy(np.stack([hand.sequence for hand in hands])),
        torch.tensor([[hand.strokes, hand.ink, hand.share] for hand in hands]),
    )


def _continues(last: Stroke, stroke: Stroke) -> bool:
    return last.colour == stroke.colour and math.dist(last.points[-1], stroke.points[0]) < 1e-6


def _visible(stroke: Stroke, drawing: Drawing) -> bool:
    *colour, alpha = stroke.colour
    far = max(abs(a - b) for a, b in zip(colour, drawing.background, strict=True))
    return alpha * far > _INVISIBLE
