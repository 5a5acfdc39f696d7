from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.canvas.breeding import (
    SIDE,
    Variation,
    blend,
    children,
    crossed,
    matched,
    varied,
)
from engine.canvas.drawing import Drawing, Stroke, polyline
from engine.canvas.paths import sample
from tests.engine.strategies import drawings

STILL = Variation(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
RED = (1.0, 0.0, 0.0, 1.0)


def line(x0: float, y0: float, x1: float, y1: float, colour=(0.0, 0.0, 0.0, 1.0)) -> Stroke:
    return polyline([(x0, y0), (x1, y1)], 8, colour)[0]


def drawing(*strokes: Stroke) -> Drawing:
    return Drawing(SIDE, SIDE, strokes)


FLOOR, FLOOR_BACK = line(50, 400, 450, 400), line(450, 410, 50, 410)
WALL, ROOF = line(60, 100, 60, 400), line(60, 100, 450, 60)
ONE, OTHER = drawing(FLOOR, WALL), drawing(ROOF, FLOOR_BACK)


def test_strokes_are_matched_by_place_shape_and_colour_whichever_way_they_run():
    assert matched(ONE, OTHER) == [(0, 1)]
    red = drawing(line(50, 400, 450, 400, RED))
    assert matched(drawing(FLOOR), red) == []
    assert matched(ONE, drawing()) == []
    twins = drawing(FLOOR, line(50, 404, 450, 404))
    assert matched(drawing(FLOOR), twins) == [(0, 0)]  # each stroke once, the likest first


def test_a_blend_lies_between_two_strokes():
    half = blend(FLOOR, FLOOR_BACK, 0.5)
    assert np.allclose(np.array(half.points)[[0, -1]], [(50, 405), (450, 405)])
    longer = polyline([(50, 440), (250, 430), (450, 440)], 4)[0]
    moved = blend(FLOOR, longer, 1.0)
    assert len(moved.points) == len(FLOOR.points)
    assert np.allclose(np.mean(moved.points, 0), np.mean(longer.points, 0))
    assert moved.width == 4


def test_a_child_has_strokes_of_both_and_the_whole_body_of_the_first():
    seen: set[Stroke] = set()
    for seed in range(60):
        child = crossed(ONE, OTHER, random.Random(seed))
        seen |= set(child.strokes)
        assert WALL in child.strokes  # long, and nothing of the other lies there
        assert len(child.strokes) <= 4
    assert {FLOOR, FLOOR_BACK, WALL, ROOF} <= seen


def test_a_child_without_variation_is_made_of_its_parents_strokes_alone():
    for seed in range(20):
        child = crossed(ONE, ONE, random.Random(seed))
        assert [s.colour for s in child.strokes] == [s.colour for s in ONE.strokes]
        assert np.allclose([s.points for s in child.strokes], [s.points for s in ONE.strokes])
        assert varied(ONE, random.Random(seed), STILL) == ONE


def test_black_stays_black_and_colours_change():
    both = drawing(FLOOR, line(50, 100, 450, 100, RED))
    found = [varied(both, random.Random(n), Variation(lost=0, doubled=0)) for n in range(20)]
    assert {one.strokes[0].colour for one in found} == {FLOOR.colour}
    assert len({one.strokes[1].colour for one in found}) > 10


def test_parents_are_chosen_by_their_weights_and_named():
    parents = [ONE, OTHER, drawing(ROOF)]
    born = children(parents, 200, 1, [8, 1, 1])
    firsts = [kin[0] for _, kin in born]
    assert firsts.count(0) > 100
    assert set(firsts) == {0, 1, 2}
    assert all(len(set(kin)) == 2 for _, kin in born)
    assert {kin for _, kin in children([ONE], 5, 1)} == {(0,)}


@pytest.mark.parametrize(
    ("parents", "weights"), [([], None), ([ONE], [0]), ([ONE, OTHER], [1]), ([ONE], [-1])]
)
def test_parents_that_cannot_be_are_refused(parents: list[Drawing], weights: list[float] | None):
    with pytest.raises(ValueError, match="parent"):
        children(parents, 3, 0, weights)


@settings(max_examples=60, deadline=None)
@given(
    parents=st.lists(drawings.filter(lambda d: d.strokes), min_size=1, max_size=3),
    seed=st.integers(0, 10**6),
)
def test_children_are_drawings_within_the_canvas_and_the_same_for_the_same_seed(
    parents: list[Drawing], seed: int
):
    born = children(parents, 3, seed)
    assert born == children(parents, 3, seed)
    assert [kin for _, kin in children(parents, 2, seed)] == [kin for _, kin in born[:2]]
    for child, kin in born:
        assert kin[0] < len(parents)
        assert 0 < len(child.strokes) <= 2 * (max(len(p.strokes) for p in parents) + 2)
        spots = np.concatenate([sample(np.array(s.points)).xy for s in child.strokes])
        assert spots.min() >= -0.01
        assert spots.max() <= SIDE + 0.01
