"""PGPE with ClipUp: an optimiser that only asks how good some points are.

Policy gradients with parameter-based exploration (Sehnke et al. 2010) keep a mean and a spread for
each number, try pairs of points on either side of the mean, and move both towards what did better.
ClipUp (Toklu, Liskowski, Srivastava 2020) makes the step as long as is asked for, whatever the
scale of the scores, and bounds its momentum. Tian & Ha (2022) draw with the two.

Everything is measured in a unit of its own for each number, so that one spread fits all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOMENTUM = 0.9
SPREAD_RATE = 0.1
SPREAD_CHANGE = 0.2  # of itself, that a spread changes at most in a step
LEAST_SPREAD = 0.02


class Pgpe:
    """The search for the best of points of `size` numbers, around 0 and about 1 apart.

    farthest: how far the mean moves in a step at most.
    """

    def __init__(self, size: int, farthest: float) -> None:
        self.mean = np.zeros(size)
        self.spread = np.ones(size)
        self.velocity = np.zeros(size)
        self._farthest = farthest
        self._tried = np.zeros((0, size))

    def ask(self, rng: np.random.Generator, count: int) -> Array:
        """(count, size): points to be scored, `count` even; the second half mirrors the first."""
        self._tried = rng.standard_normal((count // 2, len(self.mean))) * self.spread
        return np.concatenate([self.mean + self._tried, self.mean - self._tried])

    def tell(self, scores: Array) -> None:
        """Learn what those points are worth, (count,), more is better. Only their order counts."""
        count = len(scores)
        ranks = np.empty(count)
        ranks[np.argsort(scores, kind="stable")] = np.linspace(-0.5, 0.5, count)
        here, mirrored = ranks[: count // 2], ranks[count // 2 :]
        way = (here - mirrored) @ self._tried
        length = float(np.linalg.norm(way))
        if length > 0:
            velocity = MOMENTUM * self.velocity + self._farthest / 2 * way / length
            speed = float(np.linalg.norm(velocity))
            self.velocity = velocity * min(1.0, self._farthest / max(speed, 1e-12))
            self.mean = self.mean + self.velocity
        off = (self._tried**2 - self.spread**2) / self.spread
        pull = (here + mirrored) @ off / count * SPREAD_RATE
        most = SPREAD_CHANGE * self.spread
        self.spread = np.maximum(self.spread + np.clip(pull, -most, most), LEAST_SPREAD)

    def arrays(self) -> dict[str, Array]:
        """All that `tell` changes, in copies."""
        return {
            "mean": self.mean.copy(),
            "spread": self.spread.copy(),
            "velocity": self.velocity.copy(),
        }

    def restore(self, arrays: dict[str, Array]) -> None:
        """Take over what `arrays` gave."""
        self.mean, self.spread = arrays["mean"].copy(), arrays["spread"].copy()
        self.velocity = arrays["velocity"].copy()
