from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.raster.flatten import flatten, unflatten

SIDE = 224
WITHIN = 0.02  # pixels
ROUNDING = 1e-3  # pixels; pieces are float32, and the curve here is a fine polyline
Corners = list[tuple[float, float]]

places = st.tuples(*[st.floats(0, SIDE, width=32)] * 2)
corners = st.lists(places, min_size=4, max_size=4)


def vertices(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The vertices (V, 2) of one cubic, and what `unflatten` needs to know of them."""
    first, owned, width = np.array([0]), np.array([0, 1]), np.array([2.0], np.float32)
    pieces, _, parameters, cubics, *_ = flatten(points, first, owned, width, SIDE, SIDE)
    return pieces[:, :2].astype(np.float64), parameters, cubics


def curve(points: np.ndarray, count: int) -> np.ndarray:
    t = np.linspace(0, 1, count)[:, None]
    u = 1 - t
    p = points.astype(np.float64)
    return u**3 * p[0] + 3 * t * u**2 * p[1] + 3 * t**2 * u * p[2] + t**3 * p[3]


def farthest(places: np.ndarray, line: np.ndarray) -> float:
    """The greatest distance of some places (N, 2) to a polyline (M, 2)."""
    start, leg = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum((leg**2).sum(1), 1e-18)
    to = places[:, None] - start
    share = np.clip((to * leg).sum(2) / lengths, 0, 1)
    return float(np.linalg.norm(to - share[..., None] * leg, axis=2).min(1).max())


@settings(max_examples=60, deadline=None)
@given(corners)
@example([(10, 10), (110, 110), (10, 110), (110, 10)])  # a cusp
@example([(10, 10), (110.5, 110), (10, 110), (110, 10)])  # nearly one
@example([(20, 20), (200, 200), (20, 20.25), (200, 200)])  # there and back
@example([(50, 50), (50, 50), (50, 50), (50, 50)])
# Less than a pixel, or little more, there and back: in line, at an angle, and not quite.
@example([(0, 0), (0, 0), (0, 1), (0, 0)])
@example([(0, 0), (0, 0), (0, 0.125), (0, 0)])
@example([(50, 50), (50, 50), (52, 51), (50, 50)])
@example([(100, 100), (99.5, 99.5), (99.5, 99.5), (100, 100)])
@example([(98.35, 97.62), (96.81, 95.38), (96.81, 95.38), (98.35, 97.62)])
@example([(101.25, 102.75), (100, 100), (100, 100), (101.25, 102.5)])
@example([(100.38, 100.03), (100.34, 100.43), (100.38, 100.39), (100.39, 100.11)])
def test_pieces_and_curve_are_within_the_tolerance(corners: Corners) -> None:
    points = np.array(corners, np.float32)
    line, _, _ = vertices(points)
    assert farthest(curve(points, 500), line) <= WITHIN + ROUNDING
    along = np.linspace(0, 1, 4)[:, None, None]
    of_pieces = (line[:-1] + along * np.diff(line, axis=0)).reshape(-1, 2)
    assert farthest(of_pieces, curve(points, 1000)) <= WITHIN + ROUNDING


def test_a_straight_stroke_is_one_piece_for_every_so_many_pixels() -> None:
    line, _, _ = vertices(np.array([(10, 10), (12, 10), (14, 10), (16, 10)], np.float32))
    assert len(line) == 2
    line, _, _ = vertices(np.array([(10, 10), (70, 10), (130, 10), (190, 10)], np.float32))
    assert np.diff(line[:, 0]).max() <= 11


@settings(max_examples=20, deadline=None)
@given(corners, st.integers(0, 3))
def test_gradients_go_to_the_control_points_that_move_the_vertices(
    corners: Corners, moved: int
) -> None:
    points = np.array(corners, np.float32)
    line, parameters, cubics = vertices(points)
    force = np.random.default_rng(0).normal(size=(1, *line.shape)).astype(np.float32)
    gradient = unflatten(force, parameters, cubics, np.array([0]), 4)
    # Vertices at given parameters are linear in the control points.
    t, outwards = parameters.T
    weights = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    bend = 6 * np.stack([1 - t, 3 * t - 2, 1 - 3 * t, t], 1)
    weights -= outwards[:, None] * bend
    assert np.allclose(weights @ points, line, atol=2e-4)
    assert np.allclose(gradient[moved], weights[:, moved] @ force[0], rtol=1e-3, atol=1e-3)
