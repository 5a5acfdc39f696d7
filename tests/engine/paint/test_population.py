from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.canvas.drawing import BLACK, Drawing, polyline
from engine.paint.population import Fitness, Population
from engine.paint.settling import settle
from engine.paint.spec import DrawingSpec
from engine.raster import pack
from engine.see.critic import Critic


def population(*drawings: Drawing) -> Population:
    """Drawings on unit canvases with as many strokes of the same kinds each."""
    points, widths, colours, layout, _ = pack(drawings)
    count = len(drawings)
    segments = layout.segments.reshape(count, -1)[0]
    return Population(
        points.reshape(count, -1, 2),
        widths.reshape(count, -1),
        colours.reshape(count, -1, 4),
        segments,
    )


def house(x: float) -> Drawing:
    lines = [
        *polyline([(x, 0.8), (x, 0.4), (0.8, 0.4)], 0.05),
        *polyline([(x, 0.8), (0.8, 0.8)], 0.05),
    ]
    return Drawing(1, 1, tuple(lines))


def test_a_population_is_its_drawings():
    one, other = population(house(0.2), house(0.3)).drawings(100)
    assert one.strokes[1].points[0] == pytest.approx((20, 80), abs=1e-3)
    assert other.strokes[0].points[0] == pytest.approx((30, 80), abs=1e-3)
    assert [stroke.colour for stroke in one.strokes] == [BLACK, BLACK]
    assert one.strokes[0].width == pytest.approx(5)


def test_fitness_depends_on_the_drawing_and_the_step_alone(tiny_critic: Critic):
    spec = settle(DrawingSpec(prompt="a cat", painter="evolution"), tiny_critic.name)
    target = tiny_critic.encode_text(["a cat"])[0]
    fitness = Fitness(tiny_critic, spec, target)
    two = population(house(0.2), house(0.3))
    worth, likeness = fitness(two, 3, lambda: None)
    assert np.allclose(worth, likeness)  # no rivals are known to this model, nothing is avoided
    alone, _ = fitness(population(house(0.3)), 3, lambda: None)
    assert alone[0] == pytest.approx(worth[1], abs=1e-5)
    other, _ = fitness(two, 4, lambda: None)
    assert not np.allclose(other, worth, atol=1e-6)


def test_what_is_to_be_avoided_lowers_what_a_drawing_is_worth(tiny_critic: Critic):
    target = tiny_critic.encode_text(["a cat"])[0]
    found = []
    for avoid in ((), ("a cat",)):
        spec = settle(
            DrawingSpec(prompt="a cat", painter="evolution", avoid=avoid), tiny_critic.name
        )
        found.append(Fitness(tiny_critic, spec, target)(population(house(0.2)), 0, lambda: None))
    (plain, likeness), (avoiding, same) = found
    assert likeness == pytest.approx(same)
    assert avoiding == pytest.approx(plain - 0.3 * likeness, abs=1e-5)


def test_others_are_let_in_between_passes(tiny_critic: Critic):
    spec = settle(DrawingSpec(prompt="a cat", painter="evolution"), tiny_critic.name)
    fitness = Fitness(tiny_critic, spec, tiny_critic.encode_text(["a cat"])[0])
    pauses: list[int] = []
    many = population(*[house(0.1 + n / 200) for n in range(65)])
    worth, _ = fitness(many, 0, lambda: pauses.append(1))
    assert len(pauses) == 2
    assert torch.tensor(worth).isfinite().all()
