"""Whose turn it is to be stepped: everybody gets the same time for each drawing.

Drawings by gradient are stepped together and so take one turn, which counts as many drawings as
there are; other painters' works take turns of their own. The next turn goes to whoever has had
the least time a drawing. Who joins begins where the others are, and so neither waits for what they
have had nor makes up for what it has missed (start-time fair queueing, Goyal, Vin, Cheng 1996).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping


class Turns:
    """Time that has been had, in seconds a drawing."""

    def __init__(self) -> None:
        self._had: dict[Hashable, float] = {}
        self._now = 0.0

    def next(self, weights: Mapping[Hashable, int]) -> Hashable:
        """Who of these takes a step now. weights: how many drawings each has, in the order in
        which they came; at least one has to be there."""
        self._had = {one: self._had.get(one, self._now) for one in weights}
        whose = min(self._had, key=lambda one: self._had[one])
        self._now = self._had[whose]
        return whose

    def took(self, whose: Hashable, seconds: float, weight: int) -> None:
        """It has taken that step, of so many drawings."""
        self._had[whose] += seconds / max(1, weight)
