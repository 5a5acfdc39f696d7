from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from engine.canvas.drawing import WHITE, Drawing, Stroke
from engine.canvas.render import to_image
from engine.paint import checkpoint
from engine.paint.losses import Pixels
from engine.paint.options import INKS, Ink
from engine.paint.painter import Painter, paint
from engine.paint.painting import Goal, Painting, State
from engine.paint.picture.picture_painting import _without_unseen
from engine.paint.settling import settle
from engine.paint.spec import DrawingSpec
from engine.raster import pack, rasterise
from engine.see.critic import POCKET, Critic
from tests.engine.paint.picture.test_trace_picture import ball, is_red, overlap, sunset


@pytest.fixture
def painter(tiny_critic: Critic) -> Painter:
    return Painter(tiny_critic)


def spec(ink: Ink = "paint", **fields: object) -> DrawingSpec:
    defaults = {"prompt": "a picture", "strokes": 12, "steps": 20, "seed": 1, "ink": ink}
    return DrawingSpec.model_validate({**defaults, **fields})


def states(painter: Painter, picture: Image.Image, **fields: object) -> list[State]:
    return list(paint(painter, painter.begin(spec(**fields), picture=picture)))  # type: ignore[arg-type]


def shown(drawing: Drawing, side: int = 64) -> np.ndarray:
    return np.asarray(to_image(drawing, side), np.float64) / 255


def away(picture: Image.Image, drawing: Drawing) -> float:
    """Mean squared difference, both of one shape."""
    image = to_image(drawing, 64)
    pixels = np.asarray(picture.resize(image.size, Image.Resampling.BOX), np.float64) / 255
    return float(np.square(np.asarray(image) / 255 - pixels).mean())


def test_a_sunset_is_painted_orange_above_blue_in_its_own_proportions(painter: Painter) -> None:
    first, *_, last = states(painter, sunset(320, 200))
    assert last.drawing.width / last.drawing.height == pytest.approx(1.6, abs=0.03)
    pixels = shown(last.drawing)
    above, below = pixels[:20].mean((0, 1)), pixels[28:].mean((0, 1))
    assert above == pytest.approx([1.0, 0.55, 0.16], abs=0.08)
    assert below == pytest.approx([0.1, 0.2, 0.43], abs=0.08)
    assert away(sunset(320, 200), last.drawing) < away(sunset(320, 200), first.drawing)


@pytest.mark.parametrize("ink", ["marker", "paint"])
def test_a_red_ball_is_painted_red_and_round(painter: Painter, ink: Ink) -> None:
    last = states(painter, ball(), ink=ink)[-1]
    pixels = shown(last.drawing)
    rows, columns = np.mgrid[:64, :64]
    disc = np.hypot(rows - 31.5, columns - 31.5) < 64 * 0.46
    assert overlap(is_red(pixels) | (pixels.max(2) < 0.35), disc) > 0.88
    assert last.drawing.background == pytest.approx(WHITE, abs=0.01)


def test_a_marker_keeps_its_colours_and_its_lines_on_top(painter: Painter) -> None:
    first, *_, last = states(painter, ball(), ink="marker")
    palette = {stroke.colour for stroke in first.drawing.strokes}
    assert {stroke.colour for stroke in last.drawing.strokes} <= palette
    *fillings, line = last.drawing.strokes
    assert max(line.colour[:3]) < 0.2
    assert any(stroke.colour[0] > 0.6 for stroke in fillings)


def test_a_pen_s_strokes_stay_black_and_on_the_outline(painter: Painter) -> None:
    last = states(painter, ball(), ink="pen")[-1]
    assert {stroke.colour for stroke in last.drawing.strokes} == {(0, 0, 0, 1)}
    rows, columns = np.nonzero(shown(last.drawing).max(2) < 0.5)
    radius = np.hypot(rows - 31.5, columns - 31.5) / 64
    assert abs(np.median(radius) - 0.45) < 0.04


def test_it_is_the_same_whoever_else_is_painted(painter: Painter) -> None:
    alone = states(painter, ball())[-1]
    paintings = [
        painter.begin(spec(), picture=ball()),
        painter.begin(spec("pen", seed=3), picture=sunset()),
        painter.begin(DrawingSpec(prompt="a cat", strokes=4, steps=20, seeds=1)),
    ]
    for painting in paintings:
        painter.add(painting)
    while painter.paintings:
        painter.step()
    together = painter.finish(paintings[0])
    assert len(together.drawing.strokes) == len(alone.drawing.strokes)
    for one, other in zip(together.drawing.strokes, alone.drawing.strokes, strict=True):
        assert np.array(one.points) == pytest.approx(np.array(other.points), abs=0.05)
        assert one.colour == pytest.approx(other.colour, abs=0.02)


