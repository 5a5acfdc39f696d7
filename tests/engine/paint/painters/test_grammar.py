from __future__ import annotations

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, polyline
from engine.paint.painter import Painter, paint
from engine.paint.painters.grammar import FIGURE, Grammar
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic


@pytest.mark.parametrize(("strokes", "free"), [(1, False), (4, True), (7, False), (9, True)])
def test_a_network_writes_as_many_strokes_as_are_asked_for(strokes: int, free: bool):
    grammar = Grammar(strokes, free)
    assert grammar.pieces.shape == (grammar.size,)
    written = grammar.written(np.random.default_rng(0).standard_normal((5, grammar.size)))
    assert written.points.shape == (5, 4 * strokes, 2)
    assert (written.widths > 0).all()
    drawings = written.drawings(64)
    assert [len(one.strokes) for one in drawings] == [strokes] * 5
    black = all(stroke.colour == (0, 0, 0, 1) for one in drawings for stroke in one.strokes)
    assert black is not free


def test_figures_with_the_same_word_are_alike_and_stand_where_it_says():
    grammar = Grammar(2 * FIGURE, False)
    network = np.random.default_rng(1).standard_normal(grammar.size)
    # Nothing is remembered or said from figure to figure; both words differ by their place alone.
    network[16 : 16 + 12 * 12 + 8 * 12 + 12 * 8] = 0
    network[:8], network[8:16] = 0.3, 0.3
    network[8] = -0.3
    (points,) = grammar.written(network[None]).points.numpy()
    first, second = points[: 4 * FIGURE], points[4 * FIGURE :]
    moved = first - second
    # The lower network reads the place too, so they are alike and not the same.
    assert np.ptp(moved[:, 0]) < 0.5
    assert moved[:, 0].mean() > 0.1


def test_it_goes_on_from_strokes_of_any_kind(tiny_critic: Critic):
    painter = Painter(tiny_critic)
    curve = polyline([(8, 8), (30, 12), (50, 50)], 3)
    start = Drawing(64, 64, (*curve, *polyline([(20, 40), (40, 40)], 2)))
    spec = DrawingSpec(prompt="a cat", painter="grammar", strokes=30, steps=3)
    states = list(paint(painter, painter.begin(spec, start)))
    shown = states[0].drawing.scaled(64)
    assert [stroke.segments for stroke in shown.strokes] == [2, 1]
    off = np.array(shown.strokes[0].points) - np.array(curve[0].points)
    assert np.abs(off).max() < 16
    assert states[-1].final
