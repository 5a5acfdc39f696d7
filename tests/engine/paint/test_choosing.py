from __future__ import annotations

import pytest

from engine.paint.choosing import best_sketches
from engine.paint.painter import Painter
from engine.paint.presets import REFINE
from engine.paint.spec import DrawingSpec
from engine.see import critic
from engine.see.critic import Critic


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def test_fewer_are_the_best_of_more(pocket: Critic):
    four = best_sketches(pocket, "a cat", 8, 3, 4)
    assert len({drawing.to_json() for drawing in four}) == 4
    assert best_sketches(pocket, "a cat", 8, 3, 2) == four[:2]
    assert best_sketches(pocket, "a cat", 8, 4, 1) != four[:1]
    assert all(1 <= len(drawing.strokes) <= 8 for drawing in four)


def test_one_that_was_picked_is_refined_and_not_painted_anew(pocket: Critic):
    (sketch,) = best_sketches(pocket, "a cat", 8, 3, 1)
    painter = Painter(pocket)
    painting = painter.begin(DrawingSpec(prompt="a cat", strokes=8, steps=2), sketch)
    assert painting.preset is REFINE
    assert len(painting.drawing().strokes) == len(sketch.strokes)
