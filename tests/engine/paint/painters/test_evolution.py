from __future__ import annotations

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, polyline
from engine.paint.painter import Painter, paint
from engine.paint.painters.evolution import Evolution
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic, load


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return load("pocket")


@pytest.mark.paints
def test_it_comes_to_look_like_the_prompt_without_a_gradient(
    pocket: Critic, monkeypatch: pytest.MonkeyPatch
):
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a gradient was asked for")

    monkeypatch.setattr("torch.autograd.grad", never)
    monkeypatch.setattr("torch.Tensor.backward", never)
    painter = Painter(pocket)
    target = pocket.encode_text(["apple"])[0]
    spec = DrawingSpec(prompt="apple", painter="evolution", strokes=12, steps=25, ink="pen")
    states = list(paint(painter, painter.begin(spec)))
    before, after = painter.judge([states[0].drawing, states[-1].drawing], target)
    assert after > before + 0.1
    assert all(stroke.colour[:3] == (0, 0, 0) for stroke in states[-1].drawing.strokes)


def test_it_begins_with_a_sketch_where_one_is_asked_for(pocket: Critic):
    painter = Painter(pocket)
    spec = DrawingSpec(prompt="a cat", painter="evolution", begin="sketch", strokes=16, steps=2)
    sketched, scribbled = (
        painter.begin(one) for one in (spec, spec.model_copy(update={"begin": "scribbles"}))
    )
    target = pocket.encode_text(["a cat"])[0]
    opinions = [painter.jury.opinion(one.state().drawing, target) for one in (sketched, scribbled)]
    assert opinions[0] > opinions[1]


@pytest.mark.parametrize("ink", ["pen", "paint", "marker"])
def test_each_ink_moves_what_is_free_in_it(tiny_critic: Critic, ink: str):
    painter = Painter(tiny_critic)
    start = Drawing(64, 64, tuple(polyline([(8, 8), (50, 50)], 3, (0.5, 0.2, 0.2, 0.8))))
    spec = DrawingSpec.model_validate(
        {"prompt": "a cat", "painter": "evolution", "steps": 2, "ink": ink}
    )
    work = painter.begin(spec, start)
    assert isinstance(work, Evolution)
    began = work.drawing().strokes[0]
    painter.add(work)
    while not work.done:
        painter.step()
    (now,) = work.drawing().strokes
    free = ink == "paint"
    assert np.abs(np.array(now.points) - np.array(began.points)).max() > 1e-3
    assert (now.colour != began.colour) is free
    assert (now.width != began.width) is free
