"""Sketches on the way from one thing to the next: the sketcher asked for what lies between.

All of them begin with the same noise and differ in the text's embedding alone, which goes along
the arc from one prompt's to the other's. So every stroke keeps its place among the strokes and
moves smoothly, and each sketch is one of something.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import pocket
from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.tidy import heaviest_line
from engine.paint.jury import Jury
from engine.paint.sketch.sketches import FILLED, FLOW_STEPS, GUIDANCE
from engine.pocket.sketcher import DOODLE, POINTS, STROKES, Wanted

TRIED = 8  # noises, of which the one is taken whose sketches of all prompts are best
_AT_ONCE = 8  # sketches, between which others get their turn

Pause = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Noise:
    """What a sketch begins with: (strokes, 2 * POINTS)."""

    values: Tensor


def best_noise(
    jury: Jury, vectors: Tensor, strokes: int, seed: int, side: int, pause: Pause
) -> Noise:
    """The noise from which the prompts with these vectors (K, D) are sketched best, all of them."""
    sketcher = pocket.sketcher()
    most = min(strokes, STROKES)
    kinds = torch.full((len(vectors),), DOODLE)
    chances = sketcher.counts(vectors.cpu(), kinds)[:, :most].softmax(1).log().mean(0).exp()
    found: list[tuple[float, int, Noise]] = []
    for number in range(TRIED):
        random = torch.Generator().manual_seed((seed * 1_000_033 + number) % 2**63)
        count = 1 + int(torch.multinomial(chances.square(), 1, generator=random))
        noise = Noise(torch.randn(count, 2 * POINTS, generator=random))
        drawn = sketched(vectors, noise, strokes, side, pause)
        worth = [
            float(jury.worth([one], vector)[0]) for one, vector in zip(drawn, vectors, strict=True)
        ]
        found.append((sum(worth), -number, noise))
    return max(found, key=lambda one: one[:2])[2]


def sketched(vectors: Tensor, noise: Noise, strokes: int, side: int, pause: Pause) -> list[Drawing]:
    """A sketch for each vector (N, D) from the same noise: all have as many strokes and points."""
    sketcher = pocket.sketcher()
    count = len(noise.values)
    width = heaviest_line(strokes) * side
    drawn: list[Drawing] = []
    for some in vectors.cpu().split(_AT_ONCE):
        every = torch.full((len(some),), count)
        wanted = Wanted(
            some, every, torch.full((len(some),), math.nan), torch.full((len(some),), DOODLE)
        )
        noises = noise.values.repeat(len(some), 1)
        found = sketcher.sample(wanted, noises, FLOW_STEPS, GUIDANCE, pause)
        drawn += [_placed(points.numpy(), side, width) for points in found]
    return drawn


def _placed(points: np.ndarray, side: int, width: float) -> Drawing:
    """Strokes (S, POINTS, 2) in the middle of a canvas; as sketches are, but none is left out."""
    flat = points.reshape(-1, 2).astype(np.float64)
    low, high = flat.min(0), flat.max(0)
    size = max(float((high - low).max()), 1e-6)
    strokes = []
    for path in points.astype(np.float64):
        placed = ((path - (low + high) / 2) * (FILLED / size) + 0.5) * side
        curve = tuple((float(x), float(y)) for x, y in _curve(placed))
        strokes.append(Stroke(curve, width, BLACK))
    return Drawing(side, side, tuple(strokes))


def _curve(path: np.ndarray) -> np.ndarray:
    """A cubic between each two of the points (P, 2), (3 P - 2, 2): Catmull and Rom's spline (1974),
    so that strokes of as many points have as many cubics."""
    ends = np.concatenate([path[:1], path, path[-1:]])
    reach = (ends[2:] - ends[:-2]) / 6
    curve = np.empty((3 * len(path) - 2, 2))
    curve[::3], curve[1::3], curve[2::3] = path, (path + reach)[:-1], (path - reach)[1:]
    return curve
