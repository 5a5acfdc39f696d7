"""How to paint: the notebook's numbers, and ours."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from engine.paint.start_strokes import Strokes, cover, scatter
from engine.paint.views import PAPER, Views


@dataclass(frozen=True, slots=True)
class Preset:
    """How to paint. Lengths are shares of the canvas's side, so any model size paints alike.

    steps: of descent, where a spec names no number.
    views: random views a step. look: how they are drawn.
    begin: beginnings, see engine/paint/start_strokes.py.
    rates: Adam's learning rates for points, full widths, colours.
    schedule: the factor on the points' and widths' rates by share of the run done.
    widths: bounds of a stroke's full width, for a pen and for colour.
    inside: control points stay this far from the canvas's edge; None lets them leave.
    seeds: beginnings that are tried unless another number is asked for.
    trial: the share of the run after which only the most promising beginning goes on.
    margin: weight of the likeness to the prompt's rivals, see engine/paint/contrast.py; 0 has none.
    patience: a drawing whose score has not gained GAIN for so many steps is done; None waits.
    anchor: weight of how far points have left where they began, see losses.Anchor.
    pixels: weight of the difference from a picture that is drawn, see losses.Pixels.
    """

    steps: int
    views: int
    look: Views
    begin: Callable[[torch.Generator, int, int, bool], Strokes]
    rates: tuple[float, float, float]
    schedule: Callable[[float], float]
    pen_widths: tuple[float, float]
    widths: tuple[float, float]
    inside: float | None
    trial: float
    margin: float
    patience: int | None
    anchor: float = 0.0
    pixels: float = 0.0
    seeds: int = 2


def _stairs(done: float) -> float:
    """The notebook's schedule: 1.0, from half of the run 0.4, from three quarters 0.1."""
    return 1.0 if done < 0.5 else 0.4 if done < 0.75 else 0.1


def _cosine(done: float) -> float:
    return 0.1 + 0.45 * (1 + math.cos(math.pi * done))


# The notebook's numbers; its widths are half widths, at 224 px.
NOTEBOOK = Preset(
    steps=250,
    views=4,
    look=PAPER,
    begin=scatter,
    rates=(1.0 / 224, 0.2 / 224, 0.01),
    schedule=_stairs,
    pen_widths=(2 / 224, 100 / 224),
    widths=(2 / 224, 100 / 224),
    inside=None,
    trial=0.0,
    margin=0.0,
    patience=None,
)

HOUSE = Preset(
    steps=250,
    views=5,
    look=Views(perspective=0.25, scale=(0.85, 1.6), ratio=(0.85, 1.18), rotation=12, roam=0.05),
    begin=cover,
    rates=(0.012, 0.004, 0.03),
    schedule=_cosine,
    pen_widths=(0.022, 0.056),
    widths=(0.022, 0.25),
    inside=0.08,
    trial=0.2,
    margin=0.3,
    patience=40,
)

# From a sketch: it is right already where lines run and how wide they are, and wants little.
REFINE = Preset(
    views=5,
    look=HOUSE.look,
    begin=cover,
    rates=(0.004, 0.0, 0.03),
    schedule=_cosine,
    pen_widths=(0.006, 0.056),
    widths=HOUSE.widths,
    inside=0.03,
    trial=0.3,
    margin=0.3,
    patience=None,
    steps=60,
    # The best of sixteen sketches already; a second one gained nothing (docs/pocket.md).
    seeds=1,
)

# From the tracing of a picture, which resembles it already. One view a step is enough: it is the
# pixels that lead.
TRACE = Preset(
    views=1,
    look=HOUSE.look,
    begin=cover,
    rates=(0.016, 0.006, 0.035),
    schedule=_cosine,
    pen_widths=(0.008, 0.056),
    widths=(0.008, 0.5),
    inside=None,
    trial=1.0,
    margin=0.0,
    patience=None,
    steps=120,
    pixels=150.0,
    seeds=1,
)
