"""A work on its way to another painter: all that changes while it is painted, and nothing else.

What does not change (views, counts of segments, targets) follows from the commission and its seed,
so the other painter makes it again and a checkpoint of 32 strokes stays at about 5 kB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.paint.painting import Attempt, Work


@dataclass(frozen=True, slots=True)
class AttemptState:
    """One beginning as it stands; see Attempt. Arrays are float32.

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
    """A work after `step` of `steps` steps, on a canvas `side` pixels wide.

    best: of each part, which of the attempts that are left is the most promising one.
    """

    side: int
    step: int
    steps: int
    attempts: tuple[AttemptState, ...]
    best: tuple[int, ...]


def save(work: Work) -> Checkpoint:
    """The work as it stands, in copies: it may be painted on."""
    attempts = tuple(
        AttemptState(
            attempt.number,
            tuple(_copy(values) for values in _values(attempt)),
            tuple((_copy(first), _copy(second)) for first, second in attempt.moments),
            attempt.score,
            attempt.highest,
            attempt.idle,
        )
        for attempt in work.attempts
    )
    best = tuple(work.attempts.index(part.best) for part in work.parts)
    return Checkpoint(work.side, work.step, work.steps, attempts, best)


def resume(work: Work, saved: Checkpoint) -> None:
    """Put a work that has just been commissioned to where another one was.

    Both must come from the same commission, start and target; what is painted next is then what
    the other would have painted next. Raises ValueError for another canvas or other strokes.
    """
    if work.side != saved.side:
        raise ValueError(f"saved {saved.side} px wide, painted here {work.side} px wide")
    begun = {attempt.number: attempt for attempt in work.attempts}
    if not {state.number for state in saved.attempts} <= begun.keys():
        raise ValueError("saved from a commission with more beginnings")
    work.step, work.steps = saved.step, saved.steps
    resumed = [_resumed(begun[state.number], state) for state in saved.attempts]
    if len(saved.best) != len(work.parts):
        raise ValueError("saved from a commission of other things")
    for part, best in zip(work.parts, saved.best, strict=True):
        part.attempts = [attempt for attempt in resumed if attempt in part.attempts]
        part.best = resumed[best]


def _resumed(attempt: Attempt, state: AttemptState) -> Attempt:
    if [v.shape for v in _values(attempt)] != [v.shape for v in state.values]:
        raise ValueError("saved from a commission with other strokes")
    strokes = attempt.strokes
    strokes.points, strokes.widths, strokes.colours = map(_tensor, state.values)
    attempt.moments = [(_tensor(first), _tensor(second)) for first, second in state.moments]
    attempt.score, attempt.highest, attempt.idle = state.score, state.highest, state.idle
    return attempt


def _values(attempt: Attempt) -> tuple[Tensor, Tensor, Tensor]:
    return attempt.strokes.points, attempt.strokes.widths, attempt.strokes.colours


def _copy(values: Tensor) -> np.ndarray:
    return values.detach().cpu().numpy().copy()


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.copy())
