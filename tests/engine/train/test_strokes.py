import math
from pathlib import Path

import numpy as np
import pytest

from engine.pocket.sketcher import DOODLE, ICON, POINTS, STROKES
from engine.train import strokes


def circle(turns: float = 1.0) -> np.ndarray:
    angles = np.linspace(0, 2 * math.pi * turns, 80)
    return np.c_[100 + 50 * np.cos(angles), 70 + 50 * np.sin(angles)]


def test_a_drawing_is_in_the_middle_and_its_longer_side_1_7() -> None:
    drawn = strokes.sketch([np.array([[10.0, 20], [110, 20]]), np.array([[10.0, 20], [10, 60]])])
    assert drawn.shape == (2, POINTS, 2)
    low, high = drawn.reshape(-1, 2).min(0), drawn.reshape(-1, 2).max(0)
    np.testing.assert_allclose(low + high, 0, atol=1e-5)
    assert np.ptp(drawn.reshape(-1, 2), axis=0).max() == pytest.approx(strokes.SIDE, abs=1e-5)


def test_points_lie_at_equal_distances() -> None:
    path = strokes.resampled(np.array([[0.0, 0], [1, 0], [1, 3]]), 9)
    steps = np.hypot(*np.diff(path, axis=0).T)
    np.testing.assert_allclose(steps, 0.5, atol=1e-9)


def test_what_winds_much_is_cut_where_it_goes_on() -> None:
    once, twice = strokes.sketch([circle(0.5)]), strokes.sketch([circle(2)])
    assert len(once) == 1
    assert len(twice) > 1
    np.testing.assert_allclose(twice[0, -1], twice[1, 0])


def test_of_too_many_strokes_the_longest_stay_in_their_order() -> None:
    lines = [np.array([[0.0, y], [1.0 + y, y]]) for y in range(STROKES + 5)]
    drawn = strokes.sketch(lines)
    assert len(drawn) == STROKES
    lengths = [strokes.length(path) for path in drawn]
    assert lengths == sorted(lengths)


def test_a_dot_is_a_stroke() -> None:
    assert strokes.sketch([np.array([[3.0, 4.0]]), circle()]).shape[1:] == (POINTS, 2)


def test_a_set_is_kept_and_read_again(tmp_path: Path) -> None:
    made = strokes.gather(
        [
            ("cat", DOODLE, [circle(), circle(0.2)]),
            ("hat", ICON, [circle()]),
            ("cat", ICON, [circle()]),
        ]
    )
    made.save(tmp_path / "some.npz")
    read = strokes.Sketches.load(tmp_path / "some.npz")
    assert read.words == ["cat", "hat"]
    assert read.names.tolist() == [0, 1, 0]
    assert read.kinds.tolist() == [DOODLE, ICON, ICON]
    np.testing.assert_array_equal(read.points, made.points)
    np.testing.assert_array_equal(read.first, made.first)
