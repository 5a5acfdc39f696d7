from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.checkpoint import resume, save
from engine.paint.painter import Painter
from engine.paint.painting import Painting, State
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from tests.engine.serve.serving import QUICK

LINE = Drawing(64, 64, (Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 4.0, (0, 0, 0, 1)),))


def spec(**fields: Any) -> DrawingSpec:
    return DrawingSpec(**{"prompt": "a cat", "strokes": 6, "steps": 30, "seeds": 3, **fields})


def paint(painter: Painter, painting: Painting, steps: int = 10_000) -> State:
    """The painting's last state, or that after so many steps more."""
    painter.add(painting)
    for _ in range(steps):
        if painting.done:
            return painter.finish(painting)
        painter.step()
    painter.remove(painting)
    return painting.state()


def assert_same(one: State, other: State) -> None:
    assert (one.step, one.steps) == (other.step, other.steps)
    assert one.score == pytest.approx(other.score, abs=1e-5)
    assert len(one.drawing.strokes) == len(other.drawing.strokes)
    for a, b in zip(one.drawing.strokes, other.drawing.strokes, strict=True):
        assert a.width == pytest.approx(b.width, abs=1e-4)
        assert a.colour == pytest.approx(b.colour, abs=1e-5)
        for p, q in zip(a.points, b.points, strict=True):
            assert p == pytest.approx(q, abs=1e-4)


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({}, None),
        ({"ink": "pen", "avoid": ("a dog",), "seed": 4}, None),
        ({"augment": False}, None),
        ({"strokes": 1}, LINE),
    ],
)
@pytest.mark.parametrize("step", [0, 3, 6, 7, 20])  # the trial of three beginnings ends after 6
def test_a_work_that_moves_is_painted_as_if_it_had_stayed(
    tiny_critic: Critic, fields: dict[str, Any], start: Drawing | None, step: int
) -> None:
    here, there = Painter(tiny_critic, QUICK), Painter(tiny_critic, QUICK)
    stayed = paint(here, here.begin(spec(**fields), start))
    left = here.begin(spec(**fields), start)
    paint(here, left, step)
    saved = pickle.loads(pickle.dumps(save(left)))  # noqa: S301  our own
    arrived = there.begin(spec(**fields), start)
    resume(arrived, saved)
    assert_same(arrived.state(), left.state())
    assert_same(paint(there, arrived), stayed)


def test_a_work_that_moves_gives_up_when_it_would_have(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, replace(QUICK, patience=5))
    stayed = paint(painter, painter.begin(spec(steps=400)))
    assert stayed.steps < 400
    left, arrived = (painter.begin(spec(steps=400)) for _ in range(2))
    paint(painter, left, stayed.step - 2)
    resume(arrived, save(left))
    assert paint(painter, arrived).step == stayed.step


def test_what_was_saved_stays_when_the_work_goes_on(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, QUICK)
    painting, again = (painter.begin(spec()) for _ in range(2))
    then = paint(painter, painting, 8)
    saved = save(painting)
    paint(painter, painting, 5)
    resume(again, saved)
    assert_same(again.state(), then)


def test_a_checkpoint_is_small(tiny_critic: Critic) -> None:
    painting = Painter(tiny_critic).begin(spec(strokes=32, steps=250, seeds=1))
    assert len(pickle.dumps(save(painting))) < 8_000


@pytest.mark.parametrize("other", [{"strokes": 5}, {"seeds": 1}])
def test_a_checkpoint_of_another_commission_is_refused(
    tiny_critic: Critic, other: dict[str, Any]
) -> None:
    painter = Painter(tiny_critic, QUICK)
    with pytest.raises(ValueError, match="saved from a spec with"):
        resume(painter.begin(spec(**other)), save(painter.begin(spec())))


def test_a_checkpoint_for_another_canvas_is_refused(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, QUICK)
    saved = replace(save(painter.begin(spec())), side=224)
    with pytest.raises(ValueError, match="224 px wide"):
        resume(painter.begin(spec()), saved)
