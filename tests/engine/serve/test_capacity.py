from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest
from PIL import Image

from engine.canvas.drawing import Drawing, Stroke
from engine.paint.options import Ink
from engine.paint.painter import Painter
from engine.paint.painters.way import Given
from engine.paint.presets import HOUSE
from engine.paint.settling import settle
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from engine.serve.capacity import KNEE, Capacity, _Memory, _worth_more, load_of


def test_a_cpu_has_room_for_what_fits_into_a_second() -> None:
    assert Capacity(0.1, math.inf).room == pytest.approx(10)
    assert Capacity(3.0, math.inf).room == 1.0
    assert Capacity(0.1, 4.0).room == 4.0


def test_an_accelerator_has_room_up_to_its_knee() -> None:
    """More would raise what is painted a second by a tenth at most."""
    capacity = Capacity(0.001, math.inf, flat=0.01)
    assert capacity.room == pytest.approx(90)
    load = capacity.room
    assert load / (0.01 + 0.001 * load) == pytest.approx(KNEE / 0.001)
    assert Capacity(0.001, math.inf, flat=0.9).room == pytest.approx(100)


def test_what_steps_take_moves_the_room() -> None:
    capacity = Capacity(0.1, math.inf)
    moved = [capacity.observe(2.0, 0.4) for _ in range(60)]
    assert any(moved)
    assert capacity.room == pytest.approx(5, rel=0.1)
    accelerator = Capacity(0.001, math.inf, flat=0.05)
    for _ in range(200):
        accelerator.observe(10.0, 0.6)  # ten times as long as it took: .5 s flat, .01 a load
    assert accelerator.room == pytest.approx(50, rel=0.01)


def test_running_out_of_memory_halves_the_room() -> None:
    capacity = Capacity(0.01, math.inf)
    capacity.shrink(40.0)
    assert capacity.room == 20.0


def test_more_drawings_are_tried_while_they_gain() -> None:
    assert _worth_more({1: 0.01, 4: 0.012})
    assert not _worth_more({1: 0.01, 4: 0.039})
    assert not _worth_more({1: 0.6, 4: 0.7})  # a step would be over its second


def test_the_scarcer_memory_counts(tiny_critic: Critic) -> None:
    memory = _Memory(tiny_critic.device)
    memory._free = [100.0, 50.0]
    assert memory.room([1.0, 10.0]) == 2.5
    assert memory.room([0.0, 0.0]) == math.inf


def test_it_is_measured(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic, HOUSE)
    assert Capacity.measure(painter).room >= 1
    assert not painter.paintings
    assert 4 <= painter.views_at_once <= 64


@pytest.mark.parametrize("ink", ["paint", "pen"])
@pytest.mark.parametrize("given", [Given(a, b, c) for a, b, c in product((False, True), repeat=3)])
def test_a_drawing_is_admitted_with_the_load_that_its_steps_have(
    tiny_critic: Critic, ink: Ink, given: Given
) -> None:
    painter, picture = Painter(tiny_critic), Image.new("RGB", (64, 64), "red")
    spec = DrawingSpec(prompt="a house", ink=ink, seeds=1, strokes=3, steps=2)
    start = Drawing(
        64, 64, (Stroke(((8, 8), (20, 30), (40, 30), (50, 50)), 3.0, (0, 0, 0, 1)),) * 3
    )
    painting = painter.begin(
        spec,
        start if given.start else None,
        picture=picture if given.picture else None,
        style_of=picture if given.style else None,
    )
    steps = Capacity(0.1, math.inf).load_now(painting)
    settled = settle(spec, tiny_critic.name, of_picture=given.picture)
    assert load_of(settled, given) == pytest.approx(steps)
    plain = load_of(settled, replace(given, style=False))
    learns = given.style and ink == "paint" and not given.picture
    assert (load_of(settled, given) > 1.1 * plain) == learns
