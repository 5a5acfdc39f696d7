from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.cpu_parallel import parts
from engine.paint.finishing import FAINT_LOSS
from engine.paint.painter import Painter, paint
from engine.paint.painting import Painting, State
from engine.paint.presets import HOUSE, NOTEBOOK, Preset
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic

QUICK = replace(HOUSE, views=2)


@pytest.fixture
def painter(tiny_critic: Critic) -> Painter:
    return Painter(tiny_critic, QUICK)


def spec(**fields: object) -> DrawingSpec:
    defaults = {"prompt": "a cat", "strokes": 8, "steps": 12, "seeds": 1}
    return DrawingSpec.model_validate({**defaults, **fields})


def all_states(painter: Painter, painting: Painting) -> list[State]:
    return list(paint(painter, painting))


def test_the_same_seed_draws_the_same_drawing(painter: Painter) -> None:
    one = all_states(painter, painter.begin(spec(seed=3)))
    two = all_states(painter, painter.begin(spec(seed=3)))
    assert [s.drawing for s in one] == [s.drawing for s in two]


def test_another_seed_draws_another(painter: Painter) -> None:
    one = all_states(painter, painter.begin(spec(seed=3)))[-1]
    two = all_states(painter, painter.begin(spec(seed=4)))[-1]
    assert one.drawing != two.drawing


def test_painting_raises_the_score(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, replace(QUICK, views=4))
    painting = painter.begin(spec(steps=60))
    before = painter.judge([painting.drawing()], painting.parts[0].target)[0]
    after = all_states(painter, painting)[-1].score
    assert after > before + 0.02


def test_there_is_a_state_for_every_step_and_the_last_is_final(painter: Painter) -> None:
    states = all_states(painter, painter.begin(spec(steps=5)))
    assert [s.step for s in states] == [0, 1, 2, 3, 4, 5]
    assert [s.final for s in states] == [False] * 5 + [True]


def test_whoever_watches_may_stop(painter: Painter) -> None:
    states: Iterator[State] = paint(painter, painter.begin(spec()))
    next(states)
    kept = next(states)
    states.close()  # type: ignore[attr-defined]
    assert painter.paintings == []
    assert len(kept.drawing.strokes) == 8


@pytest.mark.parametrize("preset", [HOUSE, NOTEBOOK])
def test_a_pen_stays_black_and_opaque(tiny_critic: Critic, preset: Preset) -> None:
    painter = Painter(tiny_critic, replace(preset, views=2))
    last = all_states(painter, painter.begin(spec(ink="pen")))[-1]
    assert {stroke.colour for stroke in last.drawing.strokes} == {(0.0, 0.0, 0.0, 1.0)}


def test_widths_and_points_keep_their_bounds(painter: Painter) -> None:
    last = all_states(painter, painter.begin(spec(steps=30)))[-1]
    low, high = (bound * 32 for bound in QUICK.widths)
    for stroke in last.drawing.strokes:
        assert low - 1e-4 <= stroke.width <= high + 1e-4
        for x, y in stroke.points:
            assert min(x, y) >= 0.08 * 32 - 1e-3
            assert max(x, y) <= 0.92 * 32 + 1e-3


def test_a_drawing_does_not_depend_on_who_is_painted_beside_it(painter: Painter) -> None:
    alone = painter.begin(spec(seed=1))
    painter.add(alone)
    painter.step()
    shared = painter.begin(spec(seed=1))
    other = painter.begin(spec(seed=9, strokes=20, ink="pen", prompt="a dog", avoid=("tree",)))
    crowd = Painter(painter.critic, QUICK)
    crowd.add(other)
    crowd.add(shared)
    crowd.step()
    assert torch.equal(alone.parts[0].best.views, shared.parts[0].best.views)
    difference = (
        (alone.parts[0].best.strokes.points - shared.parts[0].best.strokes.points).abs().max()
    )
    assert difference <= 1e-4


def test_works_join_and_leave_between_steps(painter: Painter) -> None:
    early, late = painter.begin(spec(steps=3)), painter.begin(spec(steps=3, seed=5))
    painter.add(early)
    painter.step()
    painter.add(late)
    painter.step()
    painter.step()
    assert (early.done, late.done) == (True, False)
    assert painter.paintings == [late]
    painter.remove(late)
    painter.step()
    assert late.step == 2


def test_only_the_most_promising_beginning_is_finished(painter: Painter) -> None:
    painting = painter.begin(spec(seeds=3, steps=10))
    painter.add(painting)
    assert len(painting.restarts) == 3
    while not painting.done:
        painter.step()
    assert len(painting.restarts) == 1