@pytest.mark.parametrize("ink", INKS)
def test_another_painter_goes_on_where_one_stopped(painter: Painter, ink: Ink) -> None:
    def begun() -> Painting:
        return painter.begin(spec(ink), picture=sunset())

    def painted(painting: Painting, steps: int) -> Painting:
        painter.add(painting)
        for _ in range(steps):
            painter.step()
        if painting in painter.paintings:
            painter.remove(painting)
        return painting

    whole = painter.finish(painted(begun(), 20))
    resumed = begun()
    checkpoint.resume(resumed, checkpoint.save(painted(begun(), 9)))
    rest = painter.finish(painted(resumed, 11))
    for one, other in zip(whole.drawing.strokes, rest.drawing.strokes, strict=True):
        assert np.array(one.points) == pytest.approx(np.array(other.points), abs=1e-3)


def test_a_preview_to_go_on_from_lies_where_it_lay(painter: Painter) -> None:
    picture = sunset(320, 200)
    last = states(painter, picture)[-1]
    again = painter.begin(spec(), start=last.drawing.scaled(512), picture=picture).state()
    assert again.drawing.width == pytest.approx(last.drawing.width, abs=1)
    assert len(again.drawing.strokes) == len(last.drawing.strokes)
    for one, other in zip(again.drawing.strokes, last.drawing.strokes, strict=True):
        assert np.array(one.points) == pytest.approx(np.array(other.points), abs=0.6)


def test_what_is_left_open_is_settled_for_pictures() -> None:
    free = DrawingSpec(prompt="a picture")
    settled = settle(free, POCKET, of_picture=True)
    assert (settled.ink, settled.steps) == ("paint", 120)
    assert settle(free, POCKET).ink == "marker"
    chosen = DrawingSpec(prompt="a picture", ink="pen", steps=7)
    assert settle(chosen, POCKET, of_picture=True).ink == "pen"
    assert settle(chosen, POCKET, of_picture=True).steps == 7


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (60, 60)])
def test_a_picture_with_nothing_in_it_is_drawn_all_the_same(
    painter: Painter, ink: Ink, size: tuple[int, int]
) -> None:
    last = states(painter, Image.new("RGB", size, "teal"), ink=ink, steps=2)[-1]
    assert last.final
    assert last.drawing.strokes


def test_strokes_that_are_not_seen_are_left_out() -> None:
    def dot(x: float, width: float, colour: tuple[float, float, float, float]) -> Stroke:
        return Stroke(((x, 20), (x, 21), (x, 22), (x, 23)), width, colour)

    hidden, seen = dot(20, 8, (0, 1, 0, 1)), dot(20, 12, (1, 0, 0, 1))
    faint = dot(50, 8, (1, 1, 1, 1))
    whole = Drawing(64, 64, (hidden, seen, faint))
    (image,) = rasterise(*pack([whole]))
    goal = Goal(image, torch.ones(64, 64), 1.0, 1.0)
    assert _without_unseen(whole, goal).strokes == (seen,)
    twice = replace(whole, strokes=(seen, seen))
    assert _without_unseen(twice, goal).strokes == (seen,)


def test_pixels_pull_where_they_differ_and_only_inside() -> None:
    pixels = torch.zeros(3, 32, 32)
    inside = torch.ones(32, 32)
    inside[:, 16:] = 0
    images = torch.zeros(2, 3, 32, 32)
    images[1, :, 4:8, 4:8] = 0.5
    images[1, :, 4:8, 24:28] = 0.5
    images[0] = 0.7
    pull = Pixels([(1, Goal(pixels, inside, 1.0, 1.0))], [6.0], torch.device("cpu")).pull(images)
    assert not pull[0].any()
    assert not pull[1, :, :, 16:].any()
    there = torch.zeros(32, 32, dtype=torch.bool)
    there[4:8, 4:8] = True
    assert (pull[1, :, there] > 0).all()
    assert not pull[1, :, ~there].any()
    # The loss is the mean square inside, sharp and in blocks of two pixels: equal ones here.
    expected = 2 * 6.0 * 2 * 0.5 / (3 * 32 * 16)
    assert pull[1, 0, 5, 5].item() == pytest.approx(expected)


def test_the_middle_of_a_canvas_gives_back_what_was_fitted_into_it() -> None:
    stroke = Stroke(((0, 0), (30, 10), (60, 20), (100, 40)), 4.0, (0, 0, 0, 1))
    wide = Drawing(100, 40, (stroke,))
    back = wide.fitted(200).middle(1.0, 0.4)
    assert (back.width, back.height) == (200, 80)
    (moved,) = back.strokes
    assert np.array(moved.points) == pytest.approx(2 * np.array(stroke.points))
    assert Drawing(64, 64).middle(0.001, 1.0).width == 1
