import numpy as np
import pytest

from engine.canvas.curves import TOLERANCE, through


def on(controls: np.ndarray, count: int) -> np.ndarray:
    """(count, 2): points along cubics, at equal steps of the parameter."""
    cubics = len(controls) // 3
    found = []
    for t in np.linspace(0, cubics, count):
        piece = min(int(t), cubics - 1)
        a, b, c, d = controls[3 * piece : 3 * piece + 4]
        u = t - piece
        found.append(
            (1 - u) ** 3 * a + 3 * u * (1 - u) ** 2 * b + 3 * u**2 * (1 - u) * c + u**3 * d
        )
    return np.array(found)


def arc(turn: float, count: int = 10) -> np.ndarray:
    angles = np.linspace(0, turn, count)
    return np.c_[np.cos(angles), np.sin(angles)]


def test_a_straight_line_is_one_cubic_through_its_points() -> None:
    line = np.c_[np.linspace(0, 3, 10), np.linspace(1, 2, 10)]
    controls = through(line, 3.0)
    assert controls.shape == (4, 2)
    np.testing.assert_allclose(on(controls, 10), line, atol=1e-6)


@pytest.mark.parametrize(("turn", "cubics"), [(1.5, 1), (6.28, 3)])
def test_an_arc_takes_as_few_cubics_as_say_it(turn: float, cubics: int) -> None:
    controls = through(arc(turn), 2.0)
    assert len(controls) == 3 * cubics + 1
    off = np.abs(np.hypot(*on(controls, 60).T) - 1)
    assert off.max() < 3 * TOLERANCE


def test_the_ends_stay_where_the_hand_began_and_stopped() -> None:
    path = np.random.default_rng(0).normal(size=(10, 2))
    controls = through(path, 1.0)
    np.testing.assert_allclose(controls[[0, -1]], path[[0, -1]], atol=1e-9)
    assert len(controls) == 10


def test_a_trembling_hand_becomes_a_calm_line() -> None:
    rng = np.random.default_rng(1)
    line = np.c_[np.linspace(0, 1, 10), 0.008 * rng.normal(size=10)]
    line[[0, -1], 1] = 0
    assert np.abs(on(through(line, 1.0), 50)[:, 1]).max() < 0.012