def test_faint_strokes_are_left_out_and_the_score_hardly_changes(painter: Painter) -> None:
    bold = Stroke(((4, 4), (10, 20), (20, 10), (28, 28)), 4.0, (0.1, 0.1, 0.5, 1.0))
    faint = Stroke(((4, 28), (10, 20), (20, 10), (28, 4)), 2.0, (0.9, 0.9, 0.9, 0.02))
    painting = painter.begin(spec(), start=Drawing(32, 32, (bold, *[faint] * 7)))
    (before,) = painter.judge([painting.drawing()], painting.parts[0].target)
    last = painter.finish(painting)
    assert len(last.drawing.strokes) < 8
    assert max(stroke.colour[3] for stroke in last.drawing.strokes) == pytest.approx(1.0)
    assert last.score >= before - FAINT_LOSS
    (again,) = painter.judge([last.drawing], painting.parts[0].target)
    assert last.score == pytest.approx(again, abs=1e-5)


def test_a_warm_start_begins_with_the_strokes_given(painter: Painter) -> None:
    stroke = Stroke(((10, 10), (50, 20), (60, 70), (90, 90)), 8.0, (0.2, 0.4, 0.6, 0.5))
    painting = painter.begin(spec(), start=Drawing(100, 100, (stroke,)))
    (first,) = next(iter(paint(painter, painting))).drawing.strokes
    for (x0, y0), point in zip(stroke.points, first.points, strict=True):
        assert point == pytest.approx((x0 * 0.32, y0 * 0.32))
    assert first.width == pytest.approx(8 * 0.32)


def test_a_picture_can_be_the_target(painter: Painter) -> None:
    target = painter.critic.encode_images(torch.rand(1, 3, 32, 32))[0]
    painting = painter.begin(spec(steps=40), target=target)
    before = painter.judge([painting.drawing()], target)[0]
    assert all_states(painter, painting)[-1].score > before


def test_avoiding_lowers_the_likeness_to_what_is_avoided(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, replace(QUICK, views=4))
    avoid = tiny_critic.encode_text(["a dog"])[0]
    # Towards something that has nothing to do with it, so that the two do not pull together.
    other = torch.randn(32, generator=torch.Generator().manual_seed(2))
    other = other - (other @ avoid) * avoid
    other = other / other.norm()
    plain, averse = (
        all_states(painter, painter.begin(spec(steps=60, avoid=texts), target=other))[-1]
        for texts in ((), ("a dog",))
    )
    liked, disliked = painter.judge([plain.drawing, averse.drawing], avoid)
    assert disliked < liked


def test_without_augmentation_the_drawing_itself_is_judged(painter: Painter) -> None:
    painting = painter.begin(spec(augment=False))
    assert painting.parts[0].best.views.shape == (1, 1, 3, 3)
    assert torch.equal(painting.parts[0].best.views[0, 0], torch.eye(3))


def test_the_notebooks_beginning_is_the_notebooks(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, NOTEBOOK)
    drawing = painter.begin(spec(strokes=200)).drawing()
    assert {stroke.segments for stroke in drawing.strokes} == {1, 2, 3}
    for stroke in drawing.strokes:
        steps = zip(stroke.points, stroke.points[1:], strict=False)
        assert all(abs(x1 - x0) <= 0.05 * 32 + 1e-4 for (x0, _), (x1, _) in steps)
        assert stroke.width == pytest.approx(2 / 224 * 32, rel=1e-5)


def test_views_are_cut_into_parts_alike_in_size() -> None:
    assert parts(0, 5, 2) == [slice(0, 2), slice(2, 5)]
    assert parts(8, 40, 2) == [slice(8, 24), slice(24, 40)]
    assert parts(0, 3, 4) == [slice(0, 3)]
    assert parts(0, 5, 1) == [slice(0, 5)]


def test_a_step_on_two_threads_is_the_step_on_one(tiny_critic: Critic) -> None:
    drawings = []
    threads = torch.get_num_threads()
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            painter = Painter(tiny_critic)
            specs = [DrawingSpec(prompt=p, strokes=4, steps=9, seed=1) for p in ("a cat", "a key")]
            paintings = [painter.begin(spec) for spec in specs]
            for painting in paintings:
                painter.add(painting)
            painter.step()
            drawings.append([painting.drawing() for painting in paintings])
            assert set(painter.stopwatch.seconds) >= {"critic forward", "critic backward"}
    finally:
        torch.set_num_threads(threads)
    for alone, shared in zip(*drawings, strict=True):
        for a, b in zip(alone.strokes, shared.strokes, strict=True):
            assert np.allclose(a.points, b.points, atol=1e-4 * alone.width / painter.side)
