from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.canvas import curve_fitting
from engine.canvas.drawing import Point

numbers = st.integers(0, 10_000)
paths = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=150)


def fit(path: list[Point], tolerance: float = 18.0) -> list[Point]:
    """Fitted in the directions in which the path leaves its ends."""
    start = _from(path)
    end = _from(path[::-1])
    return curve_fitting.fit(path, tolerance, start, end)


def _from(path: list[Point]) -> Point:
    (x0, y0) = path[0]
    x, y = next((place for place in path if place != path[0]), (x0 + 1, y0))
    return x - x0, y - y0


def along(curve: list[Point], steps: int = 300) -> list[Point]:
    """Places on the cubics of a curve."""
    places = [curve[0]]
    for i in range(0, len(curve) - 1, 3):
        p = curve[i : i + 4]
        for k in range(1, steps + 1):
            t = k / steps
            b = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(w * q[0] for w, q in zip(b, p, strict=True))
            y = sum(w * q[1] for w, q in zip(b, p, strict=True))
            places.append((x, y))
    return places


def distance(place: Point, path: list[Point]) -> float:
    return min(math.dist(place, other) for other in path)


@given(paths)
@settings(max_examples=60, deadline=None)
def test_every_curve_is_made_of_whole_cubics_and_keeps_the_ends(path: list[tuple[int, int]]):
    curve = fit(path)
    assert len(curve) % 3 == 1
    assert len(curve) >= 4
    assert curve[0] == path[0]
    assert curve[-1] == path[-1]
    assert all(math.isfinite(value) for point in curve for value in point)


def test_a_curve_passes_every_point_within_the_tolerance():
    path = [(5000 + 40 * t * math.cos(t / 9), 5000 + 40 * t * math.sin(t / 9)) for t in range(100)]
    places = along(fit(path))
    assert max(distance(point, places) for point in path) <= 19.0


def test_smooth_paths_need_few_cubics():
    circle = [(5000 + 3000 * math.cos(t / 20), 5000 + 3000 * math.sin(t / 20)) for t in range(126)]
    assert len(fit(circle)) <= 3 * 10 + 1


def test_a_straight_path_stays_straight():
    places = along(fit([(100 * t, 50 * t) for t in range(40)]))
    assert max(abs(y - x / 2) for x, y in places) < 1e-6


def test_a_corner_is_not_rounded_off():
    corner = [(100 * t, 0) for t in range(30)] + [(2900, 100 * t) for t in range(1, 30)]
    assert distance((2900, 0), along(fit(corner))) <= 18.0


def test_a_path_that_does_not_move_is_a_cubic_that_does_not():
    assert fit([(3, 4)], 1.0) == fit([(3, 4), (3, 4)], 1.0) == [(3.0, 4.0)] * 4
