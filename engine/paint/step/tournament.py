"""A population that evolves: the better ones have children, which differ from them a little.

Truncation selection with gaussian mutation. How far a child strays is inherited and varies too
(self-adaptation, Rechenberg 1973; Schwefel 1977), so no rate need be chosen. Scores are noisy, as
each generation is seen by another view: survivors keep a running mean of theirs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SURVIVE = 0.2  # of a population, those that have children
CROSSED = 0.3  # of the children, those that have two parents
LEARNING = 0.2  # spread of the logarithm by which a child's own spread differs
MEMORY = 0.6  # of a survivor's score, what was known before
LEAST_SPREAD = 0.01


class Tournament:
    """`count` points of `size` numbers, scored and replaced generation after generation.

    pieces: (size,) which numbers are passed on together where a child has two parents. apart: how
    far from 0 points are at first. spread: how far from a parent children are at first.
    """

    def __init__(
        self, rng: np.random.Generator, count: int, pieces: Array, apart: float, spread: float
    ) -> None:
        size = len(pieces)
        self.points = apart * rng.standard_normal((count, size))
        self.spreads = np.full(count, spread)
        self.scores = np.zeros(count)
        self.ages = np.zeros(count)
        self._pieces = pieces

    @property
    def best(self) -> Array:
        """(size,): the one with the best score of those that have lived longest."""
        veterans = np.flatnonzero(self.ages >= min(3.0, self.ages.max()))
        return self.points[veterans[self.scores[veterans].argmax()]]

    def tell(self, rng: np.random.Generator, scores: Array) -> None:
        """Learn what all points are worth, (count,), more is better; the best live on and the
        others give way to their children."""
        known = self.ages > 0
        self.scores = np.where(known, MEMORY * self.scores + (1 - MEMORY) * scores, scores)
        self.ages = self.ages + 1
        count, size = self.points.shape
        order = np.argsort(-self.scores, kind="stable")
        alive = order[: max(2, round(SURVIVE * count))]
        born = count - len(alive)
        mother, father = (alive[rng.integers(0, len(alive), born)] for _ in range(2))
        swaps = rng.random((born, int(self._pieces.max()) + 1))[:, self._pieces.astype(int)] < 0.5
        swaps &= (rng.random(born) < CROSSED)[:, None]
        spreads = self.spreads[mother] * np.exp(LEARNING * rng.standard_normal(born))
        spreads = np.maximum(spreads, LEAST_SPREAD)
        children = np.where(swaps, self.points[father], self.points[mother])
        children = children + spreads[:, None] * rng.standard_normal((born, size))
        self.points = np.concatenate([self.points[alive], children])
        self.spreads = np.concatenate([self.spreads[alive], spreads])
        self.scores = np.concatenate([self.scores[alive], np.zeros(born)])
        self.ages = np.concatenate([self.ages[alive], np.zeros(born)])

    def arrays(self) -> dict[str, Array]:
        """All that `tell` changes, in copies."""
        return {
            "points": self.points.copy(),
            "spreads": self.spreads.copy(),
            "scores": self.scores.copy(),
            "ages": self.ages.copy(),
        }

    def restore(self, arrays: dict[str, Array]) -> None:
        """Take over what `arrays` gave."""
        self.points, self.spreads = arrays["points"].copy(), arrays["spreads"].copy()
        self.scores, self.ages = arrays["scores"].copy(), arrays["ages"].copy()
