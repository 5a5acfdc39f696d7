from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pad.line import SIDE, Line
from bot.pad.operations import PENS, UNIT

numbers = st.integers(0, UNIT)
paths = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=120)


def line(*points: tuple[int, int], pen: int = 1) -> Line:
    drawn = Line(ink=0, pen=pen)
    drawn.reach(points)
    return drawn


@given(paths, st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_stroke_that_comes_in_pieces_is_the_same_as_one_that_comes_whole(
    path: list[tuple[int, int]], piece: int
):
    growing = Line(ink=0, pen=1)
    for i in range(0, len(path), piece):
        growing.reach(path[i : i + piece])
        growing.strokes()
    assert growing.strokes() == line(*path).strokes()
    assert growing.length == line(*path).length


@given(paths)
@settings(max_examples=60, deadline=None)
def test_a_stroke_begins_and_ends_where_the_pen_did(path: list[tuple[int, int]]):
    strokes = line(*path).strokes()
    for place, shown in ((path[0], strokes[0].points[0]), (path[-1], strokes[-1].points[-1])):
        assert shown == pytest.approx((place[0] * SIDE / UNIT, place[1] * SIDE / UNIT))
    for a, b in pairwise(strokes):
        assert a.points[-1] == b.points[0]


def test_the_curve_keeps_close_to_where_the_pen_was():
    wave = [(80 * t, round(5000 + 2000 * math.sin(t / 7))) for t in range(125)]
    (stroke,) = line(*wave).strokes()
    for x, y in wave:
        near = min(
            math.dist(place, (x * SIDE / UNIT, y * SIDE / UNIT)) for place in _places(stroke.points)
        )
        assert near < 1.5  # pixels of 512


def test_curves_meet_without_a_corner():
    wave = [(80 * t, round(5000 + 2000 * math.sin(t / 7))) for t in range(125)]
    (stroke,) = line(*wave).strokes()
    assert stroke.segments > 2
    for i in range(3, len(stroke.points) - 1, 3):
        before, here, after = stroke.points[i - 1 : i + 2]
        turn = math.atan2(here[1] - before[1], here[0] - before[0]) - math.atan2(
            after[1] - here[1], after[0] - here[0]
        )
        assert math.cos(turn) > 0.999


def test_a_wild_stroke_becomes_several():
    zigzag = [(3000 * (i % 2), 14 * i) for i in range(700)]
    assert len(line(*zigzag).strokes()) > 1


def test_a_dot_is_as_wide_as_the_pen():
    (dot,) = line((5000, 5000), (5000, 5000), pen=2).strokes()
    assert dot.width == pytest.approx(PENS[2] * SIDE / UNIT)
    assert all(math.dist(p, (256, 256)) < 1e-9 for p in dot.points)


def _places(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    found = []
    for i in range(0, len(points) - 1, 3):
        p = points[i : i + 4]
        for k in range(101):
            t = k / 100
            b = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(w * q[0] for w, q in zip(b, p, strict=True))
            y = sum(w * q[1] for w, q in zip(b, p, strict=True))
            found.append((x, y))
    return found
