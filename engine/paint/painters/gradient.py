"""Gradient descent on strokes, as CLIPDraw does it; all drawings of it are stepped together."""

from __future__ import annotations

from engine.paint.begin import begin
from engine.paint.painters.way import Commission, Given, Pause, Way
from engine.paint.painting import Painting
from engine.paint.picture import picture_painting
from engine.paint.presets import HOUSE, REFINE, TRACE
from engine.paint.spec import Settled

_STROKES = 256  # so many strokes cost about as much as HOUSE's views that look at them
_TEXTURES = 0.3  # what it costs to learn a picture's textures, beside HOUSE's views


def load(restarts: float, views: int, strokes: int, *, learns: bool) -> float:
    """Of a step with so many beginnings, views and strokes of each; learns: a picture's textures.
    On one thread of a CPU textures added .14 to .37 to a beginning's 1, with 32 and 96 strokes."""
    return restarts * (views / HOUSE.views + strokes / _STROKES + _TEXTURES * learns)


def _load(spec: Settled, given: Given) -> float:
    """Averaged over the run: several beginnings are tried at first, one is finished."""
    preset = TRACE if given.picture else REFINE if spec.begin == "sketch" else HOUSE
    restarts = 1 if given.picture or given.start else 1 + (spec.seeds - 1) * preset.trial
    learns = given.style and not given.picture and spec.ink == "paint"
    return load(restarts, preset.views, spec.strokes, learns=learns)


def _begin(commission: Commission, pause: Pause | None) -> Painting:
    spec, critic, start = commission.spec, commission.critic, commission.start
    if commission.picture is not None:
        return picture_painting.begin_with(
            critic, spec, commission.picture, start, commission.target, pause
        )
    jury = commission.jury() if spec.begin == "sketch" else None
    return begin(critic, jury, spec, commission.preset, start, commission.target, pause)


WAY = Way(_begin, steps=HOUSE.steps, load=_load, ink=None, draws_pictures=True)
