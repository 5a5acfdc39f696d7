from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from engine.canvas.drawing import BLACK, Drawing, Point, Stroke
from engine.canvas.paths import bend, cut, sample
from engine.canvas.tidy import Lines, framed, heaviest_line, measure, tidy
from tests.engine.strategies import drawings

SIDE = 200


def line(*corners: Point, width: float = 4.0) -> Stroke:
    """A stroke of straight cubics through corners."""
    points = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        points += [
            (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3),
            (x1, y1),
        ]
    return Stroke(tuple(points), width, BLACK)


def arc(first: float, last: float, radius: float = 60.0, middle: Point = (100.0, 100.0)) -> Stroke:
    """A stroke of three cubics along a circle, from one angle to another, in degrees."""
    points: list[Point] = []
    angles = np.radians(np.linspace(first, last, 4))
    reach = 4 / 3 * math.tan((angles[1] - angles[0]) / 4) * radius
    for a, b in pairwise(angles):
        start = (middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a))
        end = (middle[0] + radius * math.cos(b), middle[1] + radius * math.sin(b))
        if not points:
            points.append(start)
        points += [
            (start[0] - reach * math.sin(a), start[1] + reach * math.cos(a)),
            (end[0] + reach * math.sin(b), end[1] - reach * math.cos(b)),
            end,
        ]
    return Stroke(tuple((float(x), float(y)) for x, y in points), 4.0, BLACK)


def drawn(*strokes: Stroke) -> Drawing:
    return Drawing(SIDE, SIDE, strokes)


def open_after(*strokes: Stroke) -> int:
    return measure(tidy(drawn(*strokes), frame=False)).open_ends


def test_a_line_alone_has_two_open_ends_and_a_ring_none() -> None:
    assert measure(drawn(line((40, 40), (160, 160)))) == Lines(2, 0.0, 0)
    assert measure(drawn(arc(0, 360))).open_ends == 0


def test_ink_drawn_twice_is_counted_once() -> None:
    once, again = line((40, 100), (160, 100)), line((40, 101), (160, 101))
    assert measure(drawn(once, again)).twice == pytest.approx(0.5, abs=0.02)
    assert measure(drawn(once, line((100, 40), (100, 160)))).twice == pytest.approx(0, abs=0.02)


def test_a_speck_far_away_is_a_stray_and_an_eye_is_not() -> None:
    body, speck = arc(0, 360), line((190, 10), (193, 12))
    assert measure(drawn(body, speck)).strays == 1
    assert tidy(drawn(body, speck), frame=False).strokes[1:] == ()
    eye = line((100, 100), (103, 101))
    assert measure(drawn(body, eye)).strays == 0
    assert len(tidy(drawn(body, eye)).strokes) == 2


def test_of_several_strays_those_go_and_nothing_else() -> None:
    first, second = line((190, 10), (193, 12)), line((10, 190), (12, 193))
    body, tail = arc(0, 360), line((100, 160), (100, 190))
    for lines in ([body, first, second], [first, body, second, tail]):
        left = tidy(drawn(*lines), frame=False).strokes
        assert len(left) == len(lines) - 2
        # The box of what is left: neither speck is in it.
        assert all(20 < x < 180 for stroke in left for x, _ in stroke.points)


def test_rain_is_no_stray() -> None:
    drops = [line((15 + 60 * i, 180), (15 + 60 * i, 186)) for i in range(4)]
    assert measure(drawn(arc(0, 360, 30), *drops)).strays == 0


def test_a_ring_that_nearly_closes_closes_and_a_c_stays_open() -> None:
    assert open_after(arc(0, 346)) == 0
    assert open_after(arc(45, 315)) == 2
    assert open_after(arc(30, 330, radius=12)) == 2  # a small c, whose ends are near each other


def test_ends_of_two_lines_meet_where_they_run_towards_each_other() -> None:
    corner = tidy(drawn(line((40, 40), (100, 40)), line((108, 48), (108, 120))), frame=False)
    assert corner.strokes[0].points[-1] == pytest.approx(corner.strokes[1].points[0])
    assert corner.strokes[0].points[0] == (40.0, 40.0)


def test_an_end_meets_the_side_of_a_line_ahead() -> None:
    ahead = tidy(drawn(line((40, 100), (110, 100)), line((118, 40), (118, 160))), frame=False)
    assert ahead.strokes[0].points[-1] == pytest.approx((118, 100))
    upright = line((118, 40), (118, 160)).points
    assert np.array(ahead.strokes[1].points) == pytest.approx(np.array(upright))


