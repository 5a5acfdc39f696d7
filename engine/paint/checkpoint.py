"""A painting on its way to another painter: all that changes while it is painted, and nothing else.

What does not change (views, counts of segments, targets) follows from the spec and its seed,
so the other painter makes it again and a checkpoint of 32 strokes stays at about 5 kB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.paint.painters.way import Saved, Work
from engine.paint.painting import Painting, Restart


@dataclass(frozen=True, slots=True)
class RestartState:
    """One beginning as it stands; see Restart. Arrays are float32.

    values: points (P, 2) and full widths (S,) in pixels, straight RGBA (S, 4). moments: Adam's
    first and second, for each of the values.
    """

    number: int
    values: tuple[np.ndarray, ...]
    moments: tuple[tuple[np.ndarray, np.ndarray], ...]
    score: float
    highest: float
    idle: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A painting after `step` of `steps` steps, on a canvas `side` pixels wide.

    best: of each part, which of the restarts that are left is the most promising one.
    """

    side: int
    step: int
    steps: int
    restarts: tuple[RestartState, ...]
    best: tuple[int, ...]


AnyCheckpoint = Checkpoint | Saved
"""Of a painting by gradient, or of another painter's work."""


def save(painting: Painting | Work) -> AnyCheckpoint:
    """The painting as it stands, in copies: it may be painted on."""
    if isinstance(painting, Work):
        return painting.save()
    restarts = tuple(
        RestartState(
            restart.number,
            tuple(_copy(values) for values in _values(restart)),
            tuple((_copy(first), _copy(second)) for first, second in restart.moments),
            restart.score,
            restart.highest,
            restart.idle,
        )
        for restart in painting.restarts
    )
    best = tuple(painting.restarts.index(part.best) for part in painting.parts)
    return Checkpoint(painting.side, painting.step, painting.steps, restarts, best)


def resume(painting: Painting | Work, saved: AnyCheckpoint) -> None:
    """Put a painting that has just been commissioned to where another one was.

    Both must come from the same spec, start and target; what is painted next is then what
    the other would have painted next. Raises ValueError for another canvas or other strokes,
    or where another painter has saved it.
    """
    if isinstance(painting, Work) and isinstance(saved, Saved):
        painting.resume(saved)
        return
    if isinstance(painting, Work) or isinstance(saved, Saved):
        raise ValueError("saved by another painter")
    if painting.side != saved.side:
        raise ValueError(f"saved {saved.side} px wide, painted here {painting.side} px wide")
    begun = {restart.number: restart for restart in painting.restarts}
    if not {state.number for state in saved.restarts} <= begun.keys():
        raise ValueError("saved from a spec with more beginnings")
    painting.step, painting.steps = saved.step, saved.steps
    resumed = [_resumed(begun[state.number], state) for state in saved.restarts]
    if len(saved.best) != len(painting.parts):
        raise ValueError("saved from a spec of other things")
    for part, best in zip(painting.parts, saved.best, strict=True):
        part.restarts = [restart for restart in resumed if restart in part.restarts]
        part.best = resumed[best]


def _resumed(restart: Restart, state: RestartState) -> Restart:
    if [v.shape for v in _values(restart)] != [v.shape for v in state.values]:
        raise ValueError("saved from a spec with other strokes")
    strokes = restart.strokes
    strokes.points, strokes.widths, strokes.colours = map(_tensor, state.values)
    restart.moments = [(_tensor(first), _tensor(second)) for first, second in state.moments]
    restart.score, restart.highest, restart.idle = state.score, state.highest, state.idle
    return restart


def _values(restart: Restart) -> tuple[Tensor, Tensor, Tensor]:
    return restart.strokes.points, restart.strokes.widths, restart.strokes.colours


def _copy(values: Tensor) -> np.ndarray:
    return values.detach().cpu().numpy().copy()


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.copy())
