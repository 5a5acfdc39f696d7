from __future__ import annotations

import math

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, polyline
from engine.see.caption import grouping
from engine.see.caption.grouping import PIECES, Movements, Way, features

Spot = tuple[float, float]


def ring(x: float, y: float, radius: float) -> list[Spot]:
    turns = [math.tau * i / 16 for i in range(17)]
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]


def drawn(*lines: list[Spot]) -> Drawing:
    return Drawing(400, 400, tuple(s for line in lines for s in polyline(line, 4.0)))


def ways(drawing: Drawing) -> list[Way]:
    return [parting.way for parting in Movements(drawing).partings()]


def test_what_was_drawn_one_after_the_other_can_be_two_things_or_three() -> None:
    found = ways(drawn(ring(60, 60, 50), ring(200, 60, 50), ring(330, 60, 50)))
    assert {((0,), (1, 2)), ((0, 1), (2,)), ((0,), (1,), (2,))} <= set(found)
    assert len(set(found)) == len(found)
    assert all(sorted(i for thing in way for i in thing) == [0, 1, 2] for way in found)


def test_a_detail_that_comes_last_can_be_the_first_things() -> None:
    assert ((0, 2), (1,)) in ways(drawn(ring(60, 60, 50), ring(200, 60, 50), ring(60, 60, 9)))


def test_what_stands_apart_is_a_way_whatever_its_order() -> None:
    left, right = (ring(60, 60, 50), ring(60, 60, 30)), (ring(300, 60, 50), ring(300, 60, 30))
    turns = (left[0], right[0], left[1], right[1], ring(60, 60, 10), ring(300, 60, 10))
    assert ((0, 2, 4), (1, 3, 5)) in ways(drawn(*turns))


def test_one_movement_is_one_thing() -> None:
    assert ways(drawn(ring(60, 60, 50))) == []
    assert ways(drawn([(5.0, 5.0)])) == []


def test_a_crowd_of_strokes_takes_no_longer() -> None:
    dots = [[(float(i % 30), float(i // 30))] for i in range(900)]
    moves = Movements(drawn(*dots))
    assert len(moves.all) <= PIECES
    assert sum(len(move.strokes) for move in moves.all) == 900
    few = Movements(drawn(*(ring(40.0 * i, 60, 15) for i in range(PIECES))))
    assert len(moves.partings()) <= len(few.partings())
    assert moves.hand(range(len(moves.all))).strokes == 900


def test_of_very_many_points_some_are_left_out() -> None:
    long = [(float(i % 390), 5.0 * (i // 390) + i % 2) for i in range(4000)]
    moves = Movements(drawn(long, ring(200, 300, 50)))
    points = np.concatenate([move.points for move in moves.all])
    assert len(points) < 9000
    assert points[-1] == pytest.approx((250, 300), abs=1)
    assert points[:, 0].max() == pytest.approx(389, abs=4)


def test_how_things_lie_is_measured_in_the_smaller_one() -> None:
    lines = drawn(ring(100, 100, 100), ring(250, 100, 40))
    (parting,) = Movements(lines).partings()
    shared, gap, air, jump = parting.lie
    assert shared == 0
    assert gap == pytest.approx(10 / 80, abs=0.02)
    assert air == pytest.approx(10 / 80, abs=0.02)
    assert jump == pytest.approx(90 / 290, abs=0.02)


def test_a_thing_alone_fills_its_canvas_with_a_thin_pen() -> None:
    moves = Movements(drawn(ring(100, 100, 100), ring(300, 100, 10)))
    alone = moves.alone([1], 100, 0.04)
    points = np.array([point for stroke in alone.strokes for point in stroke.points])
    assert points.min(0) == pytest.approx([10, 10], abs=1)
    assert points.max(0) == pytest.approx([90, 90], abs=1)
    assert [stroke.width for stroke in alone.strokes] == pytest.approx([3.2] * len(alone.strokes))


def chances(*rows: dict[int, float]) -> np.ndarray:
    """(N, 10) logarithms, the rest shared out."""
    found = []
    for row in rows:
        rest = (1 - sum(row.values())) / (10 - len(row))
        found.append([math.log(row.get(i, rest)) for i in range(10)])
    return np.array(found)


def test_surer_sights_that_lie_apart_are_worth_more() -> None:
    apart, within = np.array([0.0, 0.4, 0.4, 0.5]), np.array([1.0, 0.0, -1.0, 0.1])
    blurred, clear = chances({0: 0.12})[0], chances({0: 0.95})[0]
    sights, guesses = chances({1: 0.9}, {2: 0.9}), chances({1: 0.15}, {2: 0.15})
    for weights in (grouping.BY_STROKES, grouping.BY_SIGHT):

        def worth(*given: np.ndarray, by: tuple[float, ...] = weights) -> float:
            return float(np.dot(by, features(*given)))

        assert worth(apart, blurred, sights) > grouping.SEVERAL
        assert worth(within, clear, guesses) < 0
        assert worth(within, blurred, sights) < worth(apart, blurred, sights)
        assert worth(apart, clear, sights) < worth(apart, blurred, sights)
        assert worth(apart, blurred, guesses) < worth(apart, blurred, sights)
        twins = chances({1: 0.9}, {1: 0.9})
        assert worth(apart, blurred, twins) > worth(apart, blurred, sights)
