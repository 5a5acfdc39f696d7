"""Cubics through points at equal distances along a stroke: as few as say it, and smooth.

With the parameter at each point known (they are equally far apart) least squares is one matrix for
each number of points and cubics; a little weight on how much the control polygon bends keeps the
curve from wobbling after every trembling of the hand.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

MOST_CUBICS = 3
TOLERANCE = 0.014
"""Farthest that the curve may pass from a point, as a share of the drawing's longer side."""
_STIFFNESS = 0.02


def through(points: np.ndarray, size: float, most: int = MOST_CUBICS) -> np.ndarray:
    """(3k + 1, 2) control points of k <= `most` cubics along points (N, 2), N >= 4, ends kept.

    size: the drawing's longer side, in the points' unit. With `most` cubics the curve is taken
    however far it passes.
    """
    for cubics in range(1, most + 1):
        controls, spots = _fit(len(points), cubics)
        found = controls @ points
        off = float(np.hypot(*(spots @ found - points).T).max())
        if off <= TOLERANCE * size or cubics == most:
            return found
    raise ValueError(f"a stroke has at least one cubic, not {most}")


@lru_cache(maxsize=32)
def _fit(count: int, cubics: int) -> tuple[np.ndarray, np.ndarray]:
    """(3 cubics + 1, count): from points to control points; (count, 3 cubics + 1): and back."""
    spots = np.zeros((count, 3 * cubics + 1))
    for i, t in enumerate(np.linspace(0, cubics, count)):
        piece = min(int(t), cubics - 1)
        u = t - piece
        spots[i, 3 * piece : 3 * piece + 4] = (
            (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u**2 * (1 - u), u**3,
        )  # fmt: skip
    bends = np.diff(np.eye(3 * cubics + 1), n=2, axis=0)
    inner = spots.T @ spots + _STIFFNESS * bends.T @ bends
    # The ends are where the hand began and stopped; the rest is solved for, given them.
    middle = slice(1, 3 * cubics)
    controls = np.zeros((3 * cubics + 1, count))
    controls[0, 0] = controls[-1, -1] = 1.0
    given = spots.T - np.outer(inner[:, 0], controls[0]) - np.outer(inner[:, -1], controls[-1])
    controls[middle] = np.linalg.solve(inner[middle, middle], given[middle])
    return controls, spots
