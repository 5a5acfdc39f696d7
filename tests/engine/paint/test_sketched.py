"""Drawings that begin with a sketch, by the model that ships."""

from __future__ import annotations

import pytest
import torch

from engine.canvas.drawing import BLACK, Drawing
from engine.paint.begin import outlines, things
from engine.paint.painter import Painter, paint
from engine.paint.painting import Painting, State
from engine.paint.settling import settle
from engine.paint.sketch.sketches import sketches
from engine.paint.spec import DrawingSpec
from engine.see import critic
from engine.see.critic import POCKET, Critic


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load(POCKET, device="cpu")


@pytest.fixture(scope="module")
def painter(pocket: Critic) -> Painter:
    return Painter(pocket)


def spec(prompt: str = "a cat", **fields: object) -> DrawingSpec:
    defaults = {"strokes": 12, "steps": 3, "ink": "pen"}
    return DrawingSpec.model_validate({"prompt": prompt, **defaults, **fields})


def starts(painting: Painting) -> list[Drawing]:
    return [restart.drawing(painting.side) for restart in painting.restarts]


def finished(painter: Painter, painting: Painting) -> State:
    *_, last = paint(painter, painting)
    return last


def test_sketches_are_lines_within_the_canvas(pocket: Critic) -> None:
    for drawing in sketches(pocket, "a house", 12, seed=1, count=4):
        assert 1 <= len(drawing.strokes) <= 12
        assert {stroke.colour for stroke in drawing.strokes} == {BLACK}
        assert all(1 <= stroke.segments <= 3 for stroke in drawing.strokes)
        flat = [v for s in drawing.strokes for point in s.points for v in point]
        assert min(flat) > -0.1 * drawing.width
        assert max(flat) < 1.1 * drawing.width


def test_a_sketch_depends_on_its_place_and_not_on_how_many_there_are(pocket: Critic) -> None:
    (alone,) = sketches(pocket, "a house", 12, seed=1, count=1)
    first, second = sketches(pocket, "a house", 12, seed=1, count=2)
    apart = [
        abs(a - b)
        for one, other in zip(alone.strokes, first.strokes, strict=True)
        for p, q in zip(one.points, other.points, strict=True)
        for a, b in zip(p, q, strict=True)
    ]
    assert max(apart) < 0.1
    assert first != second


def test_sketches_let_what_cannot_wait_go_first(pocket: Critic) -> None:
    waited: list[int] = []
    sketches(pocket, "a house", 4, seed=1, count=1, pause=lambda: waited.append(1))
    assert len(waited) > 2


def test_the_same_seed_begins_alike_and_another_with_something_else(painter: Painter) -> None:
    one = starts(painter.begin(spec(seed=3)))
    assert one == starts(painter.begin(spec(seed=3)))
    assert one != starts(painter.begin(spec(seed=4)))


def test_each_attempt_begins_with_a_sketch_of_its_own(painter: Painter) -> None:
    first, second = starts(painter.begin(spec(seeds=2)))
    assert first != second


def test_there_is_a_picture_before_sketches_are_compared(painter: Painter) -> None:
    first = painter.glimpse(spec(seed=3))
    assert first
    assert (first.step, first.steps, first.final) == (0, 3, False)
    assert first.drawing.strokes
    assert painter.glimpse(spec(begin="scribbles")) is None


def test_a_few_steps_move_the_lines_and_not_the_pen(painter: Painter) -> None:
    painting = painter.begin(spec(seeds=1, steps=4))
    (start,) = starts(painting)
    painter.add(painting)
    while not painting.done:
        painter.step()
    after = painting.drawing()
    assert [s.width for s in after.strokes] == pytest.approx([s.width for s in start.strokes])
    assert [s.points for s in after.strokes] != [s.points for s in start.strokes]
    moved = [
        max(
            abs(a - b)
            for p, q in zip(s.points, t.points, strict=True)
            for a, b in zip(p, q, strict=True)
        )
        for s, t in zip(start.strokes, after.strokes, strict=True)
    ]
    assert max(moved) < 0.1 * painting.side


