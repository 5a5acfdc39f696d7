from __future__ import annotations

import numpy as np

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.canvas.render import to_image
from engine.paint.colour.covering import MOST, Hatch, cover
from engine.paint.colour.regions import Mask, near

SIDE = 200
PENS = (14.0, 7.0, 3.5)


def painted(hatches: list[Hatch]) -> Mask:
    strokes = tuple(
        Stroke(tuple((float(x), float(y)) for x, y in hatch.points), hatch.width, BLACK)
        for hatch in hatches
    )
    return np.asarray(to_image(Drawing(SIDE, SIDE, strokes), SIDE).convert("L")) < 140


def test_a_region_with_a_hole_is_covered_and_the_hole_is_not():
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    away = np.hypot(x - 100, y - 100)
    ring = (away < 80) & (away > 35)
    found = painted(cover(ring, PENS))
    assert (ring & ~found).sum() < 0.02 * ring.sum()
    assert not (found & ~near(ring, 1.0)).any()


def test_a_corner_gets_the_finer_pens():
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    wedge = (x > 20) & (abs(y - 100) < (x - 20) / 3) & (x < 180)
    strokes = cover(wedge, PENS)
    assert {stroke.width for stroke in strokes} == set(PENS)
    assert len(strokes) <= MOST
    assert (wedge & ~painted(strokes)).sum() < 0.02 * wedge.sum()
    assert (wedge & ~painted(cover(wedge, PENS[:1]))).sum() > 0.02 * wedge.sum()


def test_nothing_is_covered_by_nothing_and_few_cells_by_something():
    assert cover(np.zeros((SIDE, SIDE), bool), PENS) == []
    one = np.zeros((SIDE, SIDE), bool)
    one[30, 40] = True
    assert len(cover(one, (*PENS, 1.0))) == 1


def test_what_reaches_the_edge_is_covered_to_the_edge():
    lower = np.zeros((SIDE, SIDE), bool)
    lower[120:] = True
    assert painted(cover(lower, PENS))[122:].all()
