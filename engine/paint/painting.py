"""A spec being painted: its parts, their restarts, how far it is, and how it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.canvas.drawing import Drawing
from engine.paint.presets import REFINE, Preset
from engine.paint.sketch.scene import Thing, composed
from engine.paint.spec import Settled
from engine.paint.start_strokes import Strokes
from engine.paint.style_loss import Textures
from engine.paint.styles.like_picture import Manner
from engine.raster import Layout, unpack

GAIN = 0.003  # of the smoothed score; less may be chance


@dataclass(frozen=True, slots=True)
class State:
    """A moment of a painting: `step` of `steps` done, the drawing, and its score.

    steps: those it was given, or those it took when it was done before.
    score: mean cosine between prompt and views of the drawing, in [-1, 1]; of several things,
    their mean. While painting it is smoothed over some steps; of the last state it is measured on
    fixed views.
    Of the last state alone (`final`), where it is known:
    fillings: so many strokes, the first ones, colour in what the others outline. order: in which
    a guessing game shows the strokes, see engine/paint/reveal.py. opinion: the share of judges, in
    [0, 1], that would see the prompt in the drawing. known: whether the model has learned what the
    prompt names; False where a drawing of it can only be a guess.
    frames: of a film, as far as it is made, its first frame to its last. depths: of
    strokes in three dimensions, see engine/canvas/turntable.py.
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
    frames: tuple[Drawing, ...] = ()
    depths: tuple[tuple[float, ...], ...] = ()


class Restart:
    """One beginning of a part: its strokes, Adam's moments, and its views for every step.

    number: which of the painting's beginnings it is; with the seed it tells the views.
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

    def drawing(self, side: int) -> Drawing:
        """Its strokes as they are, on a square canvas."""
        s = self.strokes
        layout = Layout(s.segments, np.array([len(s.segments)]), side, side)
        return unpack(s.points, s.widths, s.colours, layout, s.background)[0]


@dataclass(frozen=True, slots=True)
class Goal:
    """Pixels that a drawing is held to.

    pixels: (3, S, S) in [0, 1]. inside: (S, S), 1 where they count, else 0. width, height: of the
    picture in the middle of the canvas, as shares of its side; the drawing is cut to that.
    """

    pixels: Tensor
    inside: Tensor
    width: float
    height: float


@dataclass(eq=False)
class Part:
    """A thing of a painting, drawn by itself and put in its place afterwards.

    target: (D,) what it is painted towards. avoid: (A, D). rivals: (R, D); R = 0 where the
    preset does not push away from any. goal: where a picture is drawn.
    """

    thing: Thing
    target: Tensor
    avoid: Tensor
    rivals: Tensor
    restarts: list[Restart]
    goal: Goal | None = None
    best: Restart = field(init=False)

    def __post_init__(self) -> None:
        self.best = self.restarts[0]

    def choose(self, restart: Restart) -> None:
        """Go on with this restart alone."""
        self.best, self.restarts = restart, [restart]


@dataclass(eq=False)
class Painting:
    """One spec being painted; `begin` makes it, the painter moves it on.

    preset: how it is painted. known: see State. judged: whether there is a second opinion on it.
    manner: of a picture, in which it is shown. textures: of one that its strokes learn from.
    """

    spec: Settled
    preset: Preset
    parts: list[Part]
    side: int
    known: bool = True
    judged: bool = False
    manner: Manner | None = None
    textures: Textures | None = None
    step: int = 0
    steps: int = field(init=False)  # it is done after; fewer once nothing improves

    def __post_init__(self) -> None:
        self.steps = self.spec.steps

    @property
    def restarts(self) -> list[Restart]:
        return [restart for part in self.parts for restart in part.restarts]

    @property
    def done(self) -> bool:
        return self.step >= self.steps

    @property
    def sketched(self) -> bool:
        """Whether it began with sketches of the thing, of which each restart is one."""
        return self.preset is REFINE

    @property
    def free(self) -> bool:
        """Whether colours and opacity are painted; else lines are black and opaque."""
        return self.spec.ink == "paint"

    @property
    def learns(self) -> bool:
        """Whether its strokes can learn a picture's textures: lines alone cannot."""
        return self.free and self.parts[0].goal is None

    @property
    def rates(self) -> tuple[float, float, float]:
        """Of points, widths and colours; see Preset."""
        points, widths, colours = self.preset.rates
        return points, widths, colours if self.free else 0.0

    @property
    def widths(self) -> tuple[float, float]:
        """Bounds of a stroke's full width, as shares of the canvas's side."""
        thin, wide = self.preset.widths if self.free or self._fills else self.preset.pen_widths
        return (min(thin, self.textures.weight) if self.textures else thin), wide

    @property
    def _fills(self) -> bool:
        """Whether it has a marker's fillings from the beginning, as tracings of pictures have."""
        return self.spec.ink == "marker" and self.parts[0].goal is not None

    def state(self) -> State:
        """The most promising restarts as they stand."""
        scores = [part.best.score for part in self.parts]
        known = [0.0 if math.isnan(score) else score for score in scores]
        return State(self.step, self.steps, self.drawing(), sum(known) / len(known))

    def drawing(self) -> Drawing:
        """The most promising restart of every part, each in its place."""
        return self.put_together([part.best.drawing(self.side) for part in self.parts])

    def put_together(self, drawings: list[Drawing]) -> Drawing:
        """A drawing of each part as one, each in its place."""
        if len(drawings) == 1:
            goal = self.parts[0].goal
            return drawings[0].middle(goal.width, goal.height) if goal else drawings[0]
        return composed(drawings, [part.thing.place for part in self.parts], self.side)