def test_the_teeth_of_a_rake_stay_apart() -> None:
    teeth = [line((60 + 10 * i, 60), (60 + 10 * i, 120)) for i in range(5)]
    assert tidy(drawn(*teeth), frame=False) == drawn(*teeth)


def test_a_line_drawn_over_another_goes_and_a_crossing_one_stays() -> None:
    over = tidy(drawn(line((40, 100), (160, 100)), line((60, 101), (150, 102))), frame=False)
    assert len(over.strokes) == 1
    across = tidy(drawn(line((40, 100), (160, 100)), line((100, 40), (100, 160))), frame=False)
    assert len(across.strokes) == 2


def test_a_ring_drawn_beyond_its_beginning_is_cut_there() -> None:
    ring = tidy(drawn(arc(0, 420)), frame=False)
    (stroke,) = ring.strokes
    assert sample(np.array(stroke.points)).length == pytest.approx(2 * math.pi * 60, rel=0.05)
    assert measure(ring).open_ends == 0


def test_a_hook_beyond_a_crossing_is_cut_off() -> None:
    crossed = tidy(drawn(line((40, 100), (125, 100)), line((120, 40), (120, 160))), frame=False)
    assert crossed.strokes[0].points[-1][0] == pytest.approx(120, abs=8)
    assert measure(crossed).open_ends == 3


def test_lines_are_no_heavier_than_their_number_asks_for() -> None:
    heavy = tidy(drawn(line((40, 40), (160, 160), width=20.0)), frame=False)
    assert heavy.strokes[0].width == pytest.approx(SIDE * heaviest_line(1))
    fine = tidy(drawn(line((40, 40), (160, 160), width=1.0)), frame=False)
    assert fine.strokes[0].width == 1.0
    assert heaviest_line(64) < heaviest_line(16) <= heaviest_line(4)


def test_a_thing_that_fills_the_canvas_gets_air_and_a_tiny_one_is_enlarged() -> None:
    for stroke, longest in ((line((0, 0), (200, 200)), 0.84), (line((20, 20), (100, 100)), 0.6)):
        (placed,) = framed(drawn(stroke)).strokes
        xy = np.array(placed.points)
        assert xy.mean(0) == pytest.approx((100, 100), abs=1)
        assert np.ptp(xy, axis=0).max() == pytest.approx(longest * SIDE, abs=0.02 * SIDE)


def test_colour_moves_along_with_the_frame_and_is_left_alone_otherwise() -> None:
    fill = Stroke(line((0, 100), (200, 100)).points, 40.0, (1.0, 0.2, 0.2, 1.0))
    outline = line((0, 80), (200, 80))
    below, above = tidy(drawn(fill, outline)).strokes
    assert below.colour == fill.colour
    factor = (above.points[-1][0] - above.points[0][0]) / 200
    assert below.width == pytest.approx(factor * 40)
    assert below.points[-1][0] - below.points[0][0] == pytest.approx(200 * factor)


def test_nothing_becomes_nothing() -> None:
    assert tidy(drawn()) == drawn()
    assert measure(drawn()) == Lines(0, 0.0, 0)


@settings(max_examples=30, deadline=None)
@given(drawings)
def test_any_drawing_can_be_tidied(drawing: Drawing) -> None:
    dark = tuple(replace(stroke, colour=BLACK) for stroke in drawing.strokes)
    before = replace(drawing, strokes=dark)
    after = tidy(before)
    assert len(after.strokes) <= len(before.strokes)
    assert bool(after.strokes) == bool(before.strokes)


def test_a_path_is_cut_to_the_same_curve() -> None:
    whole = sample(np.array(arc(0, 270).points))
    part = cut(whole, 5, 30)
    assert part.xy[0] == pytest.approx(whole.xy[5])
    assert part.xy[-1] == pytest.approx(whole.xy[30])
    assert np.hypot(*(part.xy - 100).T) == pytest.approx(60, abs=0.2)


def test_a_bend_moves_one_end_and_leaves_the_other() -> None:
    whole = sample(np.array(line((0.1, 0.1), (0.5, 0.1), (0.9, 0.1)).points))
    bent = bend(whole, -1, np.array([0.0, 0.05]))
    assert bent.points[-1] == pytest.approx((0.9, 0.15))
    assert bent.points[0] == pytest.approx((0.1, 0.1))
    assert np.diff(bent.points[:, 1]).min() >= 0
