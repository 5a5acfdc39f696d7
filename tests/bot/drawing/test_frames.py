from __future__ import annotations

from bot.drawing.frames import coloured_in
from engine.canvas.drawing import Drawing, polyline

FILLING = polyline([(1, 1), (9, 9)], 5, (1.0, 0.0, 0.0, 1.0))[0]
OUTLINE = polyline([(1, 9), (9, 1)], 1)[0]


def test_colour_comes_last_and_beneath():
    frames = coloured_in(Drawing(10, 10, (FILLING,) * 8 + (OUTLINE,) * 2), 8)
    assert [len(frame.strokes) for frame in frames] == [2, 4, 6, 8]
    assert all(frame.strokes[-2:] == (OUTLINE,) * 2 for frame in frames)


def test_what_is_not_coloured_in_has_no_such_frames():
    assert coloured_in(Drawing(10, 10, (OUTLINE,) * 2), 0) == []
    assert coloured_in(Drawing(10, 10, (FILLING,)), 1) == []


def test_few_fillings_make_few_frames():
    frames = coloured_in(Drawing(10, 10, (FILLING, OUTLINE)), 1)
    assert [len(frame.strokes) for frame in frames] == [1]
