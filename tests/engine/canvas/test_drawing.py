from __future__ import annotations

import json

import pytest
from hypothesis import given

from engine.canvas.drawing import BLACK, MAX_SEGMENTS, Drawing, InvalidDrawing, Stroke, polyline
from tests.engine.strategies import drawings

LINE = ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0))


@given(drawings)
def test_json_brings_a_drawing_back_to_the_rounding(drawing: Drawing) -> None:
    once = Drawing.from_json(drawing.to_json())
    assert Drawing.from_json(once.to_json()) == once
    assert (once.width, once.height) == (drawing.width, drawing.height)
    for before, after in zip(drawing.strokes, once.strokes, strict=True):
        for (x0, y0), (x1, y1) in zip(before.points, after.points, strict=True):
            assert abs(x0 - x1) <= 0.00051
            assert abs(y0 - y1) <= 0.00051


@pytest.mark.parametrize("count", [0, 1, 3, 5, 6, 196])
def test_a_stroke_needs_3k_plus_1_points_and_not_too_many(count: int) -> None:
    with pytest.raises(InvalidDrawing, match=r"cubics|control points"):
        Stroke(((0.0, 0.0),) * count, 1.0, BLACK)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
def test_a_stroke_has_a_width(width: float) -> None:
    with pytest.raises(InvalidDrawing, match="width"):
        Stroke(LINE, width, BLACK)


def test_points_are_finite() -> None:
    with pytest.raises(InvalidDrawing, match="finite"):
        Stroke((*LINE[:3], (float("nan"), 0.0)), 1.0, BLACK)


def test_colours_lie_between_0_and_1() -> None:
    with pytest.raises(InvalidDrawing, match="between 0 and 1"):
        Stroke(LINE, 1.0, (0.0, 0.0, 1.5, 1.0))


def test_a_drawing_has_at_most_1024_strokes() -> None:
    with pytest.raises(InvalidDrawing, match="1024"):
        Drawing(10, 10, (Stroke(LINE, 1.0, BLACK),) * 1025)


def test_scaling_scales_points_and_widths() -> None:
    big = Drawing(10, 20, (Stroke(LINE, 1.5, BLACK),)).scaled(20)
    assert (big.width, big.height) == (20, 40)
    assert big.strokes[0].points[3] == (6.0, 6.0)
    assert big.strokes[0].width == 3.0


def test_a_tall_drawing_is_fitted_whole_into_the_middle_of_a_square() -> None:
    square = Drawing(10, 20, (Stroke(LINE, 1.5, BLACK),)).fitted(40)
    assert (square.width, square.height) == (40, 40)
    (stroke,) = square.strokes
    assert stroke.width == 3.0
    assert stroke.points == tuple((2 * x + 10, 2 * y) for x, y in LINE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"version": 2, "width": 1, "height": 1, "background": [1,1,1], "strokes": []}',
        '{"version": 1, "width": 1, "height": 1, "background": [1,1], "strokes": []}',
        '{"version": 1, "width": 1e999, "height": 1, "background": [1,1,1], "strokes": []}',
        '{"version": 1, "width": 1, "height": 1, "background": [1,1,1], "strokes": [{}]}',
        '{"version": 1, "width": 1, "height": 1, "background": [1,1,1], "strokes": 7}',
        "[" * 100_000,
    ],
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(InvalidDrawing):
        Drawing.from_json(text)


def test_json_says_its_version() -> None:
    assert json.loads(Drawing(1, 1).to_json())["version"] == 1


def test_a_polyline_passes_through_its_corners() -> None:
    (stroke,) = polyline([(0, 0), (3, 0), (3, 6)], 2.0)
    assert stroke.points[::3] == ((0, 0), (3, 0), (3, 6))
    assert stroke.points[1] == pytest.approx((1, 0))


def test_a_single_point_is_a_dot() -> None:
    (stroke,) = polyline([(5, 7)], 2.0)
    assert set(stroke.points) == {(5.0, 7.0)}


def test_a_long_polyline_becomes_several_strokes_that_meet() -> None:
    path = [(float(i), 0.0) for i in range(2 * MAX_SEGMENTS + 2)]
    strokes = polyline(path, 2.0)
    assert len(strokes) == 3
    assert strokes[0].points[-1] == strokes[1].points[0]
    assert strokes[-1].points[-1] == path[-1]
