from __future__ import annotations

from collections.abc import Sequence

from engine.canvas.drawing import Drawing, polyline
from engine.paint.reveal import MOST, reveal_order, weighed


def test_what_tells_most_comes_last():
    assert reveal_order([0.3, 0.1, 0.2]) == (1, 2, 0)


def test_what_is_outlined_comes_before_what_colours_it_in():
    assert reveal_order([0.9, -0.1, 0.5, 0.0], fillings=2) == (3, 2, 1, 0)


def lines(*widths: float) -> Drawing:
    return Drawing(9, 9, tuple(polyline([(1, 1), (8, 8)], width)[0] for width in widths))


def by_width(drawings: Sequence[Drawing]) -> list[float]:
    return [sum(stroke.width for stroke in drawing.strokes) for drawing in drawings]


def test_a_stroke_tells_as_much_as_the_drawing_loses_without_it():
    assert weighed(lines(3, 1, 2), by_width) == (1, 2, 0)
    assert weighed(lines(3, 1, 2), by_width, fillings=1) == (1, 2, 0)
    assert weighed(lines(1, 3, 2), by_width, fillings=1) == (2, 1, 0)
    assert weighed(lines(), by_width) == ()


def test_too_many_strokes_are_not_weighed():
    assert weighed(lines(*[1] * (MOST + 1)), by_width) == ()
