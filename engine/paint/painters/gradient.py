"""Gradient descent on strokes, as CLIPDraw does it; all drawings of it are stepped together."""

from __future__ import annotations

from engine.paint.begin import begin
from engine.paint.painters.way import Commission, Pause, Way
from engine.paint.painting import Painting
from engine.paint.picture import picture_painting
from engine.paint.presets import HOUSE, REFINE
from engine.paint.spec import Settled

STROKES = 256  # so many strokes cost about as much as HOUSE's views that look at them


def _load(spec: Settled, warm: bool) -> float:
    """Averaged over the run: several beginnings are tried at first, one is finished."""
    trial = (REFINE if spec.begin == "sketch" else HOUSE).trial
    restarts = 1 if warm else 1 + (spec.seeds - 1) * trial
    return restarts * (1 + spec.strokes / STROKES)


def _begin(commission: Commission, pause: Pause | None) -> Painting:
    spec, critic, start = commission.spec, commission.critic, commission.start
    if commission.picture is not None:
        return picture_painting.begin_with(
            critic, spec, commission.picture, start, commission.target, pause
        )
    jury = commission.jury() if spec.begin == "sketch" else None
    return begin(critic, jury, spec, commission.preset, start, commission.target, pause)


WAY = Way(_begin, steps=HOUSE.steps, load=_load, ink=None, draws_pictures=True)
