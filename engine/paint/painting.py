"""A commission being painted: its attempts, how far it is, and how it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.presets import REFINE, Method
from engine.paint.spec import Settled
from engine.paint.start_strokes import Strokes
from engine.raster import Layout, unpack

GAIN = 0.003  # of the smoothed score; less may be chance


@dataclass(frozen=True, slots=True)
class State:
    """A moment of a work: `step` of `steps` done, the drawing, and its score.

    steps: those it was given, or those it took when it was done before.
    score: mean cosine between prompt and views of the drawing, in [-1, 1]. While painting it is
    smoothed over some steps; of the last state it is measured on fixed views.
    Of the last state alone (`final`), where it is known:
    fillings: so many strokes, the first ones, colour in what the others outline. order: in which
    a guessing game shows the strokes, see engine/paint/reveal.py. opinion: the share of judges, in
    [0, 1], that would see the prompt in the drawing. known: whether the model has learned what the
    prompt names; False where a drawing of it can only be a guess.
    """

    step: int
    steps: int
    drawing: Drawing
    score: float
    final: bool = False
    fillings: int = 0
    order: tuple[int, ...] = ()
    opinion: float | None = None
    known: bool = True


class Attempt:
    """One beginning of a work: its strokes, Adam's moments, and its views for every step.

    number: which of the work's beginnings it is; with the seed it tells the views.
    """

    def __init__(self, strokes: Strokes, views: Tensor, number: int = 0) -> None:
        self.number = number
        self.strokes = strokes
        self.began = strokes.points.clone()
        self.views = views  # (steps or 1, V, 3, 3)
        self.score = float("nan")
        self.highest = -math.inf
        self.idle = 0  # steps since the score gained GAIN
        self.moments = [
            (torch.zeros_like(values), torch.zeros_like(values))
            for values in (strokes.points, strokes.widths, strokes.colours)
        ]

    def observe(self, score: float) -> None:
        self.score = score if math.isnan(self.score) else 0.8 * self.score + 0.2 * score
        self.idle += 1
        if self.score > self.highest + GAIN:
            self.highest, self.idle = self.score, 0


@dataclass(eq=False)
class Work:
    """One commission being painted. `Painter.commission` makes it; the painter moves it on.

    method: how it is painted.
    """

    commission: Settled
    method: Method
    target: Tensor  # (D,)
    avoid: Tensor  # (A, D)
    rivals: Tensor  # (R, D); R = 0 where the method does not push away from any
    attempts: list[Attempt]
    side: int
    step: int = 0
    best: Attempt = field(init=False)
    steps: int = field(init=False)  # it is done after; fewer once nothing improves

    def __post_init__(self) -> None:
        self.best = self.attempts[0]
        self.steps = self.commission.steps

    @property
    def done(self) -> bool:
        return self.step >= self.steps

    @property
    def sketched(self) -> bool:
        """Whether it began with sketches of the thing, of which each attempt is one."""
        return self.method is REFINE

    @property
    def free(self) -> bool:
        """Whether colours and opacity are painted; else lines are black and opaque."""
        return self.commission.ink == "paint"

    @property
    def rates(self) -> tuple[float, float, float]:
        """Of points, widths and colours; see Method."""
        points, widths, colours = self.method.rates
        return points, widths, colours if self.free else 0.0

    @property
    def widths(self) -> tuple[float, float]:
        """Bounds of a stroke's full width, as shares of the canvas's side."""
        return self.method.widths if self.free else self.method.pen_widths

    def state(self) -> State:
        """The most promising attempt as it stands."""
        score = 0.0 if math.isnan(self.best.score) else self.best.score
        return State(self.step, self.steps, self.drawing(), score)

    def drawing(self, attempt: Attempt | None = None) -> Drawing:
        """What an attempt has drawn, by default the most promising one."""
        s = (attempt or self.best).strokes
        layout = Layout(s.segments, np.array([len(s.segments)]), self.side, self.side)
        return unpack(s.points, s.widths, s.colours, layout, s.background)[0]
