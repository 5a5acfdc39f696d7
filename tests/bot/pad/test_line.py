from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pad.line import MAX_PRESSES, SIDE, Line
from bot.pad.operations import EVEN, PENS, PRESSURES, UNIT

numbers = st.integers(0, UNIT)
paths = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=120)


def line(*points: tuple[int, int], pen: int = 1) -> Line:
    drawn = Line(ink=0, pen=pen)
    drawn.reach(points)
    return drawn


presses = st.lists(st.none() | st.integers(0, len(PRESSURES) - 1), min_size=120, max_size=120)


@given(paths, st.integers(1, 40), presses)
@settings(max_examples=60, deadline=None)
def test_a_stroke_that_comes_in_pieces_is_the_same_as_one_that_comes_whole(
    path: list[tuple[int, int]], piece: int, presses: list[int | None]
):
    growing, whole = Line(ink=0, pen=1), Line(ink=0, pen=1)
    for i in range(0, len(path), piece):
        growing.reach(path[i : i + piece], presses[i])
        growing.strokes()
        whole.reach(path[i : i + piece], presses[i])
    assert growing.strokes() == whole.strokes()
    assert growing.length == whole.length == line(*path).length


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


WAVE = [(80 * t, round(5000 + 2000 * math.sin(t / 7))) for t in range(120)]


def test_who_presses_harder_draws_wider():
    pressed = Line(ink=0, pen=1)
    pressed.reach(WAVE[:40], 2)
    pressed.reach(WAVE[40:80], EVEN)
    pressed.reach(WAVE[80:], 9)
    strokes = pressed.strokes()
    width = PENS[1] * SIDE / UNIT
    assert [s.width for s in strokes] == pytest.approx([width * PRESSURES[n] for n in (2, EVEN, 9)])
    for a, b in pairwise(strokes):
        assert a.points[-1] == b.points[0]
    assert pressed.used == line(*WAVE).used


def test_so_many_changes_of_pressure_are_seen_and_no_more():
    pressed = Line(ink=0, pen=1)
    for n, place in enumerate(WAVE):
        pressed.reach([place], n % 2 * 5)
    assert len(pressed.presses) == MAX_PRESSES
    assert len(pressed.strokes()) <= MAX_PRESSES + 1


def test_what_is_rubbed_out_of_a_line_is_gone_and_the_rest_stays():
    straight = line((0, 0), (1000, 0), (5000, 0), (9000, 0))
    straight.trim(((0, 1500), (2250, 3000)))
    left, right = straight.strokes()
    scale = SIDE / UNIT
    assert (left.points[0], left.points[-1]) == ((0, 0), pytest.approx((3000 * scale, 0)))
    assert right.points[0] == pytest.approx((6000 * scale, 0))
    assert right.points[-1] == pytest.approx((9000 * scale, 0))
    assert straight.used == pytest.approx(0.6)
    straight.trim(((0, 3000),))
    assert straight.spans is None
    assert straight.strokes() == line(*straight.points).strokes()
    straight.trim(())
    assert not straight.visible
    assert (straight.used, straight.strokes()) == (0.0, ())


def test_parts_of_a_line_are_as_wide_as_it_was_pressed_there():
    pressed = Line(ink=0, pen=1)
    pressed.reach(WAVE[:40], 2)
    pressed.reach(WAVE[40:], 9)
    pressed.trim(((10_000, 30_000), (50_500, 90_000), (100_000, 110_000)))
    width = PENS[1] * SIDE / UNIT
    assert [s.width / width for s in pressed.strokes()] == pytest.approx([0.64, 1.48, 1.48])


def test_a_line_that_is_drawn_on_shows_what_is_new():
    drawn = line((0, 0), (1000, 0), (2000, 0))
    drawn.trim(((0, 500),))
    drawn.reach([(3000, 0)])
    assert drawn.spans == ((0, 500), (2000, 3000))
    drawn.reach([(4000, 0)])
    assert drawn.spans == ((0, 500), (2000, 4000))
    drawn.trim(((0, 4000),))
    assert drawn.spans is None


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
