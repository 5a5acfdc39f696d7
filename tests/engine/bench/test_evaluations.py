from __future__ import annotations

import pytest

from engine.bench.evaluations import FIRST, Mark, curve, followed
from engine.paint.painter import Painter
from engine.paint.spec import DrawingSpec
from engine.see.critic import load


def mark(seen: int, opinion: float) -> Mark:
    return Mark(seen, 0.0, 0.0, opinion)


def test_a_curve_has_the_newest_opinion_at_each_doubling():
    long = [mark(FIRST, 0.2), mark(2 * FIRST + 3, 0.4), mark(4 * FIRST, 0.8)]
    short = [mark(FIRST - 1, 0.6)]
    assert curve([long]) == [0.2, 0.2, 0.8]
    assert curve([long, short]) == pytest.approx([0.4, 0.4, 0.7])


def test_a_drawing_is_looked_at_when_the_pictures_have_doubled_and_at_its_end():
    painter = Painter(load("pocket"))
    spec = DrawingSpec(
        prompt="apple", painter="evolution", steps=5, strokes=4, ink="pen", begin="scribbles"
    )
    marks, drawing = followed(painter, spec)
    seen = [one.seen for one in marks]
    assert seen[:3] == [64, 128, 256]
    assert len(marks) == 4
    assert seen[3] > 320  # the last one is scored
    assert drawing.strokes
    seconds = [one.seconds for one in marks]
    assert seconds == sorted(seconds)
    assert 0 < marks[-1].opinion < 1