@pytest.mark.parametrize("strokes", [1, 2, 5, 24])
@pytest.mark.parametrize("ink", ["pen", "marker"])
def test_a_drawing_has_no_more_strokes_than_asked_for(
    painter: Painter, ink: str, strokes: int
) -> None:
    last = finished(painter, painter.begin(spec(ink=ink, strokes=strokes, steps=1)))
    assert 1 <= len(last.drawing.strokes) <= strokes


def test_two_things_are_drawn_each_in_its_place(painter: Painter) -> None:
    painting = painter.begin(spec("a cat on a bicycle", strokes=20, seeds=1))
    assert [part.thing.text for part in painting.parts] == ["a cat", "a bicycle"]
    assert not torch.equal(painting.parts[0].target, painting.parts[1].target)
    last = finished(painter, painting)
    assert len(last.drawing.strokes) <= 20
    middle = last.drawing.width / 2
    ys = [sum(y for _, y in s.points) / len(s.points) for s in last.drawing.strokes]
    assert min(ys) < middle < max(ys)
    assert last.known


def test_what_is_no_thing_is_not_torn_apart(painter: Painter) -> None:
    painting = painter.begin(spec("a qwzx on a vbnm", seeds=1))
    assert len(painting.parts) == 1


@pytest.mark.parametrize("prompt", ["a brown and red owl", "a green and blue kite"])
def test_two_colours_are_no_two_things(pocket: Critic, prompt: str) -> None:
    assert [thing.text for thing in things(pocket, prompt)] == [prompt]


@pytest.mark.parametrize(
    ("prompt", "text"),
    [("a tall owl", "a owl"), ("a tall brown owl", "a brown owl"), ("a tall qwzx", "a tall qwzx")],
)
def test_a_size_that_the_model_never_learned_is_left_out(
    pocket: Critic, prompt: str, text: str
) -> None:
    assert [thing.text for thing in things(pocket, prompt)] == [text]


@pytest.mark.parametrize(("prompt", "known"), [("a cat", True), ("qwzx vbnm", False)])
def test_it_says_what_the_model_has_never_learned(
    painter: Painter, prompt: str, known: bool
) -> None:
    assert painter.begin(spec(prompt, seeds=1)).known is known


def test_a_markers_strokes_are_shared_between_lines_and_colour() -> None:
    settled = settle(spec(ink="marker", strokes=16), POCKET)
    assert outlines(settled) == 12
    assert outlines(settle(spec(ink="pen", strokes=16), POCKET)) == 16
    assert outlines(settle(spec(ink="marker", strokes=1), POCKET)) == 1


def test_going_on_from_a_coloured_drawing_goes_on_from_its_lines(painter: Painter) -> None:
    coloured = finished(painter, painter.begin(spec(ink="marker", strokes=16)))
    assert coloured.fillings
    painting = painter.begin(spec(ink="marker", strokes=24), start=coloured.drawing)
    begun = starts(painting)[0].strokes
    assert len(begun) == len(coloured.drawing.strokes) - coloured.fillings
    assert {stroke.colour for stroke in begun} == {BLACK}


def test_towards_a_vector_nothing_is_sketched_of_the_title(painter: Painter) -> None:
    target = painter.critic.encode_text(["a snake"])[0]
    one, other = (
        painter.begin(spec(title, seeds=1, seed=4), target=target)
        for title in ("a cat", "a cat on a bicycle")
    )
    assert starts(one) == starts(other)
    assert one.preset.patience == painter.preset.patience
    assert starts(one) != starts(painter.begin(spec(seeds=1, seed=4)))


def test_the_jury_takes_the_better_of_two_and_it_goes_on_alone(painter: Painter) -> None:
    painting = painter.begin(spec(seeds=2, steps=4))
    drawings = starts(painting)
    (part,) = painting.parts
    painter.add(painting)
    for _ in range(2):
        painter.step()
    (left,) = part.restarts
    assert left.number in range(len(drawings))
    while not painting.done:
        painter.step()
    assert painter.finish(painting).final
