from __future__ import annotations

import math

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, Stroke, polyline
from engine.see import hand

RED = (1.0, 0.0, 0.0, 1.0)


def drawing(*strokes: Stroke) -> Drawing:
    return Drawing(100, 100, strokes)


def test_a_long_line_kept_as_several_strokes_is_one() -> None:
    line = [(float(i), 10.0) for i in range(200)]
    strokes = polyline(line, 2.0)
    assert len(strokes) > 1
    read = hand.read(drawing(*strokes, *polyline([(5.0, 50.0), (5.0, 60.0)], 2.0)))
    assert read is not None
    assert read.strokes == 2
    assert read.ink == pytest.approx((199 + 10) / 199, rel=1e-3)
    assert math.isnan(read.share)


def test_a_line_of_another_colour_begins_anew() -> None:
    (first,), (second,) = polyline([(0, 0), (9, 0)], 2.0), polyline([(9, 0), (9, 9)], 2.0, RED)
    assert len(hand.movements(drawing(first, second))) == 2


def test_what_nobody_sees_is_no_stroke() -> None:
    seen = polyline([(0, 0), (9, 0)], 2.0)
    white = polyline([(0, 5), (9, 5)], 2.0, (1.0, 1.0, 1.0, 1.0))
    clear = polyline([(0, 7), (9, 7)], 2.0, (0.0, 0.0, 0.0, 0.0))
    read = hand.read(drawing(*seen, *white, *clear), 0.5)
    assert read is not None
    assert (read.strokes, read.share) == (1, 0.5)
    assert hand.read(drawing(*white)) is None
    assert hand.read(drawing()) is None


def test_a_dot_has_no_length() -> None:
    read = hand.of_paths([np.array([[3.0, 3.0]])])
    assert (read.strokes, read.ink) == (1, 0.0)
