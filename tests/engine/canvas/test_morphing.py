"""Strokes of one drawing on their way to another's."""

from __future__ import annotations

from engine.canvas.drawing import Drawing, Stroke, polyline
from engine.canvas.morphing import between, paired

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


def line(x: float, y: float, colour: tuple[float, float, float, float], pieces: int = 1) -> Stroke:
    path = [(x + 20 * i / pieces, y) for i in range(pieces + 1)]
    return polyline(path, 2.0, colour)[0]


def test_strokes_become_the_nearest_ones_whatever_their_order() -> None:
    first = Drawing(100, 100, (line(10, 10, RED), line(10, 90, BLUE)))
    last = Drawing(100, 100, (line(70, 90, BLUE, 3), line(70, 10, RED)))
    pairs = paired(first, last)
    assert {(pair.first.points[0][1], pair.last.points[0][1]) for pair in pairs} == {
        (10.0, 10.0),
        (90.0, 90.0),
    }
    half = between(pairs, first, last, 0.5)
    assert sorted(stroke.points[0] for stroke in half.strokes) == [(40.0, 10.0), (40.0, 90.0)]
    assert {stroke.segments for stroke in half.strokes} == {1, 3}


def test_a_way_begins_and_ends_with_the_drawings_themselves() -> None:
    first = Drawing(100, 100, (line(10, 10, RED), line(10, 50, RED), line(10, 90, RED)))
    last = Drawing(100, 100, (line(70, 50, BLUE),), background=(0.0, 0.0, 0.0))
    pairs = paired(first, last)
    assert len(pairs) == 3
    begun, ended = (between(pairs, first, last, share) for share in (0.0, 1.0))
    assert set(begun.strokes) == set(first.strokes)
    assert [stroke for stroke in ended.strokes if stroke.colour[3] > 0] == list(last.strokes)
    assert ended.background == (0.0, 0.0, 0.0)


def test_a_stroke_is_not_turned_about_on_its_way() -> None:
    there = line(10, 10, RED)
    back = Stroke(there.points[::-1], 2.0, RED)
    (pair,) = paired(Drawing(100, 100, (there,)), Drawing(100, 100, (back,)))
    assert pair.at(0.5).points == there.points
