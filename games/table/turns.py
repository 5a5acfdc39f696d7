"""Whose turn it is: everybody once a round, whoever comes, goes or comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rotation:
    """The players who have had a turn in this round. Rounds count from 1; 0 is before the first."""

    round: int = 0
    done: tuple[str, ...] = ()

    def next(self, present: Sequence[str]) -> tuple[Rotation, str] | None:
        """The rotation with the next player marked, and that player; None if nobody is here.

        The first in seat order who has had no turn in this round; when all have had one, a new
        round begins. Someone who leaves and returns within a round gets no second turn in it,
        and someone who joins gets one at its end.
        """
        if not present:
            return None
        waiting = [player for player in present if player not in self.done]
        if self.round > 0 and waiting:
            return Rotation(self.round, (*self.done, waiting[0])), waiting[0]
        return Rotation(self.round + 1, (present[0],)), present[0]
