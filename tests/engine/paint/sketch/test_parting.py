from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.canvas.drawing import BLACK, Drawing, Stroke
from engine.paint.choosing import best_sketches
from engine.paint.painter import Painter
from engine.paint.sketch.parting import AIR, alone, parted
from engine.paint.sketch.scene import composed, scene
from engine.paint.spec import DrawingSpec
from engine.see import critic
from engine.see.critic import Critic


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def _line(x: float, y: float, long: float = 20.0) -> Stroke:
    points = tuple((x + long * t, y + long * t) for t in (0.0, 1 / 3, 2 / 3, 1.0))
    return Stroke(points, 3.0, BLACK)


def _counts(wanted: dict[str, int]):
    """What sees in each drawing how near its number of strokes is to that of the thing."""

    def worth(text: str, drawings: Sequence[Drawing]) -> list[float]:
        return [-abs(len(drawing.strokes) - wanted[text]) for drawing in drawings]

    return worth


def test_strokes_are_parted_where_each_thing_is_seen_best():
    drawing = Drawing(100, 100, tuple(_line(5 * i, 40) for i in range(9)))
    found = parted(drawing, scene("a bird beside a tree"), _counts({"a bird": 2, "a tree": 7}))
    assert [(thing.text, len(part.strokes)) for thing, part in found] == [
        ("a bird", 2), ("a tree", 7),
    ]  # fmt: skip


def test_what_lies_in_a_higher_layer_was_drawn_later():
    drawing = Drawing(100, 100, tuple(_line(5 * i, 40) for i in range(9)))
    found = parted(drawing, scene("a cat on a chair"), _counts({"a cat": 2, "a chair": 7}))
    assert [len(part.strokes) for _, part in found] == [2, 7]
    # The chair is the lower layer: its seven strokes are the first.
    first = found[1][1]
    assert first == alone(replace(drawing, strokes=drawing.strokes[:7]))


def test_more_than_two_things():
    drawing = Drawing(100, 100, tuple(_line(5 * i, 40) for i in range(7)))
    found = parted(drawing, scene("three fish"), _counts({"fish": 2}))
    assert sorted(len(part.strokes) for _, part in found) == [2, 2, 3]


def test_a_start_with_too_few_strokes_is_one_thing(pocket: Critic):
    spec = DrawingSpec(prompt="a cat on a chair", strokes=8, steps=2)
    (part,) = Painter(pocket).begin(spec, Drawing(100, 100, (_line(10, 10),))).parts
    assert part.thing.text == "a cat on a chair"


def test_a_thing_alone_fills_the_canvas_but_for_the_air():
    (stroke,) = alone(Drawing(100, 100, (_line(10, 60),))).strokes
    assert np.array(stroke.points).min(0) == pytest.approx([100 * AIR, 100 * AIR])
    assert np.array(stroke.points).max(0) == pytest.approx([100 * (1 - AIR)] * 2)
    assert stroke.width == 3.0


def test_parted_and_put_together_everything_is_where_it_was():
    drawing = Drawing(100, 100, (_line(12, 60), _line(20, 62), _line(60, 15), _line(55, 18)))
    found = parted(drawing, scene("a cat under a tree"), _counts({"a cat": 2, "a tree": 2}))
    again = composed([part for _, part in found], [thing.place for thing, _ in found], 100)
    for before, after in zip(drawing.strokes, again.strokes, strict=True):
        shape = np.diff(np.array(after.points), axis=0)
        # A part is put together in whole pixels.
        assert shape == pytest.approx(np.diff(np.array(before.points), axis=0), rel=0.02)


def test_a_picked_sketch_of_two_things_stays_two_things(pocket: Critic):
    (sketch,) = best_sketches(pocket, "a house with a sun", 16, 0, 1)
    painting = Painter(pocket).begin(
        DrawingSpec(prompt="a house with a sun", strokes=16, steps=2), sketch
    )
    house, sun = painting.parts
    assert (house.thing.text, sun.thing.text) == ("a house", "a sun")
    assert house.thing.place
    assert sun.thing.place
    # As in the sketch, the sun is the smaller one, above and to the right.
    assert sun.thing.place.side < house.thing.place.side
    assert sun.thing.place.x > house.thing.place.x
    assert sun.thing.place.y < house.thing.place.y
    strokes = sum(len(restart.drawing(painting.side).strokes) for restart in painting.restarts)
    assert strokes == len(sketch.strokes)
